"""What may be done with a pathway now: every transition, open or with all that blocks it."""

from collections.abc import Iterable, Iterator
from typing import get_args

from domain.decider import Context, Reason, Transition, blocked_instead, known, transition
from domain.events.endings import DischargeReason, ErasureReason
from domain.pathway import (
    guards,
    guards_on_agreements,
    guards_on_corrections,
    guards_on_sessions,
    seats,
)
from domain.pathway.agreements import change_guards, choose_guards, suitability_guards
from domain.pathway.keeping import erase_guards
from domain.pathway.leaving import discharge_guards
from domain.pathway.permitted_arrangements import arrangements, at_any_time
from domain.pathway.phases import enter_guards, pause_guards
from domain.pathway.sessions import session_guards
from domain.pathway.state import Pathway
from domain.programmes.definition import Phase
from domain.risk import OutsideEvent

_CONCERNS = ("raise_concern", "report_event_outside")


def permitted(pathway: Pathway, context: Context) -> list[Transition]:
    """Every transition of a pathway. A guard on what a form asks for is checked on submitting."""
    if pathway.status == "absent":
        return [transition("refer", "Refer the patient")]
    if pathway.status == "erased":
        return []
    transitions = _of_an_opened(pathway, context)
    closed = guards.not_closed(pathway)
    if closed is None:
        lacking = blocked_instead(transitions, _without(pathway, context))
        return [*transitions, *lacking, *_corrections(pathway), *at_any_time(pathway)]
    left = list(_tasks(pathway))
    unheard = known(guards.somebody_hears(pathway))
    blocked = [
        one.model_copy(update={"blocked_by": (unheard if one.command in _CONCERNS else closed,)})
        for one in transitions
        if one not in left
    ]
    kept = [*_corrections(pathway), *at_any_time(pathway), *_after_closing(pathway, context)]
    return [*blocked, *left, *kept]


_GIVEN_IF_ASKED = "A reason"
"""A form asks for a reason where one opens the door."""

_NO_SESSION = Reason(code="session_not_in_phase", message="This phase has no sessions.")


def _without(pathway: Pathway, context: Context) -> dict[str, Transition]:
    """What is said of a command where there is nothing that it could be about."""
    offer = seats.any_offer(pathway)
    phase = context.definition.phase(known(pathway.phase))
    no_phase = guards.any_next_phase(phase, context.definition)
    return {
        command: transition(command, title, reason)
        for command, title, reason in (
            ("enter_phase", "Enter the next phase", no_phase),
            ("book_session", "Book a session", _NO_SESSION),
            ("record_session", "Record a session", _NO_SESSION),
            ("cancel_booking", "Cancel a booking", guards_on_sessions.any_booking(pathway)),
            ("accept_seat", "Accept the seat", offer),
            ("decline_seat", "Decline the seat", offer),
            ("complete_task", "Complete a task", guards.any_task(pathway)),
        )
    }


def _of_an_opened(pathway: Pathway, context: Context) -> list[Transition]:
    phase = known(context.definition.phase(known(pathway.phase)))
    return [
        *_phases(pathway, phase, context),
        *_sessions(pathway, phase, context),
        *_agreements(pathway, context),
        *_durations(pathway, context),
        transition("move_to_version", "Move to another version of the programme"),
        *_safety(),
        *arrangements(pathway, context),
        *_tasks(pathway),
        *_endings(pathway, context),
    ]


def _phases(pathway: Pathway, phase: Phase, context: Context) -> Iterator[Transition]:
    targets = (known(context.definition.phase(target)) for target in phase.leads_to)
    for target in targets:
        if target.purpose != "follow_up":
            blocking = enter_guards(pathway, target.id, _GIVEN_IF_ASKED, context)
            yield transition("enter_phase", f"Enter: {target.title}", *blocking, phase=target.id)
    yield transition("pause", "Pause the pathway", *pause_guards(pathway, context))
    yield transition("resume", "Resume after the pause", guards.paused(pathway))


def _sessions(pathway: Pathway, phase: Phase, context: Context) -> Iterator[Transition]:
    paused = guards.not_paused(pathway)
    for plan in phase.sessions:
        in_group = guards_on_sessions.not_in_group(plan)
        blocking = [paused, in_group, *session_guards(pathway, phase, plan, context)]
        booked = guards_on_sessions.bookings_left(pathway, phase, plan)
        yield transition("book_session", f"Book: {plan.title}", *blocking, booked, kind=plan.kind)
        yield transition("record_session", f"Record: {plan.title}", *blocking, kind=plan.kind)
    for booking in pathway.bookings:
        yield transition(
            "cancel_booking", f"Cancel booking {booking.number}", booking=booking.number
        )


def _agreements(pathway: Pathway, context: Context) -> Iterator[Transition]:
    for measure in context.definition.measures:
        yield transition("record_measure", f"Record {measure.title}", measure=measure.id)
    for consent in context.definition.consents:
        yield transition(
            "give_consent",
            f"Record: {consent.title}",
            consent=consent.id,
            document_version=consent.document_version,
        )
        yield transition(
            "withdraw_consent",
            f"Withdraw: {consent.title}",
            guards_on_agreements.consent_in_force(pathway, consent.id),
            consent=consent.id,
        )
    yield transition("agree_safety_plan", "Agree the safety plan")
    yield transition(
        "decide_suitability",
        "Decide whether the programme suits",
        *suitability_guards(pathway, context),
    )


def _durations(pathway: Pathway, context: Context) -> Iterator[Transition]:
    for variant in context.definition.variants:
        yield transition(
            "choose_duration",
            f"Choose {variant.title}",
            *choose_guards(pathway),
            variant=variant.id,
        )
        yield transition(
            "change_duration",
            f"Change to {variant.title}",
            *change_guards(pathway, variant.id, context),
            variant=variant.id,
        )


def _safety() -> Iterator[Transition]:
    """Nothing stands in the way of a concern."""
    yield transition("raise_concern", "Raise a concern for the patient's safety")
    for kind in get_args(OutsideEvent):
        title = f"Report outside the programme: {kind.replace('_', ' ')}"
        yield transition("report_event_outside", title, kind=kind)


def _tasks(pathway: Pathway) -> Iterable[Transition]:
    return (
        transition(
            "complete_task",
            f"Complete task {task.number}: {task.kind.replace('_', ' ')}",
            guards.not_left_away(pathway, task.number),
            task=task.number,
        )
        for task in pathway.tasks
    )


def _endings(pathway: Pathway, context: Context) -> Iterator[Transition]:
    for reason in get_args(DischargeReason):
        yield transition(
            "discharge",
            f"Discharge: {reason.replace('_', ' ')}",
            *discharge_guards(pathway, reason, context),
            reason=reason,
        )
    yield transition("end_follow_up", "End follow-up", guards.discharged(pathway))


def _corrections(pathway: Pathway) -> Iterator[Transition]:
    """As long as there is a record: which entry is wrong, its form asks for."""
    own, of_group = (
        guards_on_corrections.any_session(pathway, of_group=each) for each in (False, True)
    )
    score = guards_on_corrections.any_score(pathway)
    yield transition("correct_session", "Correct a session", own)
    yield transition("correct_group_session", "Correct how a group session was attended", of_group)
    yield transition("correct_measure", "Correct a score", score)
    yield transition(
        "strike_out",
        "Strike out what was entered in error",
        guards_on_corrections.any_entry(pathway),
    )
    yield transition("correct_patient", "Correct who the patient is", entry=pathway.identity_entry)


def _after_closing(pathway: Pathway, context: Context) -> Iterator[Transition]:
    yield transition("place_legal_hold", "Place a legal hold")
    for hold in pathway.legal_holds:
        yield transition("lift_legal_hold", f"Lift the legal hold {hold}", reason=hold)
    for reason in get_args(ErasureReason):
        yield transition(
            "erase",
            f"Erase the record: {reason.replace('_', ' ')}",
            *erase_guards(pathway, context),
            reason=reason,
        )
