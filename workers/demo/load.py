"""Importing the demo clinic into the log, with the dates at which things happened."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from domain.events.envelope import NewEvent
from domain.fold import fold
from domain.programme import PROGRAMME
from domain.programmes.definition import Definition
from domain.simulation import Entity
from eventstore.store import EventStore
from workers.demo.clinic import simulated_clinic

WRITERS = 8


@dataclass(frozen=True)
class Loaded:
    """How many pathways, entities and events the demo clinic has, and how many are new."""

    pathways: int
    entities: int
    events: int
    written: int


class ProgrammeMissing(Exception):
    """The programme must be published before anybody can be on it."""

    def __init__(self, programme_id: str) -> None:
        super().__init__(
            f"the programme {programme_id!r} is not published: "
            "publish it with `carepath programmes publish FILE`"
        )
        self.programme_id = programme_id


async def load_demo(
    store: EventStore, programme_id: str, patients: int, months: int, seed: int
) -> Loaded:
    """Write the clinic's history up to last midnight (UTC). Raises `ProgrammeMissing`.

    Loading it again on the same day completes it; a clinic of another day is left as it is.
    """
    programme = await _latest(store, programme_id)
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    before = await store.last_seq()
    clinic = simulated_clinic(programme, midnight, patients, months, seed)
    entities = [one for one in clinic.entities.values() if one.history]
    slots = asyncio.Semaphore(WRITERS)
    await asyncio.gather(*(_write(store, entity, slots) for entity in entities))
    return Loaded(
        pathways=sum(one.id.startswith("pathway-") for one in entities),
        entities=len(entities),
        events=sum(len(one.history) for one in entities),
        written=await store.last_seq() - before,
    )


async def _latest(store: EventStore, programme_id: str) -> Definition:
    events = await store.read_stream(f"{PROGRAMME.kind}-{programme_id}")
    latest = fold(PROGRAMME, events).state.latest
    if latest is None:
        raise ProgrammeMissing(programme_id)
    return latest


async def _write(store: EventStore, entity: Entity, slots: asyncio.Semaphore) -> None:
    async with slots:
        stream = await store.read_stream(entity.id)
        if stream and stream[0].effective_at != entity.history[0].effective_at:
            return
        version = len(stream)
        for decision in decisions(entity.history[version:]):
            version = (await store.append(entity.id, version, decision)).version


def decisions(history: Sequence[NewEvent]) -> Iterator[list[NewEvent]]:
    """The events of one command at a time, in order."""
    for _, events in groupby(history, key=lambda new: new.origin.command_id):
        yield list(events)
