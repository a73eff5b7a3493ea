"""What follows from each command to a pathway, or every reason why it is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

from domain import timing
from domain.commands import corrections
from domain.commands import pathway as commands
from domain.commands import safety as safety_commands
from domain.commands.base import Command, Dated, MeetDeadline, SettleEffect
from domain.commands.pathway import PathwayCommand
from domain.decider import Context, require
from domain.events.pathway import EffectSettled, PathwayEvent
from domain.pathway import arrangement_handlers as arrangements
from domain.pathway import guards, safety
from domain.pathway.agreements import (
    agree_safety_plan,
    change_duration,
    choose_duration,
    decide_suitability,
    give_consent,
    withdraw_consent,
)
from domain.pathway.answers import answers
from domain.pathway.correcting import (
    correct_group_session,
    correct_patient,
    correct_session,
    strike_out,
)
from domain.pathway.correcting_measures import correct_measure
from domain.pathway.deadline_met import meet_deadline
from domain.pathway.intake import refer
from domain.pathway.keeping import erase, lift_legal_hold, place_legal_hold
from domain.pathway.leaving import discharge, end_follow_up
from domain.pathway.measures import record_measure
from domain.pathway.phases import enter_phase, pause, resume
from domain.pathway.sessions import book_session, cancel_booking, record_session
from domain.pathway.state import STAYS_OPEN, Pathway
from domain.pathway.tasks import complete_task
from domain.pathway.undone import undone
from domain.pathway.version import move_to_version
from domain.value import Instant

Handler = Callable[[Pathway, Any, Context], list[PathwayEvent]]

SAFETY_CONCERNS = (safety_commands.RaiseConcern, safety_commands.ReportEventOutside)
"""Commands by which somebody says that the patient is at risk."""

_CORRECTIONS = get_args(corrections.CorrectionCommand)
"""What may be asked for as long as there is a record: also of a pathway that is closed."""

_AT_ANY_TIME: tuple[type[Command], ...] = (
    commands.Refer,
    MeetDeadline,
    SettleEffect,
    commands.PlaceLegalHold,
    commands.LiftLegalHold,
    commands.Erase,
    safety_commands.EscalationResolved,
    safety_commands.ClinicianNotTold,
    *arrangements.AT_ANY_TIME,
)
"""Commands that say for themselves what a missing or a closed pathway means to them."""


def decide(pathway: Pathway, command: PathwayCommand, context: Context) -> list[PathwayEvent]:
    """The events that follow from `command`; raises `Rejected` with every guard that failed."""
    if isinstance(command, SAFETY_CONCERNS):
        require(guards.somebody_hears(pathway))
    elif isinstance(command, _CORRECTIONS):
        require(guards.referred(pathway), guards.not_erased(pathway))
    elif not isinstance(command, _AT_ANY_TIME) and not _ends_what_stays(pathway, command):
        require(guards.referred(pathway), guards.not_closed(pathway))
    if isinstance(command, Dated) and command.at:
        context = _as_it_happened(pathway, command.at, context)
    return _HANDLERS[type(command)](pathway, command, context)


def _ends_what_stays(pathway: Pathway, command: PathwayCommand) -> bool:
    """A closed pathway keeps some tasks until somebody has done them."""
    numbers = (task.number for task in pathway.tasks if task.kind in STAYS_OPEN)
    return isinstance(command, commands.CompleteTask) and command.task in numbers


def _as_it_happened(pathway: Pathway, at: Instant, context: Context) -> Context:
    """What is entered late is judged by the day it happened, and cannot overtake what followed."""
    require(timing.not_in_future(at, context), guards.not_before_latest_step(pathway, at))
    return replace(context, now=at)


def _settle_effect(pathway: Pathway, command: SettleEffect, context: Context) -> list[PathwayEvent]:
    """What came of an effect is a fact, whatever became of the pathway meanwhile."""
    settled = EffectSettled(
        at=context.now,
        effect_id=command.effect_id,
        effect=command.effect,
        outcome=command.outcome,
        attempts=command.attempts,
        reasons=command.reasons,
    )
    return [
        settled,
        *safety.answer_to_flag(pathway, settled, context),
        *answers(pathway, command, context),
        *undone(pathway, command, context),
    ]


_HANDLERS: dict[type[PathwayCommand], Handler] = {
    commands.Refer: refer,
    MeetDeadline: meet_deadline,
    SettleEffect: _settle_effect,
    commands.BookSession: book_session,
    commands.CancelBooking: cancel_booking,
    commands.RecordSession: record_session,
    commands.RecordMeasure: record_measure,
    corrections.CorrectSession: correct_session,
    corrections.CorrectMeasure: correct_measure,
    corrections.CorrectPatient: correct_patient,
    corrections.CorrectGroupSession: correct_group_session,
    corrections.StrikeOut: strike_out,
    commands.GiveConsent: give_consent,
    commands.WithdrawConsent: withdraw_consent,
    commands.AgreeSafetyPlan: agree_safety_plan,
    commands.DecideSuitability: decide_suitability,
    commands.ChooseDuration: choose_duration,
    commands.ChangeDuration: change_duration,
    commands.EnterPhase: enter_phase,
    commands.Pause: pause,
    commands.Resume: resume,
    commands.MoveToVersion: move_to_version,
    commands.CompleteTask: complete_task,
    commands.Discharge: discharge,
    commands.EndFollowUp: end_follow_up,
    commands.PlaceLegalHold: place_legal_hold,
    commands.LiftLegalHold: lift_legal_hold,
    commands.Erase: erase,
    **arrangements.HANDLERS,
    safety_commands.RaiseConcern: safety.raise_concern,
    safety_commands.ReportEventOutside: safety.report_event_outside,
    safety_commands.EscalationResolved: safety.escalation_resolved,
    safety_commands.ClinicianNotTold: safety.clinician_not_told,
}
