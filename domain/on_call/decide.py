"""What follows from each command to an on-call list, or every reason why it is refused."""

from collections.abc import Callable
from typing import Any

from domain.commands import on_call as commands
from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.on_call import (
    AddClinician,
    EndStandIn,
    OnCallCommand,
    RemoveClinician,
    SetChain,
    StandIn,
)
from domain.decider import Context, Deadline, require
from domain.events.on_call import (
    ChainSet,
    ClinicianAdded,
    ClinicianRemoved,
    EffectSettled,
    OnCallEvent,
    StandInArranged,
    StandInEnded,
)
from domain.on_call import guards
from domain.on_call.deadlines import deadlines_of
from domain.on_call.state import OnCall

Handler = Callable[[OnCall, Any, Context], list[OnCallEvent]]


def decide(on_call: OnCall, command: OnCallCommand, context: Context) -> list[OnCallEvent]:
    """The events that follow from `command`; raises `Rejected` with every guard that failed."""
    return _HANDLERS[type(command)](on_call, command, context)


def _set_chain(on_call: OnCall, command: SetChain, context: Context) -> list[OnCallEvent]:
    """The whole list anew. Stand-ins for those who stay on it stay arranged."""
    named = (*command.clinicians, command.supervisor)
    if named == on_call.answering:
        return []
    require(*(guards.in_service(one, context) for one in named))
    return [ChainSet(at=context.now, clinicians=command.clinicians, supervisor=command.supervisor)]


def _add_clinician(on_call: OnCall, command: AddClinician, context: Context) -> list[OnCallEvent]:
    """One more to be called; a place beyond the end is the end."""
    require(
        guards.chain_set(on_call),
        guards.not_in_chain(on_call, command.clinician),
        guards.in_service(command.clinician, context),
    )
    end = len(on_call.clinicians) + 1
    place = min(command.place or end, end)
    return [ClinicianAdded(at=context.now, clinician=command.clinician, place=place)]


def _remove_clinician(
    on_call: OnCall, command: RemoveClinician, context: Context
) -> list[OnCallEvent]:
    """One less, but never the last."""
    require(guards.chain_set(on_call))
    require(guards.in_chain(on_call, command.clinician), guards.somebody_left(on_call))
    return [ClinicianRemoved(at=context.now, clinician=command.clinician)]


def _stand_in(on_call: OnCall, command: StandIn, context: Context) -> list[OnCallEvent]:
    """For a time, somebody who is not on the list is called for one who is."""
    require(guards.chain_set(on_call))
    require(
        guards.answers(on_call, command.absent),
        guards.not_in_chain(on_call, command.instead),
        guards.in_service(command.instead, context),
        guards.not_over(command, context),
        guards.nobody_stands_in_twice(on_call, command),
    )
    return [
        StandInArranged(
            at=context.now,
            stand_in=on_call.stand_ins_arranged + 1,
            absent=command.absent,
            instead=command.instead,
            since=command.since,
            until=command.until,
        )
    ]


def _end_stand_in(on_call: OnCall, command: EndStandIn, context: Context) -> list[OnCallEvent]:
    """The clinician answers for themselves again."""
    require(guards.stand_in_arranged(on_call, command.stand_in))
    return [StandInEnded(at=context.now, stand_in=command.stand_in)]


def _meet_deadline(on_call: OnCall, command: MeetDeadline, context: Context) -> list[OnCallEvent]:
    """A stand-in whose time is over; anything else does not matter any more."""
    deadline = Deadline(kind=command.kind, subject=command.subject, at=command.at)
    if deadline.at > context.now:
        return []
    return [
        StandInEnded(at=deadline.at, stand_in=one.stand_in)
        for one in on_call.stand_ins
        if deadline in deadlines_of(one)
    ]


def _settle_effect(_on_call: OnCall, command: SettleEffect, context: Context) -> list[OnCallEvent]:
    """What came of telling a clinician is a fact, whatever became of the list meanwhile."""
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


_HANDLERS: dict[type[OnCallCommand], Handler] = {
    commands.SetChain: _set_chain,
    commands.AddClinician: _add_clinician,
    commands.RemoveClinician: _remove_clinician,
    commands.StandIn: _stand_in,
    commands.EndStandIn: _end_stand_in,
    MeetDeadline: _meet_deadline,
    SettleEffect: _settle_effect,
}
