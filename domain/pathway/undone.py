"""What a person has to do because something that a pathway asked for was not done."""

from domain.commands.base import SettleEffect
from domain.decider import Context
from domain.events.pathway import DESTROY_KEY, PathwayEvent, TaskKind
from domain.pathway import asking, tasks
from domain.pathway.state import Pathway
from domain.undone import left_to_a_person

_SEEN_TO = (asking.RESERVE_SEAT, asking.FILL_SEAT, asking.TAKE_ON, asking.BENEFITS_CHECK, "flag")
"""What has an answer of its own: it is asked again, or has its own task."""

_TASK_OF: dict[str, TaskKind] = {
    "remind_patient": "reach_patient",
    asking.SHARE_RECORD: "send_record",
    DESTROY_KEY: "finish_erasure",
    "erase": "finish_erasure",
}


def undone(pathway: Pathway, command: SettleEffect, context: Context) -> list[PathwayEvent]:
    """The task, unless the very same is open. Whoever has left is not reminded any more."""
    what, number = asking.numbered(command.effect)
    if not left_to_a_person(command) or what in _SEEN_TO:
        return []
    kind = _TASK_OF.get(what, "pass_on_message")
    about = _about(kind, what, number)
    if kind == "reach_patient" and pathway.status in ("closed", "erased"):
        return []
    return tasks.opened(pathway, kind, context.now, context, about=about)


def _about(kind: TaskKind, what: str, number: int | None) -> str | None:
    """Which document was not sent, or which message was not taken."""
    if kind == "pass_on_message":
        return what
    return str(number) if number else None
