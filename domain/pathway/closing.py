"""The end of a pathway that nobody has to say: follow-up is over."""

from domain.decider import Context
from domain.events.pathway import Closed, PathwayEvent
from domain.pathway.state import Pathway


def closing(pathway: Pathway, context: Context) -> list[PathwayEvent]:
    """The pathway closes once nothing more will be measured and nobody has to look at a score."""
    if pathway.status != "open":
        return []
    phase = context.definition.phase(pathway.phase or "")
    measured = not pathway.planned_measures and not pathway.open_measures
    if phase is None or phase.purpose != "follow_up" or not measured or _looked_at(pathway):
        return []
    return [Closed(at=context.now, reason="follow_up_completed")]


def _looked_at(pathway: Pathway) -> bool:
    """Whether the last scores keep somebody busy: the pathway waits for them."""
    asked = any(task.kind in ("deterioration_review", "safety_call") for task in pathway.tasks)
    return asked or bool(pathway.open_escalations or pathway.unheard_flags)
