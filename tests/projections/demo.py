"""The demo clinic in a log: everybody's history, as the rules produced it."""

import asyncio
from datetime import UTC, datetime
from functools import cache

from domain.simulation import Clinic, Entity
from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.domain.histories import SHIPPED
from tests.projections.given import settle
from workers.demo.clinic import simulated_clinic
from workers.demo.load import decisions

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)


WRITERS = 8


@cache
def demo_clinic(patients: int = 16, months: int = 9) -> Clinic:
    """The clinic at `UNTIL`: the same each time."""
    return simulated_clinic(SHIPPED, UNTIL, patients, months, seed=6)


async def write(clinic: Clinic, store: EventStore, pool: Pool) -> None:
    """Every entity's history in the log, settled."""
    slots = asyncio.Semaphore(WRITERS)
    await asyncio.gather(*(_write(entity, store, slots) for entity in clinic.entities.values()))
    await settle(pool)


async def _write(entity: Entity, store: EventStore, slots: asyncio.Semaphore) -> None:
    version = 0
    async with slots:
        for decision in decisions(entity.history):
            version = (await store.append(entity.id, version, decision)).version
