"""What the patient agreed to, and where their safety was concerned: Consent and Flag."""

from collections.abc import Iterator
from datetime import datetime

from activities.fhir.record.chart import Chart, Json, Part, coded, instant, own, period
from domain.events import access, agreements, safety
from domain.events.envelope import RecordedEvent

_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
_POLICY = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def agreed(chart: Chart) -> Iterator[Part]:
    """Consents as they were given and taken back, the opt-out of sharing, and flags of risk."""
    for one in chart.stream:
        match one.event:
            case agreements.ConsentGiven(consent=consent):
                made = _treatment(chart, one, consent, _withdrawn(chart, one, consent))
                yield Part(f"consent-{one.event_id}", made, one)
            case access.SharingOptedOut():
                yield Part(f"consent-{one.event_id}", _sharing(chart, one, "deny"), one)
            case access.SharingOptedIn():
                yield Part(f"consent-{one.event_id}", _sharing(chart, one, "permit"), one)
            case safety.RiskRaised() if chart.shows("risk"):
                yield Part(f"flag-{one.event_id}", _flag(chart, one.event), one)


def _withdrawn(chart: Chart, given: RecordedEvent, consent: str) -> datetime | None:
    """When this very consent was taken back or given anew."""
    later = (
        one.effective_at
        for one in chart.stream
        if one.version > given.version
        and isinstance(one.event, agreements.ConsentGiven | agreements.ConsentWithdrawn)
        and one.event.consent == consent
    )
    return next(later, None)


def _treatment(chart: Chart, one: RecordedEvent, consent: str, until: datetime | None) -> Json:
    return {
        "resourceType": "Consent",
        "status": "inactive" if until else "active",
        "scope": coded(_SCOPE, "treatment"),
        "category": [own("consent", consent)],
        "patient": chart.ref("patient"),
        "dateTime": instant(one.effective_at),
        "organization": [chart.ref("clinic")],
        "policyRule": coded(_POLICY, "OPTIN"),
        "provision": {"type": "permit", "period": period(one.effective_at, until)},
    }


def _sharing(chart: Chart, one: RecordedEvent, what: str) -> Json:
    """Whether records may go to the primary care provider; the latest word is in force."""
    words = (access.SharingOptedOut, access.SharingOptedIn)
    latest = [each for each in chart.stream if isinstance(each.event, words)][-1]
    return {
        "resourceType": "Consent",
        "status": "active" if latest is one else "inactive",
        "scope": coded(_SCOPE, "patient-privacy"),
        "category": [coded(_CATEGORY, "infa")],
        "patient": chart.ref("patient"),
        "dateTime": instant(one.effective_at),
        "organization": [chart.ref("clinic")],
        "policyRule": coded(_POLICY, "OPTOUT" if what == "deny" else "OPTIN"),
        "provision": {"type": what, "period": period(one.effective_at, None)},
    }


def _flag(chart: Chart, raised: safety.RiskRaised) -> Json:
    ended = next(
        (
            one.effective_at
            for one in chart.stream
            if isinstance(one.event, safety.EscalationResolved)
            and one.event.escalation_id == raised.escalation_id
        ),
        None,
    )
    category = "http://terminology.hl7.org/CodeSystem/flag-category"
    said = f"Risk flagged: {raised.level}, by {raised.source.replace('_', ' ')}"
    return {
        "resourceType": "Flag",
        "status": "inactive" if ended else "active",
        "category": [coded(category, "safety")],
        "code": {**own("risk", raised.source), "text": said},
        "subject": chart.ref("patient"),
        "period": period(raised.at, ended),
    }
