"""The demo clinic in the log of a test: some months, several kinds of entities, two erased."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from random import Random

from domain.events import escalation, pathway, records_request
from domain.events.base import Event
from domain.events.envelope import NewEvent
from domain.simulation import Entity
from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.projections.given import as_command, settle
from workers.demo.clinic import simulated_clinic
from workers.demo.load import decisions
from workers.embedded.programmes import shipped_definitions

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)

ERASED: dict[str, type[Event]] = {
    "pathway": pathway.Erased,
    "escalation": escalation.Erased,
    "request": records_request.Erased,
}


@dataclass(frozen=True)
class Clinic:
    """What the log holds; `erased` are the entities whose records were given up."""

    entities: tuple[Entity, ...]
    erased: tuple[str, ...]


async def written_clinic(store: EventStore, pool: Pool) -> Clinic:
    """The clinic in the log, in the order in which it came about, and settled."""
    clinic = _clinic()
    versions: dict[str, int] = {}
    for entity_id, decision in _in_order(clinic.entities):
        versions[entity_id] = (
            await store.append(entity_id, versions.get(entity_id, 0), decision)
        ).version
    for entity_id in clinic.erased:
        erasure = as_command(Random(entity_id), _erasure(entity_id))  # noqa: S311 - no secret
        await store.append(entity_id, versions[entity_id], erasure)
    await settle(pool)
    return clinic


@cache
def _clinic() -> Clinic:
    programme = next(iter(shipped_definitions()))
    clinic = simulated_clinic(programme, UNTIL, patients=9, months=7, seed=3)
    entities = tuple(one for one in clinic.entities.values() if one.history)
    flagged = next(one for one in entities if one.id.startswith("escalation-"))
    return Clinic(entities, erased=(flagged.state.pathway_id, flagged.id))


def _in_order(entities: tuple[Entity, ...]) -> Iterator[tuple[str, list[NewEvent]]]:
    happened = [
        (decision[0].effective_at, entity.id, decision)
        for entity in entities
        for decision in decisions(entity.history)
    ]
    for _, together in groupby(sorted(happened, key=lambda one: one[0]), key=lambda one: one[0]):
        for _, entity_id, decision in together:
            yield entity_id, decision


def _erasure(entity_id: str) -> Event:
    erased = ERASED[entity_id.partition("-")[0]]
    given = {"reason": "retention_expired"} if erased is pathway.Erased else {}
    return erased(at=UNTIL, **given)
