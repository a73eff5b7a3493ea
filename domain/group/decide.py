"""What follows from each command to a group, or every reason why it is refused."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain import timing
from domain.commands import corrections
from domain.commands import group as commands
from domain.commands.base import Dated, MeetDeadline, SettleEffect
from domain.commands.group import GroupCommand
from domain.decider import Context, require
from domain.events.group import GroupEvent
from domain.group import guards
from domain.group.correcting import correct_incident, strike_out
from domain.group.deadline_met import meet_deadline
from domain.group.forming import close, form
from domain.group.leading import assign_facilitator, name_substitute, relieve_facilitator
from domain.group.scheduling import cancel_session, reschedule_session, schedule
from domain.group.seats import fill_seat, note_move, release_seat, reserve_seat
from domain.group.sessions import (
    admit_late,
    hold_session,
    log_incident,
    note_attendance,
    open_session,
    report_concern,
)
from domain.group.settling import settle_effect
from domain.group.state import STAYS_OPEN, Group
from domain.group.tasks import complete_task

Handler = Callable[[Group, Any, Context], list[GroupEvent]]

_AT_ANY_TIME = (
    commands.Form,
    commands.ReleaseSeat,
    commands.NoteMove,
    commands.NoteAttendance,
    MeetDeadline,
    SettleEffect,
)
"""Commands that say for themselves what a missing or a closed group means to them."""

_ALSO_WHEN_CLOSED = (corrections.CorrectIncident, corrections.StrikeOut)
"""What was recorded wrongly is put right for as long as it is kept."""


def decide(group: Group, command: GroupCommand, context: Context) -> list[GroupEvent]:
    """The events that follow from `command`; raises `Rejected` with every guard that failed."""
    if isinstance(command, _ALSO_WHEN_CLOSED):
        require(guards.formed(group))
    elif not isinstance(command, _AT_ANY_TIME) and not _ends_what_stays(group, command):
        require(guards.formed(group), guards.not_closed(group))
    if isinstance(command, Dated) and command.at:
        require(timing.not_in_future(command.at, context))
        context = replace(context, now=command.at)
    return _HANDLERS[type(command)](group, command, context)


def _ends_what_stays(group: Group, command: GroupCommand) -> bool:
    """A closed group keeps what was not passed on until somebody has done it."""
    numbers = (task.number for task in group.tasks if task.kind in STAYS_OPEN)
    return isinstance(command, commands.CompleteTask) and command.task in numbers


_HANDLERS: dict[type[GroupCommand], Handler] = {
    commands.Form: form,
    commands.Schedule: schedule,
    commands.CancelSession: cancel_session,
    commands.RescheduleSession: reschedule_session,
    commands.AssignFacilitator: assign_facilitator,
    commands.RelieveFacilitator: relieve_facilitator,
    commands.NameSubstitute: name_substitute,
    commands.ReserveSeat: reserve_seat,
    commands.FillSeat: fill_seat,
    commands.ReleaseSeat: release_seat,
    commands.NoteMove: note_move,
    commands.NoteAttendance: note_attendance,
    commands.OpenSession: open_session,
    commands.AdmitLate: admit_late,
    commands.HoldSession: hold_session,
    commands.ReportConcern: report_concern,
    commands.LogIncident: log_incident,
    corrections.CorrectIncident: correct_incident,
    corrections.StrikeOut: strike_out,
    commands.CompleteTask: complete_task,
    commands.Close: close,
    MeetDeadline: meet_deadline,
    SettleEffect: settle_effect,
}
