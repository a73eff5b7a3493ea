"""What each event means for what is agreed with the patient, or decided by a clinician."""

from functools import singledispatch

from domain.events import agreements as facts
from domain.events.base import Event
from domain.pathway.arranged import arranged
from domain.pathway.clocks import Changes, clocks
from domain.pathway.remaining import other_consents
from domain.pathway.rows import Consented, ConsentPeriod, Suitability
from domain.pathway.state import Pathway


@singledispatch
def agreed(event: Event, pathway: Pathway) -> Changes:
    """The fields that an event changes. What is arranged around treatment has its own module."""
    return arranged(event, pathway)


@agreed.register
def _(event: facts.ConsentGiven, pathway: Pathway) -> Changes:
    consent = Consented(
        consent=event.consent, document_version=event.document_version, given_at=event.at
    )
    period = ConsentPeriod(
        consent=event.consent, since=event.at, document_version=event.document_version
    )
    return {
        "consents": (*other_consents(pathway, event.consent), consent),
        "consent_periods": (*pathway.consent_periods, period),
    }


@agreed.register
def _(event: facts.ConsentWithdrawn, pathway: Pathway) -> Changes:
    periods = tuple(
        period.model_copy(update={"until": event.at})
        if period.consent == event.consent and period.until is None
        else period
        for period in pathway.consent_periods
    )
    return {
        "consents": other_consents(pathway, event.consent),
        "consent_periods": periods,
    }


@agreed.register
def _(event: facts.SafetyPlanAgreed, pathway: Pathway) -> Changes:
    return {
        "safety_plan": event.plan,
        "safety_plan_since": pathway.safety_plan_since or event.at,
        "safety_plan_revised_at": event.at,
        "safety_plan_revision": event.revision,
    }


@agreed.register
def _(event: facts.SuitabilityDecided, _pathway: Pathway) -> Changes:
    return {
        "suitability": Suitability(
            suitable=event.suitable,
            alternatives=tuple(one.option for one in event.alternatives),
        ),
    }


@agreed.register
def _(event: facts.DurationChosen, _pathway: Pathway) -> Changes:
    return {"variant": event.variant, "months": event.months, "weeks": event.weeks}


@agreed.register
def _(event: facts.DurationChanged, _pathway: Pathway) -> Changes:
    return {
        "variant": event.variant,
        "months": event.months,
        "weeks": event.weeks,
        **clocks(event.timetable),
    }
