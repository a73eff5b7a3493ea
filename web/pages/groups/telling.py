"""What happened to a group, told in one sentence for each event. No sentence holds free text."""

from collections.abc import Mapping
from functools import singledispatch

from domain.events import group as facts
from domain.events.base import Event
from domain.events.corrections import IncidentStruckOut
from domain.events.envelope import RecordedEvent
from web.pages.wording import in_words, sentence

Names = Mapping[str, str]
"""What clinicians and members are called, by id; whoever is not in it stays unnamed."""

MINOR = frozenset({"group.effect_settled"})
"""What only carepath itself did."""


def told(recorded: RecordedEvent, names: Names) -> str:
    """One event in one sentence."""
    found = _told(recorded.event, names)
    return found or sentence(in_words(recorded.type.partition(".")[2]))


def _clinician(clinician_id: str, names: Names) -> str:
    return names.get(clinician_id, "a clinician")


def _patient(pathway_id: str, names: Names) -> str:
    return names.get(pathway_id, "a patient")


@singledispatch
def _told(_event: Event, _names: Names) -> str | None:
    return None


@_told.register
def _(event: facts.Formed, _names: Names) -> str:
    return f"Formed: {event.title}, {in_words(event.modality)}, {event.capacity} seats"


@_told.register
def _(event: facts.ScheduleSet, _names: Names) -> str:
    return f"Meets every week at {event.starts:%H:%M}, from {event.since.isoformat()} on"


@_told.register
def _(event: facts.SessionsPlanned, _names: Names) -> str:
    count = len(event.sessions)
    return f"{count} session{'s' * (count != 1)} planned, up to {event.until.isoformat()}"


@_told.register
def _(event: facts.SessionCancelled, _names: Names) -> str:
    return f"Session {event.session} cancelled"


@_told.register
def _(event: facts.SessionRescheduled, _names: Names) -> str:
    return f"Session {event.session} moved"


@_told.register
def _(event: facts.SessionReminderFellDue, _names: Names) -> str:
    count = len(event.members)
    return f"{count} member{'s' * (count != 1)} reminded of session {event.session}"


@_told.register
def _(event: facts.FacilitatorAssigned, names: Names) -> str:
    return f"Led by {_clinician(event.clinician_id, names)} from now on"


@_told.register
def _(event: facts.FacilitatorRelieved, names: Names) -> str:
    return f"No longer led by {_clinician(event.clinician_id, names)}"


@_told.register
def _(event: facts.SubstituteNamed, names: Names) -> str:
    substitute, absent = (_clinician(o, names) for o in (event.clinician_id, event.instead_of))
    return f"Session {event.session}: {substitute} stands in for {absent}"


@_told.register
def _(event: facts.SeatReserved, names: Names) -> str:
    return f"Seat reserved for {_patient(event.pathway_id, names)}"


@_told.register
def _(event: facts.SeatFilled, names: Names) -> str:
    return sentence(f"{_patient(event.pathway_id, names)} joined")


@_told.register
def _(event: facts.SeatReleased, names: Names) -> str:
    patient = sentence(_patient(event.pathway_id, names))
    what = "left the group" if event.member else "did not take the seat"
    return f"{patient} {what}: {in_words(event.reason)}"


@_told.register
def _(event: facts.MemberMoved, names: Names) -> str:
    return sentence(f"{_patient(event.pathway_id, names)} lives in {event.state} now")


@_told.register
def _(event: facts.AttendanceCorrected, names: Names) -> str:
    patient, said = _patient(event.pathway_id, names), in_words(event.attendance)
    became = f"corrected: {said}" if event.counts else f"struck out: {said}"
    return f"Session {event.session}: attendance of {patient} {became}"


@_told.register
def _(event: facts.SessionOpened, _names: Names) -> str:
    refused = f", {len(event.not_admitted)} not let in" if event.not_admitted else ""
    return f"Session {event.session} opened with {len(event.admitted)}{refused}"


@_told.register
def _(event: facts.MemberAdmitted, names: Names) -> str:
    patient = _patient(event.admission.pathway_id, names)
    return f"Session {event.session}: {patient} let in later"


@_told.register
def _(event: facts.MemberNotAdmitted, names: Names) -> str:
    patient = _patient(event.refusal.pathway_id, names)
    why = ", ".join(in_words(one) for one in event.refusal.reasons)
    return f"Session {event.session}: {patient} not let in ({why})"


@_told.register
def _(event: facts.ConcernRaised, names: Names) -> str:
    patient = _patient(event.pathway_id, names)
    return f"Session {event.session}: a {event.level} concern about {patient}"


@_told.register
def _(event: facts.IncidentLogged, _names: Names) -> str:
    corrected = "corrected: " if event.corrects else ""
    said = f"{corrected}{in_words(event.category)}"
    return f"Session {event.session}: {said}, told in note {event.note}"


@_told.register
def _(event: IncidentStruckOut, _names: Names) -> str:
    return f"Session {event.session}: struck out: {in_words(event.category)}"


@_told.register
def _(event: facts.SessionHeld, _names: Names) -> str:
    there = sum(one.present for one in event.presences)
    return f"Session {event.session} held, {there} of {len(event.presences)} there"


@_told.register
def _(event: facts.TaskOpened, _names: Names) -> str:
    return f"To do: {in_words(event.kind)}"


@_told.register
def _(event: facts.TaskCompleted, _names: Names) -> str:
    return f"Task {event.task} done"


@_told.register
def _(_event: facts.Closed, _names: Names) -> str:
    return "Closed"
