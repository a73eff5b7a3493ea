"""The invented clinic that the benchmarks read: always the same one, written as events."""

import json
from datetime import UTC, datetime
from uuid import uuid4

from domain.actor import Actor
from domain.events.envelope import Origin, RecordedEvent, new_events
from domain.events.programme import Published
from domain.events.registry import read
from domain.programmes.definition import Definition
from domain.simulation import Entity
from eventstore.store import EventStore
from workers.demo.clinic import simulated_clinic
from workers.embedded.programmes import shipped_definitions

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
MONTHS = 20
SEED = 1
ACTOR = Actor(subject="bench-coordinator", role="coordinator")


def shipped_programme() -> Definition:
    """The first definition that carepath ships."""
    return next(iter(shipped_definitions()))


def clinic_of(patients: int) -> list[Entity]:
    """The entities of a clinic to which so many patients were referred within 20 months."""
    clinic = simulated_clinic(shipped_programme(), UNTIL, patients, MONTHS, SEED)
    return list(clinic.entities.values())


def longest_pathway(patients: int) -> Entity:
    """Of the clinic's pathways the one with most events: some 18 months of treatment."""
    pathways = [one for one in clinic_of(patients) if one.id.startswith("pathway-")]
    return max(pathways, key=lambda pathway: len(pathway.history))


def recorded(entity: Entity) -> list[RecordedEvent]:
    """The entity's events as the log would give them back."""
    return [
        RecordedEvent(
            seq=version,
            stream_id=entity.id,
            version=version,
            event_id=new.event_id,
            type=new.type,
            schema_version=new.schema_version,
            recorded_at=new.effective_at,
            effective_at=new.effective_at,
            origin=new.origin,
            programme_version=new.programme_version,
            relied_on=new.relied_on,
            key_id=None,
            event=read(new.type, new.schema_version, json.loads(new.data), new.effective_at),
        )
        for version, new in enumerate(entity.history, start=1)
    ]


async def publish(store: EventStore, definition: Definition) -> None:
    """Write into an empty log that the programme is published."""
    origin = Origin(command_id=uuid4(), actor=ACTOR)
    event = Published(at=UNTIL, definition=definition)
    await store.append(f"programme-{definition.id}", 0, new_events([event], origin))
