"""The guards on consent, safety plan, suitability and duration."""

from datetime import datetime

from domain.commands.pathway import Considered
from domain.decider import Context, Reason
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition


def consent_known(definition: Definition, consent: str) -> Reason | None:
    known = [one.id for one in definition.consents]
    if consent in known:
        return None
    return Reason(
        code="unknown_consent",
        message=f"The programme has no such consent; it has {', '.join(known) or 'none'}.",
    )


def consent_version_current(definition: Definition, consent: str, version: str) -> Reason | None:
    for known in definition.consents:
        if known.id == consent and known.document_version != version:
            return Reason(
                code="consent_outdated",
                message=f"The document's version in force is {known.document_version!r}.",
            )
    return None


def consent_in_force(pathway: Pathway, consent: str) -> Reason | None:
    if any(given.consent == consent for given in pathway.consents):
        return None
    return Reason(code="consent_not_given", message="This consent is not in force.")


def not_withdrawn_since(pathway: Pathway, consent: str, given_at: datetime) -> Reason | None:
    """An old signature does not bring back what the patient took back after it."""
    withdrawn_at = pathway.consent_withdrawn_at(consent)
    if withdrawn_at is None or given_at >= withdrawn_at:
        return None
    return Reason(
        code="withdrawn_since",
        message="The patient has taken this consent back since then: ask again.",
    )


def withdrawn_after_given(pathway: Pathway, consent: str, withdrawn_at: datetime) -> Reason | None:
    given_at = [one.given_at for one in pathway.consents if one.consent == consent]
    if all(withdrawn_at >= at for at in given_at):
        return None
    return Reason(
        code="before_consent", message="The consent was given after that: check the date."
    )


def plan_not_older(pathway: Pathway, agreed_at: datetime) -> Reason | None:
    """A revision follows the plan that it revises."""
    revised_at = pathway.safety_plan_revised_at
    if revised_at is None or agreed_at >= revised_at:
        return None
    return Reason(
        code="newer_plan_agreed",
        message="A newer safety plan is in force: the one recorded must be the latest agreed.",
    )


def alternatives_known(definition: Definition, considered: tuple[Considered, ...]) -> Reason | None:
    known = [one.id for one in definition.alternatives]
    if all(one.option in known for one in considered):
        return None
    return Reason(
        code="unknown_alternative",
        message=f"The programme knows these alternatives: {', '.join(known) or 'none'}.",
    )


def alternatives_differ(considered: tuple[Considered, ...]) -> Reason | None:
    if len({one.option for one in considered}) == len(considered):
        return None
    return Reason(code="alternative_repeated", message="Name each alternative once.")


def in_assessment(pathway: Pathway, definition: Definition) -> Reason | None:
    phase = definition.phase(pathway.phase or "")
    if phase and phase.purpose == "assessment":
        return None
    return Reason(code="not_in_assessment", message="This is decided at the end of assessment.")


def end_not_passed(ends_at: datetime | None, context: Context) -> Reason | None:
    if ends_at is None or ends_at > context.now:
        return None
    return Reason(
        code="end_passed",
        message="Treatment would have ended already: discharge the patient instead.",
    )


def variant_known(definition: Definition, variant: str) -> Reason | None:
    if definition.variant(variant):
        return None
    known = ", ".join(one.id for one in definition.variants)
    return Reason(code="unknown_variant", message=f"The programme has these durations: {known}.")


def duration_not_chosen(pathway: Pathway) -> Reason | None:
    if pathway.variant is None:
        return None
    return Reason(
        code="duration_already_chosen",
        message="The duration is chosen already: change it, with a reason.",
    )


def duration_differs(pathway: Pathway, variant: str) -> Reason | None:
    if pathway.variant != variant:
        return None
    return Reason(code="duration_unchanged", message="This is the duration already in force.")
