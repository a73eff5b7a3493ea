"""What each event means for a clinician. Total: it never refuses and never raises."""

from datetime import date
from functools import singledispatch
from typing import Any

from domain.clinician.state import Clinician, Leading, Period
from domain.events import clinician as facts
from domain.events.base import Event
from domain.events.clinician import ClinicianEvent, What

Changes = dict[str, Any]
"""New values of the state's fields, by name."""


def evolve(clinician: Clinician, event: ClinicianEvent) -> Clinician:
    """The clinician after `event`."""
    return clinician.model_copy(update=_changes(event, clinician))


@singledispatch
def _changes(_event: Event, _clinician: Clinician) -> Changes:
    """The fields that an event changes."""
    return {}


@_changes.register
def _(event: facts.Registered, _clinician: Clinician) -> Changes:
    return {
        "status": "active",
        "since": event.at,
        "programme": event.programme,
        **_details(event),
    }


@_changes.register
def _(event: facts.DetailsChanged, _clinician: Clinician) -> Changes:
    return _details(event)


def _details(event: facts.Registered | facts.DetailsChanged) -> Changes:
    return {"name": event.name, "email": event.email, "phone": event.phone, "npi": event.npi}


@_changes.register
def _(event: facts.CredentialRecorded, clinician: Clinician) -> Changes:
    return _recorded(clinician, "credential", event.kind, event)


@_changes.register
def _(event: facts.LicenceRecorded, clinician: Clinician) -> Changes:
    return _recorded(clinician, "licence", event.state, event)


def _recorded(
    clinician: Clinician,
    what: What,
    of: str,
    event: facts.CredentialRecorded | facts.LicenceRecorded,
) -> Changes:
    period = Period(
        period=event.period,
        what=what,
        of=of,
        number=event.number,
        since=event.since,
        until=event.until,
        warn_at=event.warn_at,
        expires_at=event.expires_at,
    )
    return {"periods_recorded": event.period, "periods": (*clinician.periods, period)}


@_changes.register
def _(event: facts.CredentialRevoked, clinician: Clinician) -> Changes:
    revoked = clinician.held("credential", event.kind, event.number)
    return _cut_short(clinician, revoked, event.last_day)


@_changes.register
def _(event: facts.LicenceRevoked, clinician: Clinician) -> Changes:
    revoked = clinician.held("licence", event.state, event.number)
    return _cut_short(clinician, revoked, event.last_day)


def _cut_short(clinician: Clinician, revoked: tuple[Period, ...], last_day: date) -> Changes:
    """They held until `last_day`; of a period that had not begun by then nothing stays."""
    others = tuple(one for one in clinician.periods if one not in revoked)
    ended = tuple(
        one.model_copy(
            update={
                "until": min(one.until, last_day),
                "warn_at": (),
                "expires_at": None,
                "revoked": True,
            }
        )
        for one in revoked
        if one.since <= last_day
    )
    return {"periods": (*others, *ended)}


@_changes.register
def _(event: facts.ExpiryWarned, clinician: Clinician) -> Changes:
    return {
        "periods": tuple(
            one.model_copy(update={"warn_at": tuple(at for at in one.warn_at if at != event.at)})
            if one.period == event.period
            else one
            for one in clinician.periods
        )
    }


@_changes.register(facts.CredentialExpired)
@_changes.register(facts.LicenceExpired)
def _(event: facts.CredentialExpired | facts.LicenceExpired, clinician: Clinician) -> Changes:
    return {
        "periods": tuple(
            one.model_copy(update={"warn_at": (), "expires_at": None})
            if one.period == event.period
            else one
            for one in clinician.periods
        )
    }


@_changes.register
def _(event: facts.CapacitySet, _clinician: Clinician) -> Changes:
    return {"capacity": event.patients}


@_changes.register
def _(event: facts.PatientTakenOn, clinician: Clinician) -> Changes:
    return {"patients": (*clinician.patients, event.pathway_id)}


@_changes.register
def _(event: facts.PatientHandedOver, clinician: Clinician) -> Changes:
    return {"patients": tuple(one for one in clinician.patients if one != event.pathway_id)}


@_changes.register
def _(event: facts.GroupLed, clinician: Clinician) -> Changes:
    leading = (Leading(group_id=event.group_id, meets=event.meets),) if event.meets else ()
    return {
        "groups": tuple(dict.fromkeys((*clinician.groups, event.group_id))),
        "leading": (*_leading_others(clinician, event.group_id), *leading),
    }


@_changes.register
def _(event: facts.GroupLeft, clinician: Clinician) -> Changes:
    return {
        "groups": tuple(one for one in clinician.groups if one != event.group_id),
        "leading": _leading_others(clinician, event.group_id),
    }


def _leading_others(clinician: Clinician, group_id: str) -> tuple[Leading, ...]:
    return tuple(one for one in clinician.leading if one.group_id != group_id)


@_changes.register
def _(event: facts.WentOnCall, clinician: Clinician) -> Changes:
    return {"on_call": (*clinician.on_call, event.on_call)}


@_changes.register
def _(event: facts.WentOffCall, clinician: Clinician) -> Changes:
    return {"on_call": tuple(one for one in clinician.on_call if one != event.on_call)}


@_changes.register
def _(event: facts.EscalationTaken, clinician: Clinician) -> Changes:
    return {"escalations": (*clinician.escalations, event.escalation_id)}


@_changes.register
def _(event: facts.EscalationLeft, clinician: Clinician) -> Changes:
    left = tuple(one for one in clinician.escalations if one != event.escalation_id)
    return {"escalations": left}


@_changes.register
def _(event: facts.Deactivated, _clinician: Clinician) -> Changes:
    return {"status": "inactive", "since": event.at}


@_changes.register
def _(event: facts.Reactivated, _clinician: Clinician) -> Changes:
    return {"status": "active", "since": event.at}
