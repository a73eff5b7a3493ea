"""Who is referred: the rules by which a FHIR Patient becomes a patient of a pathway."""

import math
from datetime import date, datetime
from typing import get_args

from activities.fhir import dates, elements, identifiers
from activities.fhir.bundle import Found
from activities.fhir.problems import Path, Problems
from activities.fhir.states import residence
from domain.patient import ContactWay, Language, Patient

_NO_LONGER_USED = ("old", "maiden")
_SOURCES = {
    "record_number": "identifier",
    "family_name": "name",
    "given_names": "name",
    "birth_date": "birthDate",
    "deceased": "deceasedBoolean",
    "state": "address",
    "phone": "telecom",
    "email": "telecom",
    "reached_by": "telecom",
    "language": "communication",
}
_SYSTEMS = {"phone": "phone", "sms": "phone", "email": "email"}
_WAYS: dict[str | None, ContactWay] = {"phone": "sms", "sms": "sms", "email": "email"}
_NAME_USES = ("official", "usual")


def read_patient(found: Found, now: datetime, problems: Problems) -> Patient | None:
    """The patient as of `now`, an instant in UTC, or `None` with every problem noted."""
    person = found.read(elements.Patient, problems)
    _check_in_use(person, found.path, problems)
    record_number = _record_number(person, found.path, problems)
    name = _name(person, found.path, problems)
    born = _birth_date(person, found.path, now, problems)
    state = _state(person, found.path, problems)
    deceased = _deceased(person, found.path, now, problems)
    if record_number is None or name is None or born is None or state is None:
        return None
    fields = {
        "record_number": record_number,
        "family_name": name.family,
        "given_names": tuple(given for given in name.given if given),
        "birth_date": born,
        "deceased": deceased,
        "state": state,
        "phone": _contact("phone", person),
        "email": _contact("email", person),
        "reached_by": _ranked(person),
        "language": _language(person),
    }
    sources = {field: (*found.path, element) for field, element in _SOURCES.items()}
    return elements.build(Patient, fields, sources, problems)


def _check_in_use(person: elements.Patient, path: Path, problems: Problems) -> None:
    if not person.active:
        problems.add((*path, "active"), "says that the record is not in use: send the one that is.")
    for at, link in enumerate(person.link):
        if link.type == "replaced-by":
            problems.add(
                (*path, "link", at, "type"),
                "says that another record replaced this one: send that record.",
            )


def _record_number(person: elements.Patient, path: Path, problems: Problems) -> str | None:
    """A medical record number before any other, a social security number last of all.

    A second identifier beside name and birth date: Joint Commission NPSG.01.01.01.
    """
    place = (*path, "identifier")
    known = identifiers.current(person.identifier)
    ranked = sorted(known, key=_identifier_rank)
    if not ranked or ranked[0].value is None:
        problems.add(place, "has no record number in use: add one with a system and a value.")
        return None
    return identifiers.token(ranked[0])


def _identifier_rank(identifier: elements.Identifier) -> int:
    if identifiers.has_type(identifier, "MR"):
        return 0
    return 2 if identifiers.has_type(identifier, "SS") else 1


def _name(person: elements.Patient, path: Path, problems: Problems) -> elements.HumanName | None:
    in_use = [name for name in person.name if name.use not in _NO_LONGER_USED]
    named = sorted((name for name in in_use if name.family), key=_name_rank)
    if not named:
        problems.add(
            (*path, "name"), "has no name in use with a family name: add one to the Patient."
        )
        return None
    return named[0]


def _name_rank(name: elements.HumanName) -> int:
    return _NAME_USES.index(name.use) if name.use in _NAME_USES else len(_NAME_USES)


def _birth_date(
    person: elements.Patient, path: Path, now: datetime, problems: Problems
) -> date | None:
    place = (*path, "birthDate")
    if person.birth_date is None:
        problems.add(place, "is missing: send the full date, such as 1984-07-02.")
        return None
    if dates.lies_ahead(person.birth_date, now):
        problems.add(place, dates.AHEAD)
    return date.fromisoformat(person.birth_date)


def _state(person: elements.Patient, path: Path, problems: Problems) -> str | None:
    place = (*path, "address")
    addresses = sorted(
        (address for address in person.address if address.use != "old"), key=_address_rank
    )
    if not addresses or addresses[0].state is None:
        problems.add(place, "has no present address with a state: add where the patient lives.")
        return None
    return residence(addresses[0].state, addresses[0].country)


def _address_rank(address: elements.Address) -> tuple[bool, bool, bool]:
    return address.period.end is not None, address.use != "home", address.state is None


def _deceased(person: elements.Patient, path: Path, now: datetime, problems: Problems) -> bool:
    if person.deceased_boolean is not None and person.deceased_date_time is not None:
        problems.add(
            (*path, "deceasedBoolean"), "stands beside deceasedDateTime: send only one of them."
        )
    if person.deceased_date_time and dates.lies_ahead(person.deceased_date_time, now):
        problems.add((*path, "deceasedDateTime"), dates.AHEAD)
    return person.deceased_date_time is not None or person.deceased_boolean is True


def _contact(system: str, person: elements.Patient) -> str | None:
    points = [point for point in _in_use(person) if _SYSTEMS.get(point.system or "") == system]
    first = min(points, key=lambda point: point.rank or math.inf, default=None)
    return first.value if first else None


def _in_use(person: elements.Patient) -> list[elements.ContactPoint]:
    return [point for point in person.telecom if point.use != "old" and point.value]


def _ranked(person: elements.Patient) -> tuple[ContactWay, ...]:
    """The ways that the sender ranks, the best first; unranked, none is better than another."""
    ranked = [
        (point.rank, _WAYS[point.system])
        for point in _in_use(person)
        if point.rank and point.system in _WAYS
    ]
    return tuple(dict.fromkeys(way for _, way in sorted(ranked)))


def _language(person: elements.Patient) -> Language | None:
    """The first that messages are written in, one that is preferred before the others."""
    spoken = sorted(person.communication, key=lambda one: not one.preferred)
    codes = (code.code for one in spoken for code in one.language.coding if code.code)
    known = (code.partition("-")[0].lower() for code in codes)
    return next((one for code in known for one in get_args(Language) if one == code), None)
