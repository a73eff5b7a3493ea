"""Phases: entering, interrupting and leaving them, up to the end of follow-up."""

from domain.commands.pathway import Discharge, EndFollowUp, EnterPhase, Pause, Resume
from domain.decider import Context, Reason, known, require
from domain.events.pathway import (
    BookingCancelled,
    Closed,
    Discharged,
    DischargeReason,
    PathwayEvent,
    Paused,
    PhaseEntered,
    Resumed,
    TaskKind,
)
from domain.pathway import guards, phase_guards, tasks
from domain.pathway.state import Pathway
from domain.pathway.timetable import asked_for, follow_ups, planned, quiet_after, timetable
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
        *phase_guards.applied(present.leave_when, pathway, present, context),
        *phase_guards.applied(asked, pathway, present, context),
    ]


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
    require(*pause_guards(pathway, context), guards.in_future(command.resume_at, context))
    return [
        Paused(at=context.now, reason=command.reason, resume_at=command.resume_at),
        *(
            BookingCancelled(at=context.now, booking=booking.number)
            for booking in pathway.bookings
            if context.now <= booking.starts_at < command.resume_at
        ),
    ]


def resume(pathway: Pathway, _command: Resume, context: Context) -> list[PathwayEvent]:
    """The patient is back: what fell into the pause is left out, what lies ahead goes on."""
    require(guards.paused(pathway))
    started_at = pathway.treatment_started_at
    ahead = (
        timetable(
            context.definition,
            started_at,
            known(pathway.duration),
            context.now,
            planning_opened=pathway.discharge_planning_opened,
        )
        if started_at
        else None
    )
    back = context.now + context.definition.policies.inactive_before_review
    return [
        Resumed(at=context.now, quiet_after=back, timetable=ahead),
        *tasks.settled(pathway, ("resume_pathway",), "The pathway was resumed.", context),
    ]


_OVER_BY_DISCHARGE: tuple[TaskKind, ...] = (
    "resume_pathway",
    "plan_discharge",
    "end_treatment",
    "collect_measures",
)


def discharge_guards(
    pathway: Pathway, reason: DischargeReason, context: Context
) -> list[Reason | None]:
    return [
        guards.not_discharged(pathway),
        guards.discharge_reason_fits(pathway, reason, context),
        guards.discharge_measures_closed(pathway, reason),
    ]


def discharge(pathway: Pathway, command: Discharge, context: Context) -> list[PathwayEvent]:
    """Treatment ends. Whoever was treated is followed up; the others' pathways close."""
    require(*discharge_guards(pathway, command.reason, context))
    follow_up = context.definition.phase_for("follow_up")
    treated = pathway.treatment_started_at is not None and command.reason != "deceased"
    measurements = follow_ups(context.definition, context.now) if follow_up and treated else ()
    discharged = Discharged(
        at=context.now,
        reason=command.reason,
        explanation=command.explanation,
        follow_ups=measurements,
    )
    if follow_up and measurements:
        over = tasks.settled(pathway, _OVER_BY_DISCHARGE, "The patient was discharged.", context)
        return [discharged, entry(follow_up, context), *over]
    return [discharged, Closed(at=context.now, reason="no_follow_up")]


def end_follow_up(pathway: Pathway, command: EndFollowUp, context: Context) -> list[PathwayEvent]:
    """Follow-up ends before its last measurement."""
    require(guards.discharged(pathway))
    return [Closed(at=context.now, reason="follow_up_ended", explanation=command.reason)]
