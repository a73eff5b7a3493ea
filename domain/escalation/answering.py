"""How a risk is answered: contact, visit, judgment, arrangement, safety plan, resolution."""

from domain.commands.escalation import (
    ChangeLevel,
    Formulate,
    RecordContactAttempt,
    RecordDisposition,
    RecordVisit,
    Resolve,
    ReviewSafetyPlan,
)
from domain.decider import Context, Reason, known, require
from domain.escalation import guards
from domain.escalation.calls import called_next
from domain.escalation.evolve import evolve
from domain.escalation.limits import of_level, tightened
from domain.escalation.state import Escalation
from domain.events.escalation import (
    ContactAttempted,
    DispositionRecorded,
    EscalationEvent,
    LevelChanged,
    Limits,
    Resolved,
    RiskFormulated,
    SafetyPlanReviewed,
    VisitRecorded,
)
from domain.risk import Level, at_least


def record_contact_attempt(
    escalation: Escalation, command: RecordContactAttempt, context: Context
) -> list[EscalationEvent]:
    """Somebody tried to reach the patient. Only a patient who was reached has been contacted."""
    require(
        guards.may_record(context),
        guards.not_before_first_signal(escalation, context.now),
    )
    return [ContactAttempted(at=context.now, how=command.how, reached=command.reached)]


def record_visit(
    escalation: Escalation, command: RecordVisit, context: Context
) -> list[EscalationEvent]:
    """A clinician saw the patient, who is thereby contacted too."""
    require(
        guards.may_record(context),
        guards.not_before_first_signal(escalation, context.now),
    )
    return [VisitRecorded(at=context.now, how=command.how)]


def formulate(
    escalation: Escalation, command: Formulate, context: Context
) -> list[EscalationEvent]:
    """A clinician's judgment. Found higher than flagged, the risk is answered as that from now."""
    require(
        guards.may_judge(context),
        guards.not_before_latest_signal(escalation, context.now),
    )
    judged = RiskFormulated(
        at=context.now,
        level=command.level,
        status=command.status,
        foreseeable_changes=command.foreseeable_changes,
        note=command.note,
    )
    if command.level == "none" or at_least(known(escalation.level), command.level):
        return [judged]
    return [judged, *_changed(escalation, command.level, "Formulated as higher.", context)]


def change_level(
    escalation: Escalation, command: ChangeLevel, context: Context
) -> list[EscalationEvent]:
    """The risk is higher or lower than it was flagged."""
    require(guards.may_judge(context), guards.level_differs(escalation, command.level))
    return _changed(escalation, command.level, command.reason, context)


def record_disposition(
    escalation: Escalation, command: RecordDisposition, context: Context
) -> list[EscalationEvent]:
    """What was arranged for the patient."""
    require(
        guards.may_judge(context),
        guards.not_before_latest_signal(escalation, context.now),
    )
    return [DispositionRecorded(at=context.now, disposition=command.disposition)]


def review_safety_plan(
    escalation: Escalation, command: ReviewSafetyPlan, context: Context
) -> list[EscalationEvent]:
    """The safety plan was gone through in the light of what happened."""
    require(
        guards.may_judge(context),
        guards.not_before_latest_signal(escalation, context.now),
        guards.plan_in_force(escalation, command.revision, context),
    )
    return [SafetyPlanReviewed(at=context.now, revision=command.revision)]


def resolve_guards(escalation: Escalation, context: Context) -> list[Reason | None]:
    return [
        guards.may_judge(context),
        guards.formulated(escalation),
        guards.disposition_recorded(escalation),
        guards.safety_plan_reviewed(escalation),
    ]


def resolve(escalation: Escalation, _command: Resolve, context: Context) -> list[EscalationEvent]:
    """A person resolves it; nothing else ever does."""
    require(*resolve_guards(escalation, context))
    return [
        Resolved(
            at=context.now,
            disposition=known(escalation.disposition),
            level=known(escalation.formulated),
        )
    ]


def _changed(
    escalation: Escalation, level: Level, reason: str, context: Context
) -> list[EscalationEvent]:
    """A higher risk brings limits forward, and calls somebody at once if nobody is there yet."""
    rises = not at_least(known(escalation.level), level)
    limits = _limits(escalation, level, context) if rises else _standing(escalation)
    changed = LevelChanged(at=context.now, level=level, reason=reason, limits=limits)
    if not rises or escalation.acknowledged_by:
        return [changed]
    return [changed, called_next(evolve(escalation, changed), context)]


def _limits(escalation: Escalation, level: Level, context: Context) -> Limits:
    """Contact that was made stays made; what is still to be done is due sooner."""
    asked = of_level(level, context.now, context.definition.policies.safety)
    contact = asked.contact if escalation.contact_at else None
    return tightened(escalation, asked.model_copy(update={"contact": contact}))


def _standing(escalation: Escalation) -> Limits:
    return Limits(
        contact=escalation.contact_at,
        visit=escalation.visit_at,
        backstop=known(escalation.backstop_at),
    )
