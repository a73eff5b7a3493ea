"""The pages of groups: the list of them, and each with its seats, staff, sessions and history."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from domain.decider import Transition
from domain.deciders import decider_of
from domain.events.envelope import RecordedEvent
from domain.group.state import Group
from domain.identity import well_formed
from projections.groups.reading import (
    ListedGroup,
    Place,
    Seat,
    groups_led_by,
    list_groups,
    seats_of_group,
    sessions_between,
    sessions_of_group,
)
from projections.groups.rows import GroupSessionRow
from web.errors import UNKNOWN_ENTITY, BadRequest, NotFound
from web.pages.forms.receipts import receipt_of
from web.pages.groups import seats
from web.pages.groups.meetings import meetings
from web.pages.groups.staff import Leader, leaders, names_of_clinicians
from web.pages.groups.telling import MINOR, told
from web.pages.rendering import page
from web.pages.transitions import Step, steps
from web.pages.visit import Met, Visit, Visiting, meet
from web.person import Person
from web.rights.commands import may_submit
from web.rights.needs import needs
from web.rights.permissions import Permission, may
from web.rights.reading import note_list

ROWS = 50
"""Groups on one page."""

SESSIONS = 100
"""Sessions of one day that the list of groups shows at most."""

HELD = 10
"""Sessions held that a group's page shows, the latest first."""

LINES = 20
"""Lines of the history on one page."""

OF_SESSIONS = ("open_session", "admit_late", "hold_session", "report_concern", "log_incident")
"""What is done on the page of the session itself."""

ELSEWHERE = (*OF_SESSIONS, "cancel_session", "reschedule_session", "name_substitute",
             "relieve_facilitator", "correct_incident", "strike_out")  # fmt: skip
"""What the page offers beside what it concerns."""

WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")

Which = Annotated[str, Query(pattern="^(open|closed|mine)$")]
Version = Annotated[int | None, Query(ge=1, lt=2**31)]

router = APIRouter(prefix="/groups", dependencies=[needs(Permission.READ_GROUPS)])


@router.get("")
async def groups(visit: Visiting, which: Which | None = None, after: str = "") -> HTMLResponse:
    """The groups that are open, those that are closed, or those that one leads oneself."""
    if after and not well_formed(after):
        raise BadRequest("This page's address is damaged: go back to the groups.")
    pool, now = visit.services.pool, visit.services.now()
    own = _clinician_id(visit)
    shown = which or ("mine" if visit.actor.role == "facilitator" and own else "open")
    if shown == "mine":
        listed = await groups_led_by(pool, now, own or "")
    else:
        listed = await list_groups(pool, now, status=shown, limit=ROWS + 1, after=after)
    return page(
        visit.request,
        "groups/groups.html",
        groups=[(one, met_when(one.weekdays, one.starts, one.zone)) for one in listed[:ROWS]],
        names=await names_of_clinicians(visit.request),
        today=await _today(visit, {one.group_id: one for one in listed}),
        marks=seats.marks,
        seats_in_words=seats.in_words,
        which=shown,
        tabs=_tabs(shown, leads=own is not None),
        next_mark=listed[ROWS - 1].group_id if len(listed) > ROWS else None,
        may_form=may_submit(visit.actor.role, "group", "form"),
    )


@router.get("/{group_id}")
async def group(
    group_id: str, visit: Visiting, done: str | None = None, before: Version = None
) -> HTMLResponse:
    """One group, as the log has it now."""
    met = await meet_group(visit, group_id)
    state: Group = met.folded.state
    taken = await seats_of_group(visit.services.pool, group_id)
    note_list(visit.request, (one.pathway_id for one in taken), f"/groups/{group_id}")
    clinicians = await names_of_clinicians(visit.request)
    names = {**clinicians, **_names(visit, taken)}
    permitted = decider_of(group_id).permitted(state, met.context)
    now = met.context.now
    return page(
        visit.request,
        "groups/group.html",
        group_id=group_id,
        group=state,
        title=state.title or "Group",
        meets=_meets(state),
        eight=seats.places(state.capacity, taken),
        seats_in_words=seats.in_words(state.capacity, len(state.members), len(state.reservations)),
        joined=seats.joined_lately(taken, now),
        leaving=seats.leaving_soon(taken, now),
        leaders=await _leaders(visit, met, clinicians),
        meetings=meetings(group_id, state, _own(visit, permitted), now),
        held=await _held(visit, group_id),
        names=names,
        steps=_other_steps(met),
        may_relieve=may_submit(visit.actor.role, "group", "relieve_facilitator"),
        lines=_lines(met.events, before, names),
        correctable=_correctable(visit, state),
        before=before,
        further=_further(met.events, before),
        receipt=receipt_of(met.events, done),
    )


async def meet_group(visit: Visit, group_id: str) -> Met:
    """The group, from its stream. Raises `NotFound`."""
    if not group_id.startswith("group-"):
        raise NotFound(UNKNOWN_ENTITY.message)
    return await meet(visit, group_id)


def met_when(weekdays: Sequence[int], starts: time | None, zone: str | None) -> str:
    """When a group meets, in its own zone: `Tuesdays 18:00 (New York)`."""
    if not weekdays or starts is None or zone is None:
        return "No time yet"
    days = " and ".join(WEEKDAYS[one] for one in weekdays)
    return f"{days} {starts:%H:%M} ({zone.rpartition('/')[2].replace('_', ' ')})"


def _meets(group: Group) -> str:
    rule = group.rule
    return met_when(rule.weekdays, rule.starts, rule.zone) if rule else met_when((), None, None)


def _clinician_id(visit: Visit) -> str | None:
    person: Person = visit.request.state.person
    return person.clinician_id


def _tabs(shown: str, *, leads: bool) -> list[dict[str, object]]:
    titles = {"mine": "Those I lead", "open": "Open", "closed": "Closed"}
    return [
        {"title": title, "count": None, "href": f"/groups?which={one}", "here": one == shown}
        for one, title in titles.items()
        if leads or one != "mine"
    ]


async def _today(
    visit: Visit, listed: Mapping[str, ListedGroup]
) -> list[tuple[GroupSessionRow, str]]:
    """The sessions of the clinic's present day, of the groups on this page."""
    since, until = day_around(visit.services.now(), visit.clinic.zone)
    found = await sessions_between(visit.services.pool, since, until, limit=SESSIONS)
    return [
        (one, listed[one.group_id].title or "Group")
        for one in found
        if one.group_id in listed and one.stage != "cancelled"
    ]


def day_around(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The beginning and the end of the day that it is in a zone."""
    day = now.astimezone(zone).date()
    since, until = (datetime.combine(one, time.min, zone) for one in (day, day + timedelta(days=1)))
    return since, until


def _names(visit: Visit, taken: Sequence[Seat]) -> dict[str, str]:
    """Patients' names, for whoever may see them."""
    if not may(visit.actor.role, Permission.READ_IDENTITY):
        return {}
    return {one.pathway_id: one.patient_name for one in taken if one.patient_name}


async def _leaders(visit: Visit, met: Met, names: Mapping[str, str]) -> list[Leader]:
    state: Group = met.folded.state
    zone = ZoneInfo(state.rule.zone) if state.rule else visit.clinic.zone
    day = met.context.now.astimezone(zone).date()
    credential = met.context.definition.policies.groups.credential
    return await leaders(visit.services.pool, state.facilitators, credential, day, names)


def _own(visit: Visit, permitted: Sequence[Transition]) -> list[Transition]:
    """What the actor's role may do."""
    return [one for one in permitted if may_submit(visit.actor.role, "group", one.command)]


async def _held(visit: Visit, group_id: str) -> list[GroupSessionRow]:
    now = visit.services.now()
    found = await sessions_of_group(
        visit.services.pool, group_id, limit=HELD, after=Place(now, "", 0)
    )
    return [one for one in found if one.stage in ("held", "cancelled")]


def _other_steps(met: Met) -> list[Step]:
    """What may be done with the group as a whole."""
    return [one for one in steps(met) if one.command not in ELSEWHERE]


def _correctable(visit: Visit, group: Group) -> set[int]:
    """The versions of the lines that the actor may put right."""
    may = may_submit(visit.actor.role, "group", "correct_incident")
    return {one.entry for one in group.incidents} if may else set()


def _lines(
    events: Sequence[RecordedEvent], before: int | None, names: Mapping[str, str]
) -> list[tuple[RecordedEvent, str]]:
    return [(one, told(one, names)) for one in _older(events, before)[:LINES]]


def _further(events: Sequence[RecordedEvent], before: int | None) -> int | None:
    """The version before which the history goes on, if it does."""
    older = _older(events, before)
    return older[LINES - 1].version if len(older) > LINES else None


def _older(events: Sequence[RecordedEvent], before: int | None) -> list[RecordedEvent]:
    return [
        one
        for one in reversed(events)
        if one.type not in MINOR and (before is None or one.version < before)
    ]
