"""Tasks of a group: opened for a person, settled by what is done."""

from datetime import datetime

from domain.commands.group import CompleteTask
from domain.decider import Context, Reason, require
from domain.events.group import (
    FacilitatorConfirmed,
    GroupEvent,
    TaskCompleted,
    TaskKind,
    TaskOpened,
)
from domain.group import guards
from domain.group.state import Group

_BY_DOING: dict[TaskKind, str] = {
    "find_facilitators": "Assign the facilitators: the task is done with that.",
    "record_session": "Record how the session was held, or cancel it: the task is done with that.",
}


def opened(
    group: Group, kind: TaskKind, at: datetime, context: Context, about: str | None = None
) -> list[TaskOpened]:
    """A task that arose at `at`, unless the very same is open already."""
    if group.task(kind, about):
        return []
    due_at = at + context.definition.policies.task_due_within
    number = group.tasks_opened + 1
    return [TaskOpened(at=at, task=number, kind=kind, due_at=due_at, about=about)]


def settled(
    group: Group, kind: TaskKind, outcome: str, context: Context, about: str | None = None
) -> list[TaskCompleted]:
    """The open task, completed by what was done."""
    task = group.task(kind, about)
    return [TaskCompleted(at=context.now, task=task.number, outcome=outcome)] if task else []


def complete_task(group: Group, command: CompleteTask, context: Context) -> list[GroupEvent]:
    """The task is done. What only its own command can do is not done by saying so."""
    require(
        guards.any_task(group) or guards.task_open(group, command.task),
        done_by_saying_so(group, command.task),
    )
    completed = TaskCompleted(at=context.now, task=command.task, outcome=command.outcome)
    return [completed, *_confirmed(group, command.task, context)]


def _confirmed(group: Group, number: int, context: Context) -> list[FacilitatorConfirmed]:
    """Those who still lead the group; whoever stands in for a session was never told to lead."""
    return [
        FacilitatorConfirmed(at=context.now, clinician_id=task.about)
        for task in group.tasks
        if task.number == number and task.kind == "confirm_facilitator"
        if task.about in group.facilitators
    ]


def done_by_saying_so(group: Group, number: int) -> Reason | None:
    kinds = (one.kind for one in group.tasks if one.number == number)
    message = _BY_DOING.get(next(kinds, "confirm_facilitator"))
    return Reason(code="do_the_task", message=message) if message else None
