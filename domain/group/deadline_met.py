"""What happens when a deadline of a group comes. One that no longer matters changes nothing."""

from domain.commands.base import MeetDeadline
from domain.decider import Context, Deadline
from domain.events.group import GroupEvent, SeatReleased
from domain.group import tasks
from domain.group.deadlines import deadlines
from domain.group.foresight import planned_further
from domain.group.reminding import fell_due
from domain.group.state import Group


def meet_deadline(group: Group, command: MeetDeadline, context: Context) -> list[GroupEvent]:
    """The consequence of a deadline that stands and has come; otherwise nothing."""
    deadline = Deadline(kind=command.kind, subject=command.subject, at=command.at)
    if deadline.at > context.now or deadline not in deadlines(group):
        return []
    match deadline.kind:
        case "plan_sessions":
            return planned_further(group, context)
        case "seat_offer_over":
            return [_seat_freed(deadline)]
        case "session_reminder":
            return [fell_due(group, deadline, context)]
        case _:
            number = deadline.subject.removeprefix("session-")
            return [*tasks.opened(group, "record_session", deadline.at, context, number)]


def _seat_freed(deadline: Deadline) -> SeatReleased:
    """The offer ended and nobody said so: the seat does not stay kept for ever."""
    return SeatReleased(at=deadline.at, pathway_id=deadline.subject, reason="expired", member=False)
