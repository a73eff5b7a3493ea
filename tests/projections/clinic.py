"""The demo clinic in the log of a test: some months, several kinds of entities, two erased."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import groupby
from random import Random

from domain import simulation
from domain.events import escalation, pathway, reads, records_request
from domain.events.base import Event
from domain.events.envelope import NewEvent
from domain.simulation import Entity
from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.domain.specification import COORDINATOR
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
    await store.append(*_read_of(clinic))
    await settle(pool)
    return clinic


@cache
def _clinic() -> Clinic:
    programme = next(iter(shipped_definitions()))
    clinic = simulated_clinic(programme, UNTIL, patients=9, months=7, seed=3)
    flagged = next(one for one in clinic.entities.values() if one.id.startswith("escalation-"))
    left = flagged.state.pathway_id
    clinic.submit(left, "discharge", COORDINATOR, reason="patient_withdrew")
    _happen_to_another(clinic, next(one for one in _treated(clinic) if one != left))
    entities = tuple(one for one in clinic.entities.values() if one.history)
    return Clinic(entities, erased=(left, flagged.id))


def _treated(clinic: simulation.Clinic) -> Iterator[str]:
    pathways = (one for one in clinic.entities.values() if one.id.startswith("pathway-"))
    return (one.id for one in pathways if one.state.status == "open")


def _happen_to_another(clinic: simulation.Clinic, pathway_id: str) -> None:
    """What some view tells, and the demo clinic does not bring about with every seed."""
    clinic.submit(pathway_id, "raise_concern", COORDINATOR, source="clinician", level="moderate")
    clinic.submit(pathway_id, "name_pcp", COORDINATOR, pcp={"name": "Dr. Example"})
    clinic.submit(pathway_id, "share_record", COORDINATOR, what="summary")
    wanted = {"group_kind": "introduction", "modalities": ["virtual"], "urgency": "routine"}
    clinic.submit(pathway_id, "join_waitlist", COORDINATOR, zone="America/New_York", **wanted)


def _in_order(entities: tuple[Entity, ...]) -> Iterator[tuple[str, list[NewEvent]]]:
    happened = [
        (decision[0].effective_at, entity.id, decision)
        for entity in entities
        for decision in decisions(entity.history)
    ]
    for _, together in groupby(sorted(happened, key=lambda one: one[0]), key=lambda one: one[0]):
        for _, entity_id, decision in together:
            yield entity_id, decision


def _read_of(clinic: Clinic) -> tuple[str, int, list[NewEvent]]:
    """Somebody has read of one patient who was not erased."""
    kept = next(
        one.id
        for one in clinic.entities
        if one.id.startswith("pathway-") and one.id not in clinic.erased
    )
    read = reads.PatientRead(at=UNTIL, what="timeline", purpose="treatment")
    return f"access-{kept.partition('-')[2]}", 0, as_command(Random(kept), read)  # noqa: S311 - no secret


def _erasure(entity_id: str) -> Event:
    erased = ERASED[entity_id.partition("-")[0]]
    given = {"reason": "retention_expired"} if erased is pathway.Erased else {}
    return erased(at=UNTIL, **given)
