"""What a form offers to choose from: the programme's own words, and what the entity knows of."""

from collections.abc import Callable, Iterable
from typing import Any, get_args

from audit.living import Entity, read_all
from domain.clinician.state import Clinician
from domain.group.state import Group
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition
from domain.us_states import UsState
from web.pages.clinic import Clinic
from web.pages.forms.fields import Choices, Offered
from web.pages.visit import Met, Visit
from web.pages.wording import clock, in_words, patient_name, sentence
from web.services import Services

MOST = 1000
"""Clinicians or groups that a list holds at most."""

CLINICIANS = (
    "absent", "clinician", "clinician_id", "clinicians", "decided_by", "instead", "instead_of",
    "successor", "supervisor",
)  # fmt: skip
"""The fields that name a clinician."""

STATES: Choices = tuple((code, code) for code in get_args(UsState))

ZONES: Choices = (
    ("America/New_York", "Eastern (New York)"),
    ("America/Indiana/Indianapolis", "Eastern (Indianapolis)"),
    ("America/Chicago", "Central (Chicago)"),
    ("America/Denver", "Mountain (Denver)"),
    ("America/Phoenix", "Mountain, no summer time (Phoenix)"),
    ("America/Los_Angeles", "Pacific (Los Angeles)"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
)


async def offered_for(visit: Visit, command: str, met: Met) -> Offered:
    """What may be chosen in the form of a command to this entity."""
    services, clinic = visit.services, visit.clinic
    offered: dict[str, Choices] = {
        "location": STATES,
        "moved_to": STATES,
        "states": STATES,
        "zone": ZONES,
        "programme": tuple((one.label, one.title) for one in clinic.programmes),
    }
    definition = met.context.programme or (clinic.programmes[0] if clinic.programmes else None)
    if definition:
        offered |= _of_definition(definition)
    clinicians = await _clinicians(services)
    offered |= dict.fromkeys(CLINICIANS, clinicians)
    match met.folded.state:
        case Pathway():
            offered |= _of_pathway(met.folded.state, definition, clinic)
            offered["group_id"] = await _groups(services)
        case Group():
            offered |= await _of_group(services, met.folded.state, clinic)
    if command == "close":
        offered["successor"] = await _groups(services)
    return offered


def _of_definition(definition: Definition) -> dict[str, Choices]:
    others = [(one.id, one.title) for one in definition.alternatives]
    levels = [(one.id, one.title) for one in definition.care_levels.levels]
    return {
        "phase": tuple((one.id, one.title) for one in definition.phases),
        "variant": tuple((one.id, one.title) for one in definition.variants),
        "measure": tuple((one.id, one.title) for one in definition.measures),
        "consent": tuple((one.id, one.title) for one in definition.consents),
        "group_kind": tuple((one.id, one.title) for one in definition.group_kinds),
        "kind": tuple((one.id, one.title) for one in definition.group_kinds),
        "level": tuple(levels),
        "option": tuple(dict.fromkeys([*others, *levels])),
    }


def _of_pathway(
    pathway: Pathway, definition: Definition | None, clinic: Clinic
) -> dict[str, Choices]:
    phase = definition.phase(pathway.phase) if definition and pathway.phase else None
    sessions = phase.sessions if phase else ()
    return {
        "kind": tuple((one.kind, one.title) for one in sessions),
        "booking": tuple(
            (
                str(one.number),
                f"{sentence(in_words(one.kind))}, {clock(one.starts_at, clinic.zone)}",
            )
            for one in pathway.bookings
        ),
        "task": tuple(
            (str(one.number), f"{one.number}: {in_words(one.kind)}") for one in pathway.tasks
        ),
    }


async def _of_group(services: Services, group: Group, clinic: Clinic) -> dict[str, Choices]:
    members = await _all(services, [one.pathway_id for one in group.members], _patient_name)
    return {
        "pathway_id": members,
        "session": tuple(
            (str(one.number), f"{one.number}: {clock(one.starts_at, clinic.zone)}")
            for one in group.unrecorded
        ),
        "task": tuple(
            (str(one.number), f"{one.number}: {in_words(one.kind)}") for one in group.tasks
        ),
    }


async def _clinicians(services: Services) -> Choices:
    ids = await services.store.streams("clinician", "", MOST)
    return await _all(services, ids, _clinician_name)


async def _groups(services: Services) -> Choices:
    ids = await services.store.streams("group", "", MOST)
    return await _all(services, ids, _group_title)


async def _all(
    services: Services, ids: Iterable[str], title_of: Callable[[Any], str | None]
) -> Choices:
    """The entities that have a title, in its order."""
    entities: list[Entity] = await read_all(services.store, list(ids))
    titled = [(one.id, title_of(one.folded.state)) for one in entities]
    return tuple(sorted(((id_, title) for id_, title in titled if title), key=lambda one: one[1]))


def _clinician_name(clinician: Clinician) -> str | None:
    return clinician.name if clinician.status == "active" else None


def _group_title(group: Group) -> str | None:
    if group.status in ("absent", "closed"):
        return None
    title = group.title or sentence(in_words(group.kind or "group"))
    return (
        f"{title}, {in_words(group.modality or '')}, {group.taken} of {group.capacity} seats taken"
    )


def _patient_name(pathway: Pathway) -> str | None:
    return patient_name(pathway.referral.patient) if pathway.referral else None
