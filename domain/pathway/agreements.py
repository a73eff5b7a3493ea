"""What is agreed with the patient or decided by a clinician."""

from domain import timing
from domain.commands.pathway import (
    AgreeSafetyPlan,
    ChangeDuration,
    ChooseDuration,
    Considered,
    DecideSuitability,
    GiveConsent,
    WithdrawConsent,
)
from domain.decider import Context, Reason, known, require
from domain.events.agreements import (
    Alternative,
    ConsentGiven,
    ConsentWithdrawn,
    DurationChanged,
    DurationChosen,
    SafetyPlanAgreed,
    SuitabilityDecided,
)
from domain.events.pathway import PathwayEvent, TaskKind
from domain.events.timetable import Timetable
from domain.pathway import guards, guards_on_agreements, phase_guards, tasks
from domain.pathway.deciding import clinician_decides
from domain.pathway.state import Pathway
from domain.pathway.timetable import keeping_overdue, timetable
from domain.programmes.definition import Definition


def give_consent(pathway: Pathway, command: GiveConsent, context: Context) -> list[PathwayEvent]:
    """A consent comes into force, to the document's version that is in force."""
    definition = context.definition
    require(
        guards_on_agreements.consent_known(definition, command.consent),
        guards_on_agreements.consent_version_current(
            definition, command.consent, command.document_version
        ),
        timing.not_in_future(command.given_at, context),
        guards.not_before_referral(pathway, command.given_at),
        guards_on_agreements.not_withdrawn_since(pathway, command.consent, command.given_at),
    )
    return [
        ConsentGiven(
            at=command.given_at,
            consent=command.consent,
            document_version=command.document_version,
        )
    ]


def withdraw_consent(
    pathway: Pathway, command: WithdrawConsent, context: Context
) -> list[PathwayEvent]:
    """A consent is taken back; once treatment has begun, somebody must look at what follows."""
    require(
        guards_on_agreements.consent_in_force(pathway, command.consent),
        timing.not_in_future(command.withdrawn_at, context),
        guards.not_before_referral(pathway, command.withdrawn_at),
        guards_on_agreements.withdrawn_after_given(pathway, command.consent, command.withdrawn_at),
    )
    withdrawn = ConsentWithdrawn(at=command.withdrawn_at, consent=command.consent)
    if pathway.treatment_started_at is None or pathway.discharged_for:
        return [withdrawn]
    return [withdrawn, *tasks.opened(pathway, "consent_review", context.now, context)]


def agree_safety_plan(
    pathway: Pathway, command: AgreeSafetyPlan, context: Context
) -> list[PathwayEvent]:
    """The crisis plan, in place before the first group session and revised through treatment."""
    require(
        timing.not_in_future(command.agreed_at, context),
        guards.not_before_referral(pathway, command.agreed_at),
        guards_on_agreements.plan_not_older(pathway, command.agreed_at),
    )
    revision = pathway.safety_plan_revision + 1
    return [SafetyPlanAgreed(at=command.agreed_at, plan=command.plan, revision=revision)]


def suitability_guards(pathway: Pathway, context: Context) -> list[Reason | None]:
    """A clinician decides after 2 to 4 assessment meetings."""
    definition = context.definition
    return [
        guards.not_paused(pathway),
        guards_on_agreements.in_assessment(pathway, definition),
        phase_guards.sessions_completed(pathway, definition.first_phase, context),
    ]


def decide_suitability(
    pathway: Pathway, command: DecideSuitability, context: Context
) -> list[PathwayEvent]:
    """The clinician's decision at the end of assessment, with the alternatives considered.

    Whoever the programme does not suit is referred to another treatment: that is a task.
    """
    require(
        *suitability_guards(pathway, context),
        guards_on_agreements.alternatives_known(context.definition, command.alternatives),
        guards_on_agreements.alternatives_differ(command.alternatives),
        clinician_decides(command.decided_by, context),
    )
    decided = SuitabilityDecided(
        at=context.now,
        suitable=command.suitable,
        decided_by=command.decided_by,
        reason=command.reason,
        alternatives=_with_reasons(context.definition, command.alternatives),
    )
    if command.suitable:
        return [decided, *tasks.settled(pathway, ("refer_out",), "Found suitable.", context)]
    return [decided, *tasks.opened(pathway, "refer_out", context.now, context)]


def _with_reasons(
    definition: Definition, considered: tuple[Considered, ...]
) -> tuple[Alternative, ...]:
    """Each with the clinician's reason, or else with what the programme offers it for."""
    offered_for = {one.id: one.offered_for for one in definition.alternatives}
    return tuple(
        Alternative(option=one.option, reason=one.reason or offered_for[one.option])
        for one in considered
    )


def choose_guards(pathway: Pathway) -> list[Reason | None]:
    return [guards.not_discharged(pathway), guards_on_agreements.duration_not_chosen(pathway)]


def choose_duration(
    pathway: Pathway, command: ChooseDuration, context: Context
) -> list[PathwayEvent]:
    """How long treatment lasts: a clinician's choice with a reason, never computed."""
    require(
        *choose_guards(pathway),
        guards_on_agreements.variant_known(context.definition, command.variant),
        clinician_decides(command.decided_by, context),
    )
    variant = known(context.definition.variant(command.variant))
    return [
        DurationChosen(
            at=context.now,
            variant=command.variant,
            months=variant.months,
            weeks=variant.weeks,
            decided_by=command.decided_by,
            reason=command.reason,
        )
    ]


def change_guards(pathway: Pathway, variant_id: str, context: Context) -> list[Reason | None]:
    phase = context.definition.first_phase
    ahead = _timetable(pathway, variant_id, context)
    return [
        guards.not_discharged(pathway),
        phase_guards.duration_chosen(pathway, phase, context),
        guards_on_agreements.variant_known(context.definition, variant_id),
        guards_on_agreements.duration_differs(pathway, variant_id),
        guards_on_agreements.end_not_passed(ahead.ends_at if ahead else None, context),
    ]


def change_duration(
    pathway: Pathway, command: ChangeDuration, context: Context
) -> list[PathwayEvent]:
    """Another length of treatment, still counted from its first session."""
    require(
        *change_guards(pathway, command.variant, context),
        clinician_decides(command.decided_by, context),
    )
    variant = known(context.definition.variant(command.variant))
    ahead = _timetable(pathway, command.variant, context)
    return [
        DurationChanged(
            at=context.now,
            variant=command.variant,
            months=variant.months,
            weeks=variant.weeks,
            decided_by=command.decided_by,
            reason=command.reason,
            timetable=ahead,
        ),
        *tasks.settled(pathway, _outdated_by(ahead), "The duration was changed.", context),
    ]


def _outdated_by(ahead: Timetable | None) -> tuple[TaskKind, ...]:
    """The tasks that lose their point when the end moves away."""
    planning_ahead = ahead is not None and ahead.plan_discharge_at is not None
    return ("end_treatment", "plan_discharge") if planning_ahead else ("end_treatment",)


def _timetable(pathway: Pathway, variant_id: str, context: Context) -> Timetable | None:
    variant = context.definition.variant(variant_id)
    if variant is None or pathway.treatment_started_at is None:
        return None
    started_at = pathway.treatment_started_at
    ahead = timetable(
        context.definition,
        started_at,
        variant.duration,
        context.now,
        pathway,
    )
    return keeping_overdue(ahead, pathway, context.now)
