"""What each event means for a pathway. Total: it never refuses and never raises."""

from functools import singledispatch

from domain.events import pathway as facts
from domain.events import version
from domain.events.base import Event
from domain.events.erased import ContentErased
from domain.events.pathway import PathwayEvent
from domain.events.safety import EscalationResolved, RiskRaised, RiskSignalled
from domain.pathway.arranged import sent
from domain.pathway.clocks import (
    CLOCK_OF,
    STILL,
    Changes,
    clocks,
    clocks_moved,
    rounds,
    watched_since,
)
from domain.pathway.flags import heard, risk_changes
from domain.pathway.measured import measured
from domain.pathway.remaining import (
    other_bookings,
)
from domain.pathway.rows import Booking, Session, Stay, Task
from domain.pathway.state import STAYS_OPEN, Pathway


def evolve(pathway: Pathway, event: PathwayEvent) -> Pathway:
    """The pathway after `event`."""
    changes = _changes(event, pathway)
    version = {"version": pathway.version + 1}
    return pathway.model_copy(
        update={**version, **watched_since(changes, event, pathway), **changes}
    )


@singledispatch
def _changes(event: Event, pathway: Pathway) -> Changes:
    """The fields that an event changes. Measures have a module of their own."""
    return measured(event, pathway)


@_changes.register
def _(event: facts.Referred, _pathway: Pathway) -> Changes:
    return {
        "status": "open",
        "programme": event.programme,
        "referral": event.referral,
        "referred_at": event.at,
        "former_pathway": event.former_pathway,
    }


@_changes.register
def _(event: facts.PhaseEntered, pathway: Pathway) -> Changes:
    left = [stay.model_copy(update={"left_at": event.at}) for stay in pathway.stays[-1:]]
    present = Stay(phase=event.phase, entered_at=event.at)
    return {
        "stays": (*pathway.stays[:-1], *left, present),
        "quiet_after": event.quiet_after,
    }


@_changes.register
def _(event: facts.SessionBooked, pathway: Pathway) -> Changes:
    booking = Booking(
        number=event.booking,
        kind=event.kind,
        starts_at=event.starts_at,
        length=event.length,
        remind_at=event.remind_at,
        group_id=event.group_id,
        group_session=event.group_session,
        group_reminds=event.group_reminds,
    )
    return {"bookings_made": event.booking, "bookings": (*pathway.bookings, booking)}


@_changes.register
def _(event: facts.BookingCancelled, pathway: Pathway) -> Changes:
    return {"bookings": other_bookings(pathway, event.booking)}


@_changes.register
def _(event: facts.SessionReminderFellDue, pathway: Pathway) -> Changes:
    reminded = [
        booking.model_copy(
            update={"remind_at": tuple(at for at in booking.remind_at if at != event.at)}
        )
        for booking in pathway.bookings
        if booking.number == event.booking
    ]
    return {"bookings": (*other_bookings(pathway, event.booking), *reminded)}


@_changes.register
def _(event: facts.SessionRecorded, pathway: Pathway) -> Changes:
    session = Session(
        kind=event.kind,
        phase=event.phase,
        held_at=event.at,
        length=event.length,
        attendance=event.attendance,
        group_id=event.group_id,
        group_session=event.group_session,
        booking=event.booking,
        entry=pathway.version + 1,
        corrects=event.corrects,
    )
    return {
        "sessions": (*pathway.sessions, session),
        "bookings": other_bookings(pathway, event.booking),
        "quiet_after": event.quiet_after,
    }


@_changes.register
def _(event: facts.TreatmentStarted, pathway: Pathway) -> Changes:
    """An earlier first session, entered late, does not bring back an end that has been met."""
    end_met = pathway.treatment_started_at is not None and pathway.ends_at is None
    return {
        "treatment_started_at": event.at,
        **clocks(event.timetable),
        **({"ends_at": None} if end_met else {}),
    }


@_changes.register
def _(event: facts.Paused, _pathway: Pathway) -> Changes:
    return {"status": "paused", "paused_at": event.at, "resume_at": event.resume_at}


@_changes.register
def _(event: facts.Resumed, _pathway: Pathway) -> Changes:
    return {
        "status": "open",
        "paused_at": None,
        "resume_at": None,
        "quiet_after": event.quiet_after,
        **rounds(event.timetable),
    }


@_changes.register
def _(event: version.VersionMoved, pathway: Pathway) -> Changes:
    return {
        "programme": event.programme,
        "months": event.months,
        "weeks": event.weeks,
        **clocks_moved(event, pathway),
    }


@_changes.register
def _(event: facts.TaskOpened, pathway: Pathway) -> Changes:
    task = Task(
        number=event.task,
        kind=event.kind,
        opened_at=event.at,
        due_at=event.due_at,
        about=event.about,
    )
    clock = {CLOCK_OF[event.kind]: event.next_at} if event.kind in CLOCK_OF else {}
    return {
        "tasks_opened": event.task,
        "tasks": (*pathway.tasks, task),
        "reviews": pathway.reviews + (event.kind == "progress_review"),
        **clock,
    }


@_changes.register
def _(event: facts.TaskCameAgain, pathway: Pathway) -> Changes:
    return {
        CLOCK_OF[event.kind]: event.next_at,
        "reviews": pathway.reviews + (event.kind == "progress_review"),
    }


@_changes.register
def _(event: facts.TaskCompleted, pathway: Pathway) -> Changes:
    return {
        "tasks": tuple(task for task in pathway.tasks if task.number != event.task),
        "quiet_after": event.quiet_after or pathway.quiet_after,
    }


@_changes.register
def _(event: RiskRaised | RiskSignalled | EscalationResolved, pathway: Pathway) -> Changes:
    return risk_changes(pathway, event)


@_changes.register
def _(event: facts.Discharged, _pathway: Pathway) -> Changes:
    return {
        "status": "open",
        "discharged_for": event.reason,
        "discharged_at": event.at,
        "level": None,
        "planned_measures": event.follow_ups,
        "open_measures": (),
        **STILL,
    }


@_changes.register
def _(event: facts.Closed, pathway: Pathway) -> Changes:
    return {
        "status": "closed",
        "closed_at": event.at,
        "planned_measures": (),
        "open_measures": (),
        # Nobody who is at risk is forgotten because treatment is over.
        "tasks": tuple(task for task in pathway.tasks if task.kind in STAYS_OPEN),
        **STILL,
    }


@_changes.register
def _(event: facts.LegalHoldPlaced, pathway: Pathway) -> Changes:
    return {"legal_holds": (*pathway.legal_holds, event.reason)}


@_changes.register
def _(event: facts.LegalHoldLifted, pathway: Pathway) -> Changes:
    return {"legal_holds": tuple(one for one in pathway.legal_holds if one != event.reason)}


@_changes.register
def _(event: facts.Erased, _pathway: Pathway) -> Changes:
    return dict(Pathway(status="erased", erased_at=event.at))


@_changes.register
def _(event: ContentErased, _pathway: Pathway) -> Changes:
    """As of any instant: what was known of the patient then is not known any more."""
    return dict(Pathway(status="erased", erased_at=event.erased_at))


@_changes.register
def _(event: facts.EffectSettled, pathway: Pathway) -> Changes:
    if event.effect == facts.DESTROY_KEY:
        return {"erasure": event.outcome}
    return {**heard(pathway, event), **sent(pathway, event)}
