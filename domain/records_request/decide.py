"""What follows from each command to a request for records, or why it is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain import timing
from domain.calendar import days_after
from domain.commands import records_request as commands
from domain.commands.base import Dated, MeetDeadline, SettleEffect
from domain.commands.records_request import RecordsRequestCommand
from domain.decider import Context, Deadline, Reason, known, require
from domain.events.records_request import (
    BecameOverdue,
    Denied,
    DueSoon,
    EffectSettled,
    Erased,
    Extended,
    Fulfilled,
    Received,
    RecordsRequestEvent,
    RequestKind,
    Withdrawn,
)
from domain.pathway.standing import Standing
from domain.programmes.access import RecordsPolicies
from domain.programmes.definition import Definition
from domain.records_request import guards
from domain.records_request.deadlines import deadlines
from domain.records_request.state import RecordsRequest

Events = list[RecordsRequestEvent]
Handler = Callable[[RecordsRequest, Any, Context], Events]


def decide(request: RecordsRequest, command: RecordsRequestCommand, context: Context) -> Events:
    """The events that follow from `command`; raises `Rejected` with every guard that failed."""
    if isinstance(command, Dated) and command.at:
        require(
            guards.received(request),
            timing.not_in_future(command.at, context),
            guards.not_before_request(request, command.at),
        )
        context = replace(context, now=command.at)
    return _HANDLERS[type(command)](request, command, context)


def _receive(request: RecordsRequest, command: commands.Receive, context: Context) -> Events:
    """The clock begins when the patient asked, not when somebody recorded it."""
    standing = context.facts(command.pathway_id, Standing)
    require(
        guards.not_received_yet(request),
        guards.programme_at_hand(command.programme, context),
        guards.pathway_kept(standing),
        timing.not_in_future(command.received_at, context),
    )
    within, _ = _days(command.kind, context.definition.policies.records)
    due_at = days_after(context.definition.zone, command.received_at, within)
    return [
        Received(
            at=command.received_at,
            pathway_id=command.pathway_id,
            programme=command.programme,
            kind=command.kind,
            due_at=due_at,
            warn_at=_warned_at(due_at, context.definition),
        )
    ]


def _extend(request: RecordsRequest, command: commands.Extend, context: Context) -> Events:
    """Once, by what the rule allows from the first due date on."""
    require(*guards.extension_guards(request, context))
    _, extension = _days(known(request.kind), context.definition.policies.records)
    due_at = days_after(context.definition.zone, known(request.due_at), extension)
    warn_at = _warned_at(due_at, context.definition)
    return [Extended(at=context.now, reason=command.reason, due_at=due_at, warn_at=warn_at)]


def _fulfil(request: RecordsRequest, command: commands.Fulfil, context: Context) -> Events:
    """Late is better than never: an overdue request is fulfilled as any other."""
    require(*guards.answer_guards(request), guards.way_fits(request, command.how))
    return [Fulfilled(at=context.now, what=command.what, how=command.how)]


def _deny(request: RecordsRequest, command: commands.Deny, context: Context) -> Events:
    """Only on a ground that the rule has for this kind of request."""
    require(*guards.answer_guards(request), guards.ground_fits(request, command.ground))
    return [Denied(at=context.now, ground=command.ground, reason=command.reason)]


def _withdraw(request: RecordsRequest, command: commands.Withdraw, context: Context) -> Events:
    """The patient's choice at any time before the answer."""
    require(*guards.answer_guards(request))
    return [Withdrawn(at=context.now, reason=command.reason)]


def _erase(request: RecordsRequest, _command: commands.Erase, context: Context) -> Events:
    """Told by the pathway. Again after that: only if destroying the key has failed."""
    require(guards.received(request), told_by_pathway(request, context))
    if request.status == "erased" and request.erasure in (None, "done"):
        return []
    return [Erased(at=context.now)]


def told_by_pathway(request: RecordsRequest, context: Context) -> Reason | None:
    """Of an erased request it is not known any more whose it was."""
    if request.pathway_id in (None, context.actor.subject):
        return None
    return Reason(
        code="not_its_pathway", message="A request is erased together with its pathway only."
    )


def _meet_deadline(request: RecordsRequest, command: MeetDeadline, context: Context) -> Events:
    """The consequence of a deadline that stands and has come; otherwise nothing."""
    deadline = Deadline(kind=command.kind, subject=command.subject, at=command.at)
    if deadline.at > context.now or deadline not in deadlines(request):
        return []
    if deadline.kind == "due_soon":
        return [DueSoon(at=deadline.at, due_at=known(request.due_at))]
    return [BecameOverdue(at=deadline.at)]


def _settle_effect(_request: RecordsRequest, command: SettleEffect, context: Context) -> Events:
    """What came of an effect is a fact, whatever became of the request meanwhile."""
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


def _days(kind: RequestKind, policies: RecordsPolicies) -> tuple[timedelta, timedelta]:
    """How long there is to answer, and by how much that may be extended."""
    if kind == "access":
        return policies.access_within, policies.access_extension
    return policies.amendment_within, policies.amendment_extension


def _warned_at(due_at: datetime, definition: Definition) -> datetime:
    return days_after(definition.zone, due_at, -definition.policies.records.warn_before)


_HANDLERS: dict[type[RecordsRequestCommand], Handler] = {
    commands.Receive: _receive,
    commands.Extend: _extend,
    commands.Fulfil: _fulfil,
    commands.Deny: _deny,
    commands.Withdraw: _withdraw,
    commands.Erase: _erase,
    MeetDeadline: _meet_deadline,
    SettleEffect: _settle_effect,
}
