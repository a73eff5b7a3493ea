"""What the events of a clinic say of licences, trainings, consents and plans, without any guard."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from domain.events import registry
from domain.events.agreements import ConsentGiven, ConsentWithdrawn, SafetyPlanAgreed
from domain.events.base import Event
from domain.events.clinician import (
    CredentialRecorded,
    CredentialRevoked,
    Deactivated,
    LicenceRecorded,
    LicenceRevoked,
    Reactivated,
)
from domain.events.envelope import NewEvent
from domain.events.group import FacilitatorAssigned, SessionOpened, SubstituteNamed
from domain.simulation import Clinic, Entity

LENGTH = timedelta(minutes=90)
"""How long sessions of groups last."""


def event_of(stored: NewEvent) -> Event:
    """The event as the log gives it back."""
    data = json.loads(stored.data)
    return registry.read(stored.type, stored.schema_version, data, stored.effective_at)


def events_of(entity: Entity) -> list[Event]:
    """Everything that happened to an entity, in order."""
    return [event_of(one) for one in entity.history]


def in_service(events: list[Event]) -> bool:
    steps = [one for one in events if isinstance(one, Deactivated | Reactivated)]
    return not steps or isinstance(steps[-1], Reactivated)


def licensed(events: list[Event], state: str, day: date) -> bool:
    """Whether some licence for the state was recorded for that day, and not revoked by then."""
    held: list[tuple[str, date, date]] = []
    for one in events:
        if isinstance(one, LicenceRecorded) and one.state == state:
            held.append((one.number, one.since, one.until))
        if isinstance(one, LicenceRevoked) and one.state == state:
            held = _cut(held, one.number, one.last_day)
    return in_service(events) and any(since <= day <= until for _, since, until in held)


def credentialed(events: list[Event], day: date) -> bool:
    """Whether a training in MBT was recorded for that day, and not revoked by then."""
    held: list[tuple[str, date, date]] = []
    for one in events:
        if isinstance(one, CredentialRecorded) and one.kind == "mbt":
            held.append((one.number, one.since, one.until))
        if isinstance(one, CredentialRevoked):
            held = _cut(held, one.number, one.last_day)
    return in_service(events) and any(since <= day <= until for _, since, until in held)


def _cut(held: list[tuple[str, date, date]], number: str, last_day: date) -> Any:
    return [
        (of, since, min(until, last_day) if of == number else until) for of, since, until in held
    ]


def consented(events: list[Event], at: datetime) -> bool:
    answers = [one for one in events if isinstance(one, ConsentGiven | ConsentWithdrawn)]
    latest = max((one for one in answers if one.at <= at), key=lambda one: one.at, default=None)
    return isinstance(latest, ConsentGiven)


def planned(events: list[Event], at: datetime) -> bool:
    return any(isinstance(one, SafetyPlanAgreed) and one.at <= at for one in events)


def led_at(
    clinic: Clinic, group_id: str, clinician_id: str, start: datetime, length: timedelta
) -> bool:
    """Whether a session of the group that took place then was led by this clinician.

    Whoever came to lead the group after a session had ended may have opened it late, on paper.
    """
    group = clinic.entity(group_id)
    began = {one.session: one for one in events_of(group) if isinstance(one, SessionOpened)}
    known = _came_to_lead(events_of(group), clinician_id)
    return any(
        clinician_id in one.clinicians
        and one.starts_at < start + length
        and start < one.starts_at + LENGTH
        and any(at < one.starts_at + LENGTH for at in known)
        and group.state.session(number).takes_place
        for number, one in began.items()
    )


def _came_to_lead(events: list[Event], clinician_id: str) -> list[datetime]:
    named = [one for one in events if isinstance(one, FacilitatorAssigned | SubstituteNamed)]
    return [one.at for one in named if one.clinician_id == clinician_id]
