"""What happened, told in one sentence for each kind of event.

No sentence and no detail holds free text or anything that names the patient: reasons, explanations,
outcomes and plans stay in the event.
"""

from functools import singledispatch

from domain.events import agreements, measures, safety, version
from domain.events import pathway as facts
from domain.events.base import Event
from domain.programmes.words import Duration
from projections.timeline.arranged import arranged
from projections.timeline.corrected import corrected
from projections.timeline.words import Details, Told, instant, words

_ATTENDANCE = {
    "attended": "attended",
    "late": "attended late",
    "missed": "missed",
    "excused": "excused",
}


@singledispatch
def told(event: Event) -> Told:
    """The sentence and the coded values of an event."""
    found = arranged(event) or corrected(event)
    if found:
        return found
    message = f"{type(event).__name__} has no sentence yet: write one in projections.timeline"
    raise TypeError(message)


@told.register
def _(event: facts.Referred) -> Told:
    title = f"Referred to {event.programme}, priority {event.referral.urgency}"
    return title, {"programme": event.programme, "urgency": event.referral.urgency}


@told.register
def _(event: facts.PhaseEntered) -> Told:
    return f"Phase entered: {words(event.phase)}", {"phase": event.phase}


@told.register
def _(event: facts.SessionBooked) -> Told:
    details = {
        "booking": event.booking,
        "kind": event.kind,
        "starts_at": instant(event.starts_at),
        "minutes": event.length.total_seconds() / 60,
    }
    return f"Session booked: {words(event.kind)}", details


@told.register
def _(event: facts.BookingCancelled) -> Told:
    return f"Booking {event.booking} cancelled", {"booking": event.booking}


@told.register
def _(event: facts.SessionReminderFellDue) -> Told:
    details = {"booking": event.booking, "starts_at": instant(event.starts_at)}
    return "Reminder of a session fell due", details


@told.register
def _(event: facts.SessionReminded) -> Told:
    details = {"starts_at": instant(event.starts_at), "outcome": event.outcome}
    return f"Reminder of a group's session: {event.outcome}", details


@told.register
def _(event: facts.SessionRecorded) -> Told:
    details = {
        "kind": event.kind,
        "phase": event.phase,
        "attendance": event.attendance,
        "booking": event.booking,
        "minutes": event.length.total_seconds() / 60,
        "late_by_minutes": event.late_by.total_seconds() / 60,
        **_mark(event.corrects),
    }
    said = f"ession {_ATTENDANCE[event.attendance]}: {words(event.kind)}"
    return f"Corrected: s{said}" if event.corrects else f"S{said}", details


@told.register
def _(event: facts.TreatmentStarted) -> Told:
    return "Treatment started", {"ends_at": instant(event.timetable.ends_at)}


@told.register
def _(event: facts.MeasureRecorded) -> Told:
    details = {
        "measure": event.measure,
        "score": event.score,
        "band": event.scoring.band if event.scoring else None,
        "flags": [flag.source for flag in event.scoring.flags] if event.scoring else [],
        "occasions": list(event.occasions),
        **_mark(event.corrects),
    }
    done = "corrected" if event.corrects else "recorded"
    return f"{event.measure.upper()} {done}: {event.score:g}", details


@told.register
def _(event: facts.MeasuresFellDue) -> Told:
    planned = event.planned
    details = {
        "occasion": planned.occasion,
        "measures": list(planned.measures),
        "expires_at": instant(planned.expires_at),
    }
    return f"Measures fell due: {words(planned.occasion)}", details


@told.register
def _(event: measures.MeasuresReminderFellDue) -> Told:
    details = {"occasion": event.occasion, "missing": list(event.missing)}
    return f"Reminder of measures fell due: {words(event.occasion)}", details


@told.register
def _(event: measures.MeasuresBecameOverdue) -> Told:
    details = {"occasion": event.occasion, "missing": list(event.missing)}
    return f"Measures became overdue: {words(event.occasion)}", details


@told.register
def _(event: facts.MeasuresExpired) -> Told:
    details = {"occasion": event.occasion, "missing": list(event.missing)}
    return f"Measures expired unanswered: {words(event.occasion)}", details


@told.register
def _(event: agreements.ConsentGiven) -> Told:
    details = {"consent": event.consent, "document_version": event.document_version}
    return f"Consent given: {words(event.consent)}", details


@told.register
def _(event: agreements.ConsentWithdrawn) -> Told:
    return f"Consent withdrawn: {words(event.consent)}", {"consent": event.consent}


@told.register
def _(event: agreements.SafetyPlanAgreed) -> Told:
    if event.revision == 1:
        return "Safety plan agreed", {"revision": event.revision}
    return f"Safety plan revised, revision {event.revision}", {"revision": event.revision}


@told.register
def _(event: agreements.SuitabilityDecided) -> Told:
    found = "suitable" if event.suitable else "not suitable"
    considered = [dict(one) for one in event.alternatives]
    details = {"suitable": event.suitable, "alternatives": considered}
    return f"Found {found} for the programme", details


@told.register
def _(event: agreements.DurationChosen) -> Told:
    lasts = Duration(months=event.months, weeks=event.weeks)
    return f"Duration chosen: {lasts}", {"variant": event.variant, **dict(lasts)}


@told.register
def _(event: agreements.DurationChanged) -> Told:
    ends_at = event.timetable.ends_at if event.timetable else None
    lasts = Duration(months=event.months, weeks=event.weeks)
    details = {"variant": event.variant, **dict(lasts), "ends_at": instant(ends_at)}
    return f"Duration changed to {lasts}", details


@told.register
def _(event: version.VersionMoved) -> Told:
    ends_at = event.timetable.ends_at if event.timetable else None
    details = {"before": event.before, "after": event.programme, "ends_at": instant(ends_at)}
    return f"Moved from {event.before} to {event.programme}", details


@told.register
def _(event: facts.Paused) -> Told:
    return "Pathway paused", {"resume_at": instant(event.resume_at)}


@told.register
def _(event: facts.Resumed) -> Told:
    ends_at = event.timetable.ends_at if event.timetable else None
    return "Pathway resumed", {"ends_at": instant(ends_at)}


@told.register
def _(event: facts.LevelReturned) -> Told:
    return f"Back from {words(event.level)}", {"level": event.level}


@told.register
def _(event: facts.TaskOpened) -> Told:
    details = {"task": event.task, "kind": event.kind, "due_at": instant(event.due_at)}
    return f"Task opened: {words(event.kind)}", details


@told.register
def _(event: facts.TaskCameAgain) -> Told:
    return f"Due again while open: {words(event.kind)}", {"task": event.task, "kind": event.kind}


@told.register
def _(event: facts.TaskCompleted) -> Told:
    return f"Task {event.task} completed", {"task": event.task}


@told.register
def _(event: safety.RiskRaised) -> Told:
    return f"Risk flagged, {event.level}: {words(event.source)}", _flag(event)


@told.register
def _(event: safety.RiskSignalled) -> Told:
    return f"Risk flagged again, {event.level}: {words(event.source)}", _flag(event)


@told.register
def _(event: safety.EscalationResolved) -> Told:
    details = {
        "escalation_id": event.escalation_id,
        "disposition": event.disposition,
        "level": event.level,
    }
    return f"Escalation resolved: {words(event.disposition)}", details


@told.register
def _(event: safety.ErasurePassedOn) -> Told:
    return "Erasure passed on", {"entity_id": event.entity_id}


@told.register
def _(event: facts.Discharged) -> Told:
    return f"Discharged: {words(event.reason)}", {"reason": event.reason}


@told.register
def _(event: facts.Closed) -> Told:
    return f"Pathway closed: {words(event.reason)}", {"reason": event.reason}


@told.register
def _(event: facts.LegalHoldPlaced) -> Told:
    return "Legal hold placed", {"reason": event.reason}


@told.register
def _(event: facts.LegalHoldLifted) -> Told:
    return "Legal hold lifted", {"reason": event.reason}


@told.register
def _(event: facts.Erased) -> Told:
    return f"Record erased: {words(event.reason)}", {"reason": event.reason}


@told.register
def _(event: facts.EffectSettled) -> Told:
    details = {"effect": event.effect, "outcome": event.outcome, "attempts": event.attempts}
    perhaps = ", perhaps received" if "perhaps_received" in event.reasons else ""
    return f"{words(event.effect).capitalize()}: {event.outcome}{perhaps}", details


def _mark(corrects: int | None) -> Details:
    return {"corrects": corrects} if corrects else {}


def _flag(event: safety.RiskRaised | safety.RiskSignalled) -> Details:
    return {"escalation_id": event.escalation_id, "source": event.source, "level": event.level}
