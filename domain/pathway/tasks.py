"""Tasks: what a person has to do."""

from datetime import datetime

from domain.commands.pathway import CompleteTask
from domain.decider import Context, Reason, require
from domain.events.pathway import PathwayEvent, TaskCompleted, TaskKind, TaskOpened
from domain.pathway import guards
from domain.pathway.state import Pathway


def opened(
    pathway: Pathway,
    kind: TaskKind,
    at: datetime,
    context: Context,
    next_at: datetime | None = None,
) -> TaskOpened:
    """A task that arose at `at`, to be done within the time that the programme allows."""
    return TaskOpened(
        at=at,
        task=pathway.tasks_opened + 1,
        kind=kind,
        due_at=at + context.definition.policies.task_due_within,
        next_at=next_at,
    )


def complete_guards(pathway: Pathway, task: int) -> tuple[Reason | None, ...]:
    return (guards.task_open(pathway, task),)


def complete_task(pathway: Pathway, command: CompleteTask, context: Context) -> list[PathwayEvent]:
    """The task is done."""
    require(*complete_guards(pathway, command.task))
    return [TaskCompleted(at=context.now, task=command.task, outcome=command.outcome)]
