"""By when a patient at risk is contacted, seen, and the escalation resolved."""

from datetime import datetime
from typing import get_args

from domain.escalation.state import Escalation, Signal
from domain.events.escalation import Limits
from domain.programmes.safety import SafetyPolicies
from domain.risk import Level, OutsideEvent


def limits_of(
    signal: Signal, policies: SafetyPolicies, next_session_at: datetime | None = None
) -> Limits:
    """What a flag asks for, counted from when the programme came to know of it.

    After an emergency visit or an inpatient stay it counts from its end instead.
    """
    limits = of_level(signal.level, signal.known_at, policies, next_session_at)
    if not outside(signal):
        return limits
    ended_at, response = signal.occurred_at, policies.outside
    return Limits(
        contact=earlier(limits.contact, ended_at + response.contact_within),
        visit=ended_at + response.visit_within,
        backstop=ended_at + response.backstop,
    )


def of_level(
    level: Level,
    known_at: datetime,
    policies: SafetyPolicies,
    next_session_at: datetime | None = None,
) -> Limits:
    """What a level asks for; a low risk is contacted by the next session."""
    response = policies.response(level)
    backstop = known_at + response.backstop
    if response.contact_within is None:
        return Limits(contact=earlier(next_session_at, backstop), backstop=backstop)
    return Limits(contact=known_at + response.contact_within, backstop=backstop)


def tightened(escalation: Escalation, limits: Limits) -> Limits:
    """The limits that run already, and these: of each the earlier."""
    backstop = escalation.backstop_at
    return Limits(
        contact=earlier(escalation.contact_at, limits.contact),
        visit=earlier(escalation.visit_at, limits.visit),
        backstop=min(backstop, limits.backstop) if backstop else limits.backstop,
    )


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two instants; absent means never."""
    return min(filter(None, (one, other)), default=None)


def outside(signal: Signal) -> bool:
    """Whether it happened outside the programme, so that a visit is asked for."""
    return signal.source in get_args(OutsideEvent)
