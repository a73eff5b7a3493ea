"""Who must be told because of an event of a group: its members' pathways and its facilitators."""

from collections.abc import Iterable
from functools import singledispatch

from pydantic import JsonValue

from domain.calendars import refresh
from domain.decider import ITSELF, Effect, known, tell
from domain.events import group as facts
from domain.events.base import Event
from domain.events.group import GroupEvent
from domain.events.presence import Presence, Refusal
from domain.group.reminding import reminder
from domain.group.state import Group
from domain.group.times import times_told


def reactions(group: Group, event: GroupEvent) -> list[Effect]:
    """What each of them is told. Every name says whom it is for: `lead clinician-…`."""
    return [*_told(event, group), *times_told(event, group), *_calendars(event, group)]


def _calendars(event: GroupEvent, group: Group) -> list[Effect]:
    """Whose calendar has the session in it: each has a file of their own, which names nobody."""
    match event:
        case facts.SessionsPlanned() | facts.SessionCancelled() | facts.SessionRescheduled():
            members = (one.pathway_id for one in group.members)
            return [refresh(one, named=True) for one in (*members, *group.facilitators)]
        case _:
            return []


@singledispatch
def _told(_event: Event, _group: Group) -> Iterable[Effect]:
    return ()


@_told.register
def _(event: facts.FacilitatorAssigned, group: Group) -> Iterable[Effect]:
    yield _leading(event.clinician_id, group)


@_told.register
def _(_event: facts.ScheduleSet, group: Group) -> Iterable[Effect]:
    for clinician_id in group.facilitators:
        yield _leading(clinician_id, group)


@_told.register
def _(event: facts.FacilitatorRelieved, _group: Group) -> Iterable[Effect]:
    yield _tell_one(event.clinician_id, "step_down")


@_told.register
def _(event: facts.FacilitatorConfirmed, group: Group) -> Iterable[Effect]:
    """Whatever kept them from leading may be out of the way."""
    yield _leading(event.clinician_id, group)


@_told.register
def _(event: facts.EffectSettled, group: Group) -> Iterable[Effect]:
    """Who cannot come at that time leads the group all the same until somebody has seen to it."""
    told, _, clinician_id = event.effect.partition(" ")
    busy = told == "lead" and "leads_elsewhere" in event.reasons
    if busy and clinician_id in group.facilitators:
        yield _tell_one(clinician_id, "lead")


@_told.register
def _(event: facts.SessionsPlanned, group: Group) -> Iterable[Effect]:
    """Who leads a cohort learns its last day, and is free for other groups from then on."""
    ends = group.meetings is not None and event.next_at is None
    for clinician_id in group.facilitators if ends else ():
        yield _leading(clinician_id, group)
    for planned in event.sessions:
        for member in group.members:
            yield _booking(group, member.pathway_id, planned.session)


@_told.register
def _(event: facts.SessionRescheduled, group: Group) -> Iterable[Effect]:
    for member in group.members:
        yield _booking(group, member.pathway_id, event.session)


@_told.register
def _(event: facts.SessionReminderFellDue, _group: Group) -> Iterable[Effect]:
    for pathway_id in event.members:
        yield reminder(event, pathway_id)


@_told.register
def _(event: facts.SessionCancelled, group: Group) -> Iterable[Effect]:
    """A session that is broken off stood in the calendar of whoever was let in, members or not."""
    members = [one.pathway_id for one in group.members]
    let_in = [one.pathway_id for one in known(group.session(event.session)).admitted]
    for pathway_id in dict.fromkeys(members + let_in):
        yield _cancelling(group, pathway_id, event.session)


@_told.register
def _(event: facts.SeatReleased, group: Group) -> Iterable[Effect]:
    """Nothing of a group that they left stays in a patient's calendar."""
    for session in group.unrecorded if event.member else ():
        if session.admission(event.pathway_id) is None:
            yield _cancelling(group, event.pathway_id, session.number)


@_told.register
def _(event: facts.SeatFilled, group: Group) -> Iterable[Effect]:
    for session in group.upcoming(event.at):
        yield _booking(group, event.pathway_id, session.number)


@_told.register
def _(event: facts.ConcernRaised, _group: Group) -> Iterable[Effect]:
    yield tell(
        event.pathway_id,
        "raise_concern",
        name=f"raise_concern {event.pathway_id}",
        source="facilitator",
        level=event.level,
        at=event.at.isoformat(),
    )


@_told.register
def _(event: facts.SessionHeld, group: Group) -> Iterable[Effect]:
    """Only members' pathways hear of refusals: of others, only this log says that they came."""
    for presence in event.presences:
        yield _attendance(group, event, presence)
    for refusal in event.not_admitted:
        if group.has_member(refusal.pathway_id):
            yield _refused(group, event, refusal)


@_told.register
def _(event: facts.Closed, group: Group) -> Iterable[Effect]:
    for pathway_id in event.members:
        for number in event.sessions:
            yield _cancelling(group, pathway_id, number)
    for pathway_id in (*event.members, *event.waiting):
        yield _tell_one(pathway_id, "group_closed", successor=event.successor)
    for clinician_id in event.facilitators:
        yield _tell_one(clinician_id, "step_down")


def _tell_one(entity_id: str, command: str, about: str = "", /, **data: JsonValue) -> Effect:
    """The effect that tells one of those whom the group knows, and says which group speaks."""
    name = " ".join(filter(None, (command, about, entity_id)))
    return tell(entity_id, command, name=name, group_id=ITSELF, **data)


def _leading(clinician_id: str, group: Group) -> Effect:
    """The clinician knows when the group meets, so that they lead no other one then."""
    if group.meets is None:
        return _tell_one(clinician_id, "lead")
    meets = group.meets.model_dump(mode="json", exclude_none=True)
    return _tell_one(clinician_id, "lead", meets=meets)


def _booking(group: Group, pathway_id: str, number: int) -> Effect:
    """The session is put into the patient's calendar, or moved there."""
    session = next(one for one in group.sessions if one.number == number)
    return _tell_one(
        pathway_id,
        "book_group_session",
        str(number),
        session=number,
        starts_at=session.starts_at.isoformat(),
        length=session.length.total_seconds(),
        kind=group.session_kind,
        **({"group_reminds": True} if session.group_reminds else {}),
    )


def _cancelling(group: Group, pathway_id: str, number: int) -> Effect:
    """The session is taken out of the patient's calendar."""
    return _tell_one(
        pathway_id,
        "cancel_group_session",
        str(number),
        session=number,
        **_reminded(group, pathway_id, number),
    )


def _reminded(group: Group, pathway_id: str, number: int) -> dict[str, JsonValue]:
    """What the patient was reminded of the session, for their own record; absent if nothing."""
    session = group.session(number)
    found: list[JsonValue] = [
        one.model_dump(mode="json", exclude={"pathway_id"})
        for one in (session.reminded if session else ())
        if one.pathway_id == pathway_id
    ]
    return {"reminded": found} if found else {}


def _attendance(group: Group, event: facts.SessionHeld, presence: Presence) -> Effect:
    return _tell_one(
        presence.pathway_id,
        "record_group_session",
        session=event.session,
        held_at=event.held_at.isoformat(),
        length=event.length.total_seconds(),
        attended=presence.present,
        late_by=presence.late_by.total_seconds(),
        notice_at=presence.notice_at.isoformat() if presence.notice_at else None,
        location=presence.location,
        modality=_modality(group, presence),
        clinicians=list(event.clinicians),
        note=presence.note,
        kind=group.session_kind,
        **_reminded(group, presence.pathway_id, event.session),
    )


def _modality(group: Group, presence: Presence) -> str | None:
    """How the member took part; of whoever was absent from a hybrid session nobody can say."""
    if group.modality == "hybrid" and not presence.present:
        return None
    return group.modality_of(presence.location)


def _refused(group: Group, event: facts.SessionHeld, refusal: Refusal) -> Effect:
    return _tell_one(
        refusal.pathway_id,
        "record_not_admitted",
        session=event.session,
        held_at=event.held_at.isoformat(),
        reasons=list(refusal.reasons),
        **_reminded(group, refusal.pathway_id, event.session),
    )
