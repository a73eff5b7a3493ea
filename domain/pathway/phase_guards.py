"""The guards that a programme definition may name at the doors of its phases and sessions."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from domain.calendar import day_in
from domain.decider import Context, Reason
from domain.pathway import benefits, identity, reviews
from domain.pathway.state import Pathway
from domain.programmes.definition import ConsentPurpose, GuardName, Phase, SessionPlan


def sessions_completed(pathway: Pathway, phase: Phase, context: Context) -> Reason | None:
    """Each kind of session that has a least number was attended at least that often.

    Of a weekly session no more count in one calendar week than the plan has, so that an
    introduction of six weeks cannot be gone through in two.
    """
    missing = []
    for plan in phase.sessions:
        counted = _counted(pathway, phase, plan, context.definition.zone)
        if plan.at_least and counted < plan.at_least:
            needed = f"{plan.at_least} of {plan.planned}" if plan.planned else f"{plan.at_least}"
            missing.append(f"{plan.title}: {needed} needed, {counted} attended")
    if not missing:
        return None
    return Reason(code="too_few_sessions", message=f"{'; '.join(missing)}.")


def _counted(pathway: Pathway, phase: Phase, plan: SessionPlan, zone: str) -> int:
    if plan.per_week is None:
        return pathway.attended(phase.id, plan.kind)
    weeks = Counter(
        day_in(zone, session.held_at).isocalendar()[:2]
        for session in pathway.sessions
        if session.present and session.phase == phase.id and session.kind == plan.kind
    )
    return sum(min(held, plan.per_week) for held in weeks.values())


def found_suitable(pathway: Pathway, _phase: Phase, _context: Context) -> Reason | None:
    if pathway.suitability and pathway.suitability.suitable:
        return None
    return Reason(
        code="not_found_suitable",
        message="A clinician has not decided that the programme suits the patient.",
    )


def consent_given(pathway: Pathway, _phase: Phase, context: Context) -> Reason | None:
    """Every consent to treatment is in force at the context's instant."""
    return consents_missing(pathway, "treatment", context, context.now)


def consents_missing(
    pathway: Pathway, needed_for: ConsentPurpose, context: Context, instant: datetime
) -> Reason | None:
    """The consents that are not in force, to the document's version that is in force now."""
    missing = [
        one.title
        for one in context.definition.consents
        if one.needed_for == needed_for
        and not pathway.consented(one.id, instant, one.document_version)
    ]
    if not missing:
        return None
    return Reason(code="consent_missing", message=f"Not in force: {', '.join(missing)}.")


def baseline_complete(pathway: Pathway, _phase: Phase, _context: Context) -> Reason | None:
    missing = [
        m for one in pathway.open_measures if one.occasion == "baseline" for m in one.measures
    ]
    if not missing:
        return None
    return Reason(
        code="baseline_incomplete", message=f"The baseline still lacks {', '.join(missing)}."
    )


def safety_plan_agreed(pathway: Pathway, _phase: Phase, context: Context) -> Reason | None:
    """A crisis plan is in place before the first group session."""
    since = pathway.safety_plan_since
    if since is not None and since <= context.now:
        return None
    return Reason(
        code="safety_plan_missing", message="Agree the safety plan with the patient first."
    )


def duration_chosen(pathway: Pathway, _phase: Phase, _context: Context) -> Reason | None:
    if pathway.variant is not None:
        return None
    return Reason(
        code="duration_not_chosen", message="A clinician has not chosen how long treatment lasts."
    )


def ending_is_near(pathway: Pathway, _phase: Phase, context: Context) -> Reason | None:
    ends_at = pathway.treatment_ends_at
    window = context.definition.policies.discharge_planning_before_end
    if ends_at is None or context.now >= ends_at - window:
        return None
    return Reason(
        code="ending_not_near",
        message=f"The planned end is more than {window.days // 7} weeks away: give a reason.",
    )


PhaseGuard = Callable[[Pathway, Phase, Context], Reason | None]

BY_NAME: dict[GuardName, PhaseGuard] = {
    "sessions_completed": sessions_completed,
    "found_suitable": found_suitable,
    "consent_given": consent_given,
    "baseline_complete": baseline_complete,
    "safety_plan_agreed": safety_plan_agreed,
    "duration_chosen": duration_chosen,
    "ending_is_near": ending_is_near,
    "identity_confirmed": identity.identity_confirmed,
    "identity_confirmed_that_day": identity.identity_confirmed_that_day,
    "benefits_verified": benefits.benefits_verified,
    "discharge_planned": reviews.discharge_planned,
}


def applied(
    names: Iterable[GuardName], pathway: Pathway, phase: Phase, context: Context
) -> list[Reason | None]:
    """The guards that a definition names, applied."""
    return [BY_NAME[name](pathway, phase, context) for name in names]
