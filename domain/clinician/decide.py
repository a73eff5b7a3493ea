"""What follows from each command to a clinician, or every reason why it is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain import timing
from domain.clinician import guards
from domain.clinician.deadline_met import meet_deadline
from domain.clinician.hours import free_time, reserve_time
from domain.clinician.qualifying import (
    record_credential,
    record_licence,
    revoke_credential,
    revoke_licence,
)
from domain.clinician.responsibilities import (
    go_off_call,
    go_on_call,
    hand_over,
    lead,
    leave_escalation,
    set_capacity,
    step_down,
    take_escalation,
    take_on,
)
from domain.clinician.service import change_details, deactivate, reactivate, register
from domain.clinician.state import Clinician
from domain.commands import clinician as commands
from domain.commands.base import Dated, MeetDeadline, SettleEffect
from domain.commands.clinician import ClinicianCommand
from domain.decider import Context, require
from domain.events.clinician import ClinicianEvent, EffectSettled

Handler = Callable[[Clinician, Any, Context], list[ClinicianEvent]]

_AT_ANY_TIME = (commands.Register, MeetDeadline, SettleEffect)
"""Commands that say for themselves what a clinician who is not registered means to them."""


def decide(
    clinician: Clinician, command: ClinicianCommand, context: Context
) -> list[ClinicianEvent]:
    """The events that follow from `command`; raises `Rejected` with every guard that failed."""
    if not isinstance(command, _AT_ANY_TIME):
        require(guards.registered(clinician))
    if isinstance(command, Dated) and command.at:
        require(timing.not_in_future(command.at, context))
        context = replace(context, now=command.at)
    return _HANDLERS[type(command)](clinician, command, context)


def _settle_effect(
    _clinician: Clinician, command: SettleEffect, context: Context
) -> list[ClinicianEvent]:
    """What came of a message is a fact, whatever became of the clinician meanwhile."""
    return [
        EffectSettled(
            at=context.now,
            effect_id=command.effect_id,
            effect=command.effect,
            outcome=command.outcome,
            attempts=command.attempts,
            reasons=command.reasons,
        )
    ]


_HANDLERS: dict[type[ClinicianCommand], Handler] = {
    commands.Register: register,
    MeetDeadline: meet_deadline,
    SettleEffect: _settle_effect,
    commands.ChangeDetails: change_details,
    commands.RecordCredential: record_credential,
    commands.RecordLicence: record_licence,
    commands.RevokeCredential: revoke_credential,
    commands.RevokeLicence: revoke_licence,
    commands.SetCapacity: set_capacity,
    commands.TakeOn: take_on,
    commands.HandOver: hand_over,
    commands.Lead: lead,
    commands.StepDown: step_down,
    commands.ReserveTime: reserve_time,
    commands.FreeTime: free_time,
    commands.GoOnCall: go_on_call,
    commands.GoOffCall: go_off_call,
    commands.TakeEscalation: take_escalation,
    commands.LeaveEscalation: leave_escalation,
    commands.Deactivate: deactivate,
    commands.Reactivate: reactivate,
}
