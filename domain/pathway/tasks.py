"""Tasks: what a person has to do."""

from datetime import datetime, timedelta

from domain.commands.pathway import CompleteTask
from domain.decider import Context, known, require
from domain.events.pathway import PathwayEvent, TaskCameAgain, TaskCompleted, TaskKind, TaskOpened
from domain.pathway import guards
from domain.pathway.closing import closing
from domain.pathway.evolve import evolve
from domain.pathway.state import Pathway
from domain.pathway.timetable import quiet_after


def opened(
    pathway: Pathway,
    kind: TaskKind,
    at: datetime,
    context: Context,
    *,
    next_at: datetime | None = None,
    about: str | None = None,
    within: timedelta | None = None,
) -> list[PathwayEvent]:
    """A task that arose at `at`, unless the very same is open already.

    It is to be done `within` a time, or else in the time that the programme allows.
    """
    if pathway.task(kind, about):
        return []
    return [
        TaskOpened(
            at=at,
            task=pathway.tasks_opened + 1,
            kind=kind,
            due_at=at + (within or context.definition.policies.task_due_within),
            about=about,
            next_at=next_at,
        )
    ]


def came(
    pathway: Pathway,
    kind: TaskKind,
    at: datetime,
    context: Context,
    *,
    next_at: datetime | None = None,
) -> list[PathwayEvent]:
    """A task whose time came at `at`: opened, or, while it is open, told of once more."""
    still_open = pathway.task(kind)
    if still_open is None:
        return opened(pathway, kind, at, context, next_at=next_at)
    return [TaskCameAgain(at=at, task=still_open.number, kind=kind, next_at=next_at)]


def settled(
    pathway: Pathway, kinds: tuple[TaskKind, ...], outcome: str, context: Context
) -> list[TaskCompleted]:
    """The open tasks of some kinds, completed by what was done instead."""
    return [
        TaskCompleted(at=context.now, task=task.number, outcome=outcome)
        for task in pathway.tasks
        if task.kind in kinds
    ]


def complete_task(pathway: Pathway, command: CompleteTask, context: Context) -> list[PathwayEvent]:
    """The task is done. After a review of silence, the watch for silence begins again."""
    require(
        guards.any_task(pathway) or guards.task_open(pathway, command.task),
        guards.not_left_away(pathway, command.task),
    )
    completed = TaskCompleted(
        at=context.now,
        task=command.task,
        outcome=command.outcome,
        quiet_after=_watch_again(pathway, command.task, context),
    )
    return [completed, *closing(evolve(pathway, completed), context)]


def _watch_again(pathway: Pathway, number: int, context: Context) -> datetime | None:
    reviewed = any(
        task.number == number and task.kind == "disengagement_review" for task in pathway.tasks
    )
    if not reviewed or pathway.quiet_after:
        return None
    phase = known(context.definition.phase(known(pathway.phase)))
    return quiet_after(context.definition, phase, context.now)
