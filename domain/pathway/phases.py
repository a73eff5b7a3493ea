"""Phases: entering, interrupting and leaving them, up to the end of follow-up."""

from datetime import datetime

from domain import timing
from domain.commands.pathway import EnterPhase, Pause, Resume
from domain.decider import Context, Reason, known, require
from domain.events.pathway import BookingCancelled, PathwayEvent, Paused, PhaseEntered, Resumed
from domain.events.timetable import Timetable
from domain.pathway import guards, phase_guards, tasks
from domain.pathway.state import Pathway
from domain.pathway.timetable import asked_for, planned, quiet_after, timetable
from domain.programmes.definition import Phase


def entry(phase: Phase, context: Context, reason: str | None = None) -> PhaseEntered:
    """The event of entering a phase now."""
    return PhaseEntered(
        at=context.now,
        phase=phase.id,
        reason=reason,
        quiet_after=quiet_after(context.definition, phase, context.now),
    )


def enter_guards(
    pathway: Pathway, target_id: str, reason: str | None, context: Context
) -> list[Reason | None]:
    """The guards at the door out of the present phase and at the door into the next.

    A reason opens the door to the discharge phase before the end is near.
    """
    definition = context.definition
    present = known(definition.phase(known(pathway.phase)))
    target = definition.phase(target_id)
    asked = (
        [name for name in target.enter_when if not (reason and name == "ending_is_near")]
        if target
        else []
    )
    return [
        guards.not_paused(pathway),
        guards.phase_reachable(pathway, definition, target_id),
        guards.entered_by_discharge_only(target),
        _licence_to_begin(pathway, target, context),
        *phase_guards.applied(present.leave_when, pathway, present, context),
        *phase_guards.applied(asked, pathway, present, context),
    ]


def _licence_to_begin(pathway: Pathway, target: Phase | None, context: Context) -> Reason | None:
    """A clinic licence that has expired lets nobody begin treatment; who has begun goes on."""
    if target is None or target.purpose != "treatment" or pathway.treatment_started_at:
        return None
    return guards.state_served(known(pathway.lives_in), context)


def enter_phase(pathway: Pathway, command: EnterPhase, context: Context) -> list[PathwayEvent]:
    """The patient moves on. Entering the discharge phase asks for the closing measures."""
    require(*enter_guards(pathway, command.phase, command.reason, context))
    definition = context.definition
    phase = known(definition.phase(command.phase))
    entered = entry(phase, context, command.reason)
    closing = definition.measure_schedule.discharge
    if phase.purpose != "discharge" or not closing:
        return [entered]
    asked = planned(definition, "discharge", closing, context.now)
    return [entered, asked_for(definition, asked)]


def pause_guards(pathway: Pathway, context: Context) -> list[Reason | None]:
    return [guards.not_paused(pathway), guards.in_care(pathway, context.definition)]


def pause(pathway: Pathway, command: Pause, context: Context) -> list[PathwayEvent]:
    """An interruption with a reason and a date on which resuming becomes a task.

    The sessions booked for that time are cancelled: nobody is reminded of them.
    """
    require(*pause_guards(pathway, context), timing.in_future(command.resume_at, context))
    return [
        Paused(at=context.now, reason=command.reason, resume_at=command.resume_at),
        *cancelled_until(pathway, command.resume_at, context),
    ]


def cancelled_until(pathway: Pathway, until: datetime, context: Context) -> list[BookingCancelled]:
    """The sessions booked from now until then will not take place."""
    return [
        BookingCancelled(at=context.now, booking=booking.number)
        for booking in pathway.bookings
        if context.now <= booking.starts_at < until
    ]


def resume(pathway: Pathway, _command: Resume, context: Context) -> list[PathwayEvent]:
    """The patient is back: what fell into the pause is left out, what lies ahead goes on."""
    require(guards.paused(pathway))
    watched_until, ahead = back(pathway, context)
    return [
        Resumed(at=context.now, quiet_after=watched_until, timetable=ahead),
        *tasks.settled(pathway, ("resume_pathway",), "The pathway was resumed.", context),
    ]


def back(pathway: Pathway, context: Context) -> tuple[datetime | None, Timetable | None]:
    """When silence would ask for a review again, and what lies ahead of a treatment that began."""
    phase = known(context.definition.phase(known(pathway.phase)))
    watched_until = quiet_after(context.definition, phase, context.now)
    if pathway.treatment_started_at is None:
        return watched_until, None
    ahead = timetable(
        context.definition,
        pathway.treatment_started_at,
        known(pathway.duration),
        context.now,
        pathway,
    )
    return watched_until, ahead
