"""What each event means for an escalation. Total: it never refuses and never raises."""

from datetime import datetime
from functools import singledispatch
from typing import Any

from domain.escalation.limits import outside
from domain.escalation.state import Escalation, Overdue, Signal
from domain.events import escalation as facts
from domain.events.base import Event
from domain.events.erased import ContentErased
from domain.events.escalation import EscalationEvent, Limited, Limits
from domain.events.pathway import DESTROY_KEY
from domain.risk import higher

Changes = dict[str, Any]


def evolve(escalation: Escalation, event: EscalationEvent) -> Escalation:
    """The escalation after `event`."""
    return escalation.model_copy(update=_changes(event, escalation))


@singledispatch
def _changes(_event: Event, _escalation: Escalation) -> Changes:
    """The fields that an event changes."""
    return {}


@_changes.register
def _(event: facts.Opened, _escalation: Escalation) -> Changes:
    return {
        "status": "open",
        "pathway_id": event.pathway_id,
        "programme": event.programme,
        "level": event.level,
        "signals": (_signal(event),),
        **_limits(event.limits),
    }


@_changes.register
def _(event: facts.SignalAdded, escalation: Escalation) -> Changes:
    """What was found before does not answer it."""
    return {
        "level": higher(escalation.level or event.level, event.level),
        "signals": (*escalation.signals, _signal(event)),
        "formulated": None,
        "disposition": None,
        "plan_reviewed": None,
        **_limits(event.limits),
        **({"acknowledged_by": None, "called": ()} if event.anew else {}),
    }


@_changes.register
def _(event: facts.Called, escalation: Escalation) -> Changes:
    called = (*escalation.called, event.clinician_id)
    return {
        "calls": event.call,
        "called": tuple(dict.fromkeys(filter(None, called))),
        "step": event.step,
        "next_call_at": event.next_call_at,
    }


@_changes.register
def _(event: facts.Acknowledged, _escalation: Escalation) -> Changes:
    return {"acknowledged_by": event.by, "responsible": event.by, "next_call_at": None}


@_changes.register
def _(event: facts.HandedOver, _escalation: Escalation) -> Changes:
    return {"responsible": event.clinician_id, "acknowledged_by": None, "called": ()}


@_changes.register
def _(event: facts.ContactAttempted, escalation: Escalation) -> Changes:
    attempts = {"attempts": escalation.attempts + 1}
    return {**attempts, **_contacted(escalation, event.at)} if event.reached else attempts


@_changes.register
def _(event: facts.VisitRecorded, escalation: Escalation) -> Changes:
    """A visit before the latest stay outside ended does not stand for the one after it."""
    ends = [one.occurred_at for one in escalation.signals if outside(one)]
    contacted = _contacted(escalation, event.at)
    if ends and event.at < max(ends):
        return contacted
    overdue = contacted.get("overdue", escalation.overdue)
    return {
        **contacted,
        "visited_at": event.at,
        "visit_at": None,
        "overdue": _others(overdue, "visit"),
    }


@_changes.register
def _(event: facts.RiskFormulated, _escalation: Escalation) -> Changes:
    return {"formulated": event.level}


@_changes.register
def _(event: facts.LevelChanged, _escalation: Escalation) -> Changes:
    return {"level": event.level, **_limits(event.limits)}


@_changes.register
def _(event: facts.DispositionRecorded, _escalation: Escalation) -> Changes:
    return {"disposition": event.disposition}


@_changes.register
def _(event: facts.SafetyPlanReviewed, _escalation: Escalation) -> Changes:
    return {"plan_reviewed": event.revision}


@_changes.register
def _(event: facts.FellOverdue, escalation: Escalation) -> Changes:
    overdue = Overdue(what=event.what, since=event.due_at)
    return {
        f"{event.what}_at": event.again_at,
        "overdue": (*_others(escalation.overdue, event.what), overdue),
    }


@_changes.register
def _(event: facts.Resolved, _escalation: Escalation) -> Changes:
    still = ("next_call_at", "contact_at", "visit_at", "backstop_at")
    return {
        "status": "resolved",
        "resolved_at": event.at,
        "overdue": (),
        **dict.fromkeys(still),
    }


@_changes.register
def _(event: facts.Erased, _escalation: Escalation) -> Changes:
    return dict(Escalation(status="erased", erased_at=event.at))


@_changes.register
def _(event: ContentErased, _escalation: Escalation) -> Changes:
    """As of any instant: what was known of the patient then is not known any more."""
    return dict(Escalation(status="erased", erased_at=event.erased_at))


@_changes.register
def _(event: facts.EffectSettled, _escalation: Escalation) -> Changes:
    return {"erasure": event.outcome} if event.effect == DESTROY_KEY else {}


def _signal(event: facts.Opened | facts.SignalAdded) -> Signal:
    return Signal(
        source=event.source, level=event.level, occurred_at=event.occurred_at, known_at=event.at
    )


def _limits(limits: Limits) -> Changes:
    return {
        "contact_at": limits.contact,
        "visit_at": limits.visit,
        "backstop_at": limits.backstop,
    }


def _contacted(escalation: Escalation, at: datetime) -> Changes:
    """A contact answers the flags before it, not those after it."""
    latest = escalation.latest_signal_at
    if latest and at < latest:
        return {}
    return {
        "contacted_at": at,
        "contact_at": None,
        "overdue": _others(escalation.overdue, "contact"),
    }


def _others(overdue: tuple[Overdue, ...], what: Limited) -> tuple[Overdue, ...]:
    return tuple(one for one in overdue if one.what != what)
