"""One escalation as the safety board shows it."""

from dataclasses import dataclass
from datetime import datetime

from domain.escalation.state import Escalation
from projections.folded.entity import Folding
from projections.safety.watched import Watched


@dataclass(frozen=True, slots=True)
class Flagged:
    """A row of the safety board. All instants are UTC.

    `opened_at` is when the programme came to know of the first flag, `source` and `flagged_at` are
    the latest one's. `responsible` is the clinician who took it on, or is called. The limits
    (`acknowledge_by`, `contact_by`, `visit_by`, `resolve_by`) stand until met, however late it is;
    `due_at` is the earliest of those that are not met, absent once resolved.
    `plan_reviewed` is the revision of the safety plan that was gone through; 0: there is none.
    """

    escalation_id: str
    pathway_id: str
    programme: str
    level: str
    status: str
    source: str
    flags: int
    opened_at: datetime
    flagged_at: datetime
    acknowledge_by: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    responsible: str | None
    contact_by: datetime | None
    contacted_at: datetime | None
    visit_by: datetime | None
    visited_at: datetime | None
    resolve_by: datetime | None
    resolved_at: datetime | None
    due_at: datetime | None
    attempts: int
    overdue: tuple[str, ...]
    formulated: str | None
    disposition: str | None
    plan_reviewed: int | None


def flagged(escalation_id: str, folding: Folding[Watched]) -> tuple[Flagged, ...]:
    """The row of an escalation; none before it was opened."""
    watched = folding.state
    state = watched.escalation
    if state.pathway_id is None or state.level is None:
        return ()
    return (
        Flagged(
            escalation_id=escalation_id,
            pathway_id=state.pathway_id,
            programme=state.programme or "",
            level=state.level,
            status=state.status,
            source=state.signals[-1].source,
            flags=len(state.signals),
            opened_at=state.signals[0].known_at,
            flagged_at=state.signals[-1].known_at,
            acknowledge_by=watched.acknowledge_by,
            acknowledged_at=watched.acknowledged_at,
            acknowledged_by=state.acknowledged_by,
            responsible=responsible(state),
            contact_by=watched.by("contact"),
            contacted_at=state.contacted_at,
            visit_by=watched.by("visit"),
            visited_at=state.visited_at,
            resolve_by=watched.by("backstop"),
            resolved_at=state.resolved_at,
            due_at=due_at(watched),
            attempts=state.attempts,
            overdue=tuple(one.what for one in state.overdue),
            formulated=state.formulated,
            disposition=state.disposition,
            plan_reviewed=state.plan_reviewed,
        ),
    )


def responsible(escalation: Escalation) -> str | None:
    """Whose it is: who acknowledged it or was handed it; before that, whoever was called last."""
    return escalation.responsible or (escalation.called[-1] if escalation.called else None)


def due_at(watched: Watched) -> datetime | None:
    """By when somebody must next do something, while the escalation is open."""
    if watched.status != "open":
        return None
    call = None if watched.acknowledged else watched.acknowledge_by
    limits = (call, watched.by("contact"), watched.by("visit"), watched.by("backstop"))
    return min(filter(None, limits), default=None)
