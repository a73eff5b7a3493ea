"""What a form offers to choose from: the programme's own words, and what the entity knows of."""

from collections.abc import Iterable
from typing import get_args

from domain.group.state import Group
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition
from domain.us_states import UsState
from projections.caseload.reading import read_names
from projections.errors import ViewAbsent
from projections.groups.rows import GroupRow
from web.pages.clinic import Clinic
from web.pages.forms import correcting
from web.pages.forms.fields import Choices, Offered
from web.pages.groups.listed import open_groups, title_of
from web.pages.today_people import everybody, names_in_service
from web.pages.visit import Met, Visit
from web.pages.wording import clock, in_words, sentence

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
    clinic = visit.clinic
    offered: dict[str, Choices] = {
        "location": STATES,
        "moved_to": STATES,
        "state": STATES,
        "states": STATES,
        "zone": ZONES,
        "programme": tuple((one.label, one.title) for one in clinic.programmes),
    }
    definition = met.context.programme or (clinic.programmes[0] if clinic.programmes else None)
    if definition:
        offered |= _of_definition(definition)
    clinicians = await _clinicians(visit)
    offered |= dict.fromkeys(CLINICIANS, clinicians)
    match met.folded.state:
        case Pathway():
            offered |= _of_pathway(met.folded.state, definition, clinic)
            offered["group_id"] = await _groups(visit)
            if command in correcting.COMMANDS:
                offered |= _of_correction(met, command, definition, clinic)
        case Group():
            offered |= await _of_group(visit, met.folded.state)
            found = correcting.entries(met.events, met.folded.state, command, clinic.zone)
            offered["entry"] = found
    if command == "close":
        offered["successor"] = await _groups(visit)
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


def _of_correction(
    met: Met, command: str, definition: Definition | None, clinic: Clinic
) -> dict[str, Choices]:
    """What can be put right, and what a session of any phase may really have been."""
    phases = definition.phases if definition else ()
    kinds = {one.kind: one.title for phase in phases for one in phase.sessions}
    return {
        "entry": correcting.entries(met.events, met.folded.state, command, clinic.zone),
        "kind": tuple(kinds.items()),
    }


async def _of_group(visit: Visit, group: Group) -> dict[str, Choices]:
    clinic, pool = visit.clinic, visit.services.pool
    names = await read_names(pool, [one.pathway_id for one in group.members])
    return {
        "pathway_id": _by_title((id_, name) for id_, name in names.items() if name),
        "session": tuple(
            (str(one.number), f"{one.number}: {clock(one.starts_at, clinic.zone)}")
            for one in group.unrecorded
        ),
        "task": tuple(
            (str(one.number), f"{one.number}: {in_words(one.kind)}") for one in group.tasks
        ),
    }


async def _clinicians(visit: Visit) -> Choices:
    """Nobody, while the views are still to be built: whatever needs nobody may be done before."""
    try:
        people = await everybody(visit.request)
    except ViewAbsent:
        return ()
    return _by_title(names_in_service(people).items())


async def _groups(visit: Visit) -> Choices:
    try:
        found = await open_groups(visit.request)
    except ViewAbsent:
        return ()
    return _by_title((one.group_id, _group_title(one)) for one in found.values())


def _by_title(titled: Iterable[tuple[str, str]]) -> Choices:
    return tuple(sorted(titled, key=lambda one: one[1]))


def _group_title(group: GroupRow) -> str:
    taken = f"{group.taken} of {group.capacity} seats taken"
    return f"{title_of(group)}, {in_words(group.modality or '')}, {taken}"
