"""What time itself will cause on an escalation, and what happens then.

While it is open it never waits for nothing: the backstop stands until a person resolves it.
"""

from typing import get_args

from domain.commands.base import MeetDeadline
from domain.decider import Context, Deadline
from domain.escalation.calls import called_next, told_when_overdue
from domain.escalation.state import Escalation
from domain.events.escalation import EscalationEvent, FellOverdue, Limited


def deadlines(escalation: Escalation) -> list[Deadline]:
    """Every instant that the clock must come back to, the earliest first."""
    waits = {what: getattr(escalation, f"{what}_at") for what in get_args(Limited)}
    found = [Deadline(kind=what, subject="patient", at=at) for what, at in waits.items() if at]
    if escalation.next_call_at:
        call = f"call-{escalation.calls}"
        found.append(Deadline(kind="acknowledgement", subject=call, at=escalation.next_call_at))
    return sorted(found, key=lambda deadline: (deadline.at, deadline.kind))


def meet_deadline(
    escalation: Escalation, command: MeetDeadline, context: Context
) -> list[EscalationEvent]:
    """Nobody acknowledged: the next is called. Something is not done: the supervisor is told.

    A deadline that no longer stands, or has not come, changes nothing.
    """
    deadline = Deadline(kind=command.kind, subject=command.subject, at=command.at)
    if deadline.at > context.now or deadline not in deadlines(escalation):
        return []
    if deadline.kind == "acknowledgement":
        return [called_next(escalation, context)]
    return [_fell_overdue(escalation, deadline, context)]


def _fell_overdue(escalation: Escalation, deadline: Deadline, context: Context) -> FellOverdue:
    what: Limited = next(one for one in get_args(Limited) if one == deadline.kind)
    since = [one.since for one in escalation.overdue if one.what == what]
    again_after = context.definition.policies.safety.overdue_again_after
    return FellOverdue(
        at=context.now,
        what=what,
        due_at=since[0] if since else deadline.at,
        again_at=context.now + again_after,
        supervisor_id=told_when_overdue(escalation, context),
    )
