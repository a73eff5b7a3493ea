"""What each event means for a clinician. Total: it never refuses and never raises."""

from datetime import date, datetime, timedelta
from functools import singledispatch
from typing import Any

from domain.clinician.state import Clinician, Leading, Period, Reserved, Service
from domain.events import clinician as facts
from domain.events.base import Event
from domain.events.clinician import ClinicianEvent, What

Changes = dict[str, Any]
"""New values of the state's fields, by name."""

REMEMBERED = timedelta(days=31)
"""For so long it is known with which group a clinician was: sessions are entered late."""


def evolve(clinician: Clinician, event: ClinicianEvent) -> Clinician:
    """The clinician after `event`."""
    return clinician.model_copy(update=_changes(event, clinician))


@singledispatch
def _changes(_event: Event, _clinician: Clinician) -> Changes:
    """The fields that an event changes."""
    return {}


@_changes.register
def _(event: facts.Registered, clinician: Clinician) -> Changes:
    return {
        **_begun(event, clinician),
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
    goes_on = [one for one in clinician.leading if _by_the_same_rule(one, event)]
    begun = (
        [Leading(group_id=event.group_id, meets=event.meets, since=event.at)] if event.meets else []
    )
    led = [one.model_copy(update={"meets": event.meets}) for one in goes_on] or begun
    return {
        "groups": tuple(dict.fromkeys((*clinician.groups, event.group_id))),
        "leading": (*_leading_others(clinician, event.group_id), *led),
        **({} if goes_on else {"led": _led_of_late(clinician, event)}),
    }


def _by_the_same_rule(leading: Leading, event: facts.GroupLed) -> bool:
    """The group learns its last day, and its clinicians no other time."""
    until = event.meets.until if event.meets else None
    same = leading.meets.model_copy(update={"until": until}) == event.meets
    return leading.group_id == event.group_id and same


def _led_of_late(
    clinician: Clinician, event: facts.GroupLed | facts.GroupLeft
) -> tuple[Leading, ...]:
    """What was led until not long ago, with what ends by an event."""
    ended = (
        one.model_copy(update={"until": event.at})
        for one in clinician.leading
        if one.group_id == event.group_id
    )
    oldest = event.at - REMEMBERED
    return tuple(one for one in (*clinician.led, *ended) if one.until and one.until > oldest)


@_changes.register
def _(event: facts.GroupLeft, clinician: Clinician) -> Changes:
    return {
        "groups": tuple(one for one in clinician.groups if one != event.group_id),
        "leading": _leading_others(clinician, event.group_id),
        "led": _led_of_late(clinician, event),
        "reserved": tuple(
            one
            for one in clinician.reserved
            if one.group_id != event.group_id or one.starts_at < event.at
        ),
    }


@_changes.register
def _(event: facts.TimeReserved, clinician: Clinician) -> Changes:
    """A time that the group's weekly rule means is not kept twice."""
    reserved = Reserved(**event.model_dump(exclude={"at"}))
    weekly = any(
        one.group_id == event.group_id and one.meets.means(event.starts_at)
        for one in clinician.leading
    )
    others = _reserved_others(clinician, event)
    return {
        "leading": tuple(_with_free(one, event, ()) for one in clinician.leading),
        "reserved": others if weekly else (*others, reserved),
    }


@_changes.register
def _(event: facts.TimeFreed, clinician: Clinician) -> Changes:
    """What was reserved is so no longer; otherwise it is the weekly time that is free once."""
    this = (event.group_id, event.session, event.starts_at)
    reserved = any(one.of(*this) for one in clinician.reserved)
    free = () if reserved else (event.starts_at,)
    return {
        "leading": tuple(_with_free(one, event, free) for one in clinician.leading),
        "reserved": _reserved_others(clinician, event),
    }


def _with_free(
    leading: Leading, event: facts.TimeReserved | facts.TimeFreed, free: tuple[datetime, ...]
) -> Leading:
    """The group's free times with or without that of the event; what is long past is forgotten."""
    if leading.group_id != event.group_id:
        return leading
    oldest = event.at - REMEMBERED
    others = (at for at in leading.free if at > oldest and at != event.starts_at)
    return leading.model_copy(update={"free": (*others, *free)})


def _reserved_others(
    clinician: Clinician, event: facts.TimeReserved | facts.TimeFreed
) -> tuple[Reserved, ...]:
    """What else is reserved, or was until not long ago."""
    gone = (event.group_id, event.session, event.starts_at)
    oldest = event.at - REMEMBERED
    return tuple(one for one in clinician.reserved if one.ends_at > oldest and not one.of(*gone))


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
def _(event: facts.Deactivated, clinician: Clinician) -> Changes:
    ended = tuple(
        one if one.until else one.model_copy(update={"until": event.at})
        for one in clinician.service
    )
    return {"status": "inactive", "since": event.at, "service": ended}


@_changes.register
def _(event: facts.Reactivated, clinician: Clinician) -> Changes:
    return _begun(event, clinician)


def _begun(event: facts.Registered | facts.Reactivated, clinician: Clinician) -> Changes:
    service = (*clinician.service, Service(since=event.at))
    return {"status": "active", "since": event.at, "service": service}
