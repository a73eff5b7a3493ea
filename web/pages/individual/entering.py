"""From what was entered of a patient's session to its command, or to all that is wrong with it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from domain.identity import Note
from web.pages.forms.answers import Unreadable, Wrong
from web.pages.individual.sitting import Sitting
from web.pages.running.entered import CODES, Entered, wrong_at, wrong_with

PRESENT = ("attended", "late")
CAME = (*PRESENT, "missed")
MODALITIES = ("virtual", "in_person")
MOST_LATE_MIN = 12 * 60

_NOTE: TypeAdapter[str] = TypeAdapter(Note)


def at_first(sitting: Sitting, zone: ZoneInfo) -> Entered:
    """What the page has filled in when it is opened."""
    begins = sitting.begins().astimezone(zone)
    return Entered(
        {
            "clinician": [sitting.leads] if sitting.leads else [],
            "held_at": [f"{begins:%Y-%m-%dT%H:%M}"],
        }
    )


def recording(sitting: Sitting, entered: Entered, zone: ZoneInfo) -> dict[str, Any]:
    """The data of `record_session`. Raises `Unreadable` with everything that is wrong."""
    wrong = list(_wrong(sitting, entered))
    data: dict[str, Any] = {"kind": sitting.plan.kind, "attended": came(entered)}
    for name, read in _READ:
        try:
            data[name] = read(entered, zone)
        except Unreadable as unreadable:
            wrong += unreadable.wrong
    if wrong:
        raise Unreadable(wrong)
    known = {
        "booking": sitting.booking.number if sitting.booking else None,
        "clinician": clinician(sitting, entered),
        "modality": entered.one("modality") or None,
        "location": location(sitting, entered),
    }
    return {name: value for name, value in (data | known).items() if value is not None}


def concern(sitting: Sitting, entered: Entered) -> dict[str, Any]:
    """The data of `raise_concern`. Raises `Unreadable`."""
    level = entered.of("level", sitting.patient.id)
    if not level:
        message = "Choose how high the risk is."
        raise Unreadable([wrong_at("level", sitting.patient.id, message)])
    return {"source": "clinician", "level": level}


def came(entered: Entered) -> bool:
    return entered.one("came") in PRESENT


def virtual(entered: Entered) -> bool:
    return entered.one("modality") == "virtual"


def clinician(sitting: Sitting, entered: Entered) -> str | None:
    """Who holds the session, if it is somebody in service."""
    chosen = entered.one("clinician")
    return chosen if chosen in sitting.clinicians else None


def location(sitting: Sitting, entered: Entered) -> str | None:
    """The state in which the patient says they are; in person nobody asks."""
    state = entered.of("location", sitting.patient.id)
    return state if virtual(entered) and came(entered) and state in CODES else None


def _wrong(sitting: Sitting, entered: Entered) -> Iterator[Wrong]:
    if entered.one("came") not in CAME:
        yield wrong_with("came", "Say whether the patient came.")
        return
    if not came(entered):
        return
    if clinician(sitting, entered) is None:
        yield wrong_with("clinician", "Say who held the session.")
    if entered.one("modality") not in MODALITIES:
        yield wrong_with("modality", "Say whether it was by video or in person.")
    elif virtual(entered):
        yield from _unattested(sitting, entered)


def _unattested(sitting: Sitting, entered: Entered) -> Iterator[Wrong]:
    who = sitting.patient
    if location(sitting, entered) is None:
        yield wrong_at("location", who.id, "Ask in which state they are now, and choose it.")
    if not entered.says("address", who.id):
        message = "Ask for the address at which they are, for an emergency."
        yield wrong_at("address", who.id, message)


def _instant(entered: Entered, zone: ZoneInfo) -> str:
    return _moment("held_at", entered, zone, "Give the date and time at which it began.")


def _notice(entered: Entered, zone: ZoneInfo) -> str | None:
    if entered.one("came") != "missed" or not entered.one("notice_at"):
        return None
    return _moment("notice_at", entered, zone, "Give a date and a time.")


def _late(entered: Entered, _zone: ZoneInfo) -> float | None:
    """Seconds."""
    if entered.one("came") != "late":
        return None
    minutes = entered.one("late")
    if not minutes.isdecimal() or not 0 < int(minutes) < MOST_LATE_MIN:
        raise Unreadable([wrong_with("late", "Give by how many minutes they were late.")])
    return timedelta(minutes=int(minutes)).total_seconds()


def _note(entered: Entered, _zone: ZoneInfo) -> str | None:
    note = entered.one("note")
    try:
        return _NOTE.validate_python(note) if note else None
    except ValidationError:
        message = "Give the note's number in one word, not the note itself."
        raise Unreadable([wrong_with("note", message)]) from None


def _moment(name: str, entered: Entered, zone: ZoneInfo, message: str) -> str:
    try:
        return datetime.fromisoformat(entered.one(name)).replace(tzinfo=zone).isoformat()
    except ValueError:
        raise Unreadable([wrong_with(name, message)]) from None


_READ = (("held_at", _instant), ("notice_at", _notice), ("late_by", _late), ("note", _note))
"""What is read of each field that is no choice, by the command's name for it."""
