"""Reviews of progress and the planning of the discharge: what a clinician came to."""

from domain.commands.care import PlanDischarge, RecordProgressReview
from domain.decider import Context, Reason, require
from domain.events.care import DischargePlanned, ProgressReviewed
from domain.events.pathway import PathwayEvent
from domain.pathway import guards, tasks
from domain.pathway.deciding import clinician_decides
from domain.pathway.state import Pathway
from domain.programmes.definition import Phase


def treatment_started(pathway: Pathway) -> Reason | None:
    if pathway.treatment_started_at:
        return None
    return Reason(
        code="treatment_not_started", message="This begins with the first session of treatment."
    )


def review_guards(pathway: Pathway) -> list[Reason | None]:
    return [guards.not_discharged(pathway), treatment_started(pathway)]


def record_progress_review(
    pathway: Pathway, command: RecordProgressReview, context: Context
) -> list[PathwayEvent]:
    """What the review recommends; the open tasks of reviewing are done by it."""
    require(*review_guards(pathway), clinician_decides(command.decided_by, context))
    return [
        ProgressReviewed(
            at=context.now,
            outcome=command.outcome,
            decided_by=command.decided_by,
            reason=command.reason,
        ),
        *tasks.settled(pathway, ("progress_review",), "Progress was reviewed.", context),
    ]


def plan_discharge(
    pathway: Pathway, command: PlanDischarge, context: Context
) -> list[PathwayEvent]:
    """What happens after treatment; a later plan replaces the earlier one."""
    require(*review_guards(pathway), clinician_decides(command.decided_by, context))
    return [
        DischargePlanned(at=context.now, plan=command.plan, decided_by=command.decided_by),
        *tasks.settled(pathway, ("plan_discharge",), "The discharge was planned.", context),
    ]


def discharge_planned(pathway: Pathway, _phase: Phase, context: Context) -> Reason | None:
    planned_at = pathway.discharge_planned_at
    if planned_at and planned_at <= context.now:
        return None
    return Reason(
        code="discharge_not_planned", message="Plan with the patient what comes after, first."
    )
