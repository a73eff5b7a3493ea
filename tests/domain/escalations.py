"""Histories of one safety escalation, written as the events that the log would hold."""

from datetime import datetime, timedelta
from typing import Any

from domain.actor import Actor
from domain.clinician.qualifications import Qualifications
from domain.decider import Effect
from domain.escalation import ESCALATION, Escalation
from domain.events.escalation import (
    Acknowledged,
    Called,
    DispositionRecorded,
    EscalationEvent,
    Limits,
    Opened,
    Resolved,
    RiskFormulated,
    SafetyPlanReviewed,
    SignalAdded,
    Step,
)
from domain.on_call.chain import Chain
from domain.pathway.standing import Standing
from domain.risk import Level
from tests.domain.histories import IN_SERVICE, MBT_G, ny
from tests.domain.specification import Given, Specification

PATHWAY_ID = "pathway-2f1c6c3e-5a0b-4f7d-8a1e-3d2b1c0a9f88"
ESCALATION_ID = "escalation-5f9ce7c4-6f10-4f4f-9c5e-2f6a5f3e7d10"
ON_CALL_ID = "oncall-mbt-g"

FIRST = "clinician-00000000-0000-4000-8000-000000000001"
SECOND = "clinician-00000000-0000-4000-8000-000000000002"
SUPERVISOR = "clinician-00000000-0000-4000-8000-000000000009"
THERAPIST = "clinician-00000000-0000-4000-8000-000000000005"
STRANGER = "clinician-00000000-0000-4000-8000-000000000404"

PATHWAY_ITSELF = Actor(subject=PATHWAY_ID, role="service")
CLINICIAN = Actor(subject="account-1", role="clinician")
SUPERVISING = Actor(subject="account-9", role="supervisor")

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

OPENED_AT = ny("2026-02-03 10:00")

POLICIES = MBT_G.policies.safety

escalation = Specification(ESCALATION, MBT_G).knowing(
    {
        ON_CALL_ID: Chain(clinicians=(FIRST, SECOND), supervisor=SUPERVISOR),
        PATHWAY_ID: Standing(status="open", safety_plan_revision=2),
        STRANGER: Qualifications(),
        **{
            one: Qualifications(service=IN_SERVICE)
            for one in (FIRST, SECOND, SUPERVISOR, THERAPIST)
        },
    }
)


def given(*events: EscalationEvent) -> Given[Escalation]:
    return escalation.given(*events)


def on_call(*clinicians: str, supervisor: str | None = None) -> Specification[Escalation]:
    """The same with another on-call list."""
    return escalation.knowing({ON_CALL_ID: Chain(clinicians=clinicians, supervisor=supervisor)})


_CONTACT: dict[Level, timedelta] = {"high": HOUR, "moderate": DAY, "low": 7 * DAY}
_CALL: dict[Level, timedelta] = {"high": 15 * MINUTE, "moderate": 4 * HOUR, "low": DAY}


def limits_from(at: datetime, level: Level, **others: Any) -> Limits:
    """What a level asks for of whoever came to know of it at an instant."""
    return Limits(**{"contact": at + _CONTACT[level], "backstop": at + 7 * DAY, **others})


def opened(level: Level = "high", at: datetime = OPENED_AT, **details: Any) -> Opened:
    return Opened(
        at=at,
        **{
            "pathway_id": PATHWAY_ID,
            "programme": "mbt-g@1",
            "source": "c-ssrs",
            "level": level,
            "occurred_at": at,
            "limits": limits_from(at, level),
            **details,
        },
    )


def called(
    call: int, clinician_id: str | None, at: datetime, step: Step, wait: timedelta
) -> Called:
    return Called(at=at, call=call, clinician_id=clinician_id, step=step, next_call_at=at + wait)


def open_at(level: Level = "high") -> tuple[EscalationEvent, ...]:
    """Open, and the first on call is called."""
    return (opened(level), called(1, FIRST, OPENED_AT, "on_call", _CALL[level]))


def acknowledged(level: Level = "high") -> tuple[EscalationEvent, ...]:
    return (*open_at(level), Acknowledged(at=OPENED_AT + 5 * MINUTE, by=FIRST))


def signal(level: Level, at: datetime, *, anew: bool) -> SignalAdded:
    return SignalAdded(
        at=at,
        source="facilitator",
        level=level,
        occurred_at=at,
        limits=limits_from(at, level),
        anew=anew,
    )


FORMULATED = RiskFormulated(
    at=OPENED_AT + HOUR,
    level="low",
    status="similar",
    foreseeable_changes=("The anniversary in March",),
    note="note-4711",
)
ARRANGED = DispositionRecorded(at=OPENED_AT + HOUR, disposition="increased_contact")
REVIEWED = SafetyPlanReviewed(at=OPENED_AT + HOUR, revision=2)
RESOLVED = Resolved(at=OPENED_AT + HOUR, disposition="increased_contact", level="low")


def answered(level: Level = "high") -> tuple[EscalationEvent, ...]:
    """All that resolving asks for."""
    return (*acknowledged(level), FORMULATED, ARRANGED, REVIEWED)


def resolved() -> tuple[EscalationEvent, ...]:
    return (*answered(), RESOLVED)


def call_of(clinician_id: str, call: int, not_after: datetime | None) -> Effect:
    """A call that has lost its point once the next one is made."""
    return Effect(
        not_after=not_after,
        name=f"call-{call}",
        port="notify",
        template="escalation_called",
        recipient=clinician_id,
    )
