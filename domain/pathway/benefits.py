"""Benefits: verified before treatment, and again before they lapse."""

from datetime import date, datetime, time, timedelta

from domain.calendar import day_in, instant_of
from domain.commands.access import BenefitsAnswered, RequestBenefitsCheck, VerifyBenefits
from domain.decider import Context, Deadline, Reason, known, require
from domain.events.access import BenefitsCheckAsked, BenefitsLapsed, BenefitsVerified
from domain.events.pathway import PathwayEvent
from domain.pathway import guards, tasks
from domain.pathway.evolve import evolve
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition, Phase

_DAY = timedelta(days=1)


def benefits_verified(pathway: Pathway, _phase: Phase, context: Context) -> Reason | None:
    """Somebody pays that day: a payer who said so, or the patient."""
    day = day_in(context.definition.zone, context.now)
    if pathway.benefits and pathway.benefits.cover(day):
        return None
    return Reason(
        code="benefits_not_verified",
        message="Verify the patient's benefits first, or record that they pay themselves.",
    )


def benefits_not_active(pathway: Pathway, context: Context) -> Reason | None:
    if benefits_verified(pathway, context.definition.first_phase, context):
        return None
    return Reason(
        code="benefits_active",
        message="Somebody pays, as last verified: record first that the benefits have ended.",
    )


def payer_named(pathway: Pathway, payer: str | None) -> Reason | None:
    if payer or payer_of(pathway):
        return None
    return Reason(code="payer_unknown", message="The referral names no payer: give one.")


def not_lapsed_yet(valid_until: date | None, outcome: str, context: Context) -> Reason | None:
    """Benefits that are active have not ended before today."""
    if outcome != "active" or valid_until is None:
        return None
    if valid_until >= day_in(context.definition.zone, context.now):
        return None
    return Reason(
        code="already_lapsed",
        message="These benefits ended before that day: record them as inactive.",
    )


def request_benefits_check(
    pathway: Pathway, command: RequestBenefitsCheck, context: Context
) -> list[PathwayEvent]:
    """The payer is asked; the answer comes by itself, or becomes a person's task."""
    require(guards.not_discharged(pathway), payer_named(pathway, command.payer))
    payer = command.payer or known(payer_of(pathway))
    return [BenefitsCheckAsked(at=context.now, check=pathway.benefits_checks + 1, payer=payer)]


def verify_benefits(
    pathway: Pathway, command: VerifyBenefits, context: Context
) -> list[PathwayEvent]:
    """A person says what the payer said, or that the patient pays."""
    require(
        guards.not_discharged(pathway),
        not_lapsed_yet(command.valid_until, command.outcome, context),
    )
    return _verified(pathway, command, context, self_pay=command.self_pay)


def benefits_answered(
    pathway: Pathway, command: BenefitsAnswered, context: Context
) -> list[PathwayEvent]:
    """The payer's answer, unless nobody waits for it any more."""
    if pathway.benefits_check != command.check or pathway.discharged_for:
        return []
    return _verified(pathway, command, context, check=command.check)


def lapse(pathway: Pathway, deadline: Deadline, context: Context) -> list[PathwayEvent]:
    """Nobody verified in time that the benefits go on."""
    lapsed = BenefitsLapsed(at=deadline.at, payer=known(pathway.benefits).payer)
    return [lapsed, *_to_verify(pathway, deadline.at, context)]


def unanswered(pathway: Pathway, check: int, context: Context) -> list[PathwayEvent]:
    """The payer could not be asked: a person has to."""
    if pathway.benefits_check != check or pathway.discharged_for:
        return []
    return _to_verify(pathway, context.now, context)


def _verified(
    pathway: Pathway,
    command: VerifyBenefits | BenefitsAnswered,
    context: Context,
    *,
    self_pay: bool = False,
    check: int | None = None,
) -> list[PathwayEvent]:
    reverify_at, lapse_at = _clocks(command, context)
    verified = BenefitsVerified(
        at=context.now,
        payer=command.payer,
        outcome=command.outcome,
        self_pay=self_pay,
        valid_until=command.valid_until,
        reverify_at=reverify_at,
        lapse_at=lapse_at,
        check=check,
    )
    if verified.outcome == "active" or verified.self_pay:
        done = tasks.settled(pathway, ("verify_benefits",), "The benefits were verified.", context)
        return [verified, *done]
    return [verified, *_to_verify(evolve(pathway, verified), context.now, context)]


def _clocks(
    command: VerifyBenefits | BenefitsAnswered, context: Context
) -> tuple[datetime | None, datetime | None]:
    """When the benefits have to be verified again, and when they lapse."""
    policies, now = context.definition.policies.benefits, context.now
    if command.outcome != "active":
        return None, None
    if command.valid_until is None:
        return now + policies.reverify_every, None
    lapse_at = _end_of(command.valid_until, context.definition)
    return max(now, lapse_at - policies.reverify_before), lapse_at


def _end_of(day: date, definition: Definition) -> datetime:
    return instant_of(definition.zone, day + _DAY, time())


def _to_verify(pathway: Pathway, at: datetime, context: Context) -> list[PathwayEvent]:
    """The task, unless it is open already. The clock of verifying again goes on beside it."""
    next_at = pathway.benefits_reverify_at
    return tasks.opened(pathway, "verify_benefits", at, context, next_at=next_at)


def payer_of(pathway: Pathway) -> str | None:
    """Who was asked last, or else whom the referral names."""
    if pathway.benefits:
        return pathway.benefits.payer
    coverage = known(pathway.referral).coverage
    return coverage.payer if coverage else None
