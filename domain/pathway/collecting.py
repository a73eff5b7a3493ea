"""Collecting overdue measures: a task for as long as they can still be answered."""

from domain.decider import Context
from domain.events.pathway import TaskCompleted
from domain.pathway.state import Pathway


def collected(pathway: Pathway, outcome: str, context: Context) -> list[TaskCompleted]:
    """The tasks that are over because nothing of their occasion is open any more."""
    still_open = [one.occasion for one in pathway.open_measures]
    return [
        TaskCompleted(at=context.now, task=task.number, outcome=outcome)
        for task in pathway.tasks
        if task.kind == "collect_measures" and task.about not in still_open
    ]
