"""Reconciling: whether each running workflow holds what the log says of its entity."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, Literal, Protocol

from audit.living import Entity, read_all
from domain.value import Value
from eventstore.store import EventStore
from workflows.client import NotRunning
from workflows.entity import Snapshot

ASKED_AT_ONCE = 8

LOOKS = 3
"""So often a workflow is compared that goes on while it is looked at."""

What = Literal["not_running", "running", "other_version", "other_state", "other_effects"]


class Workflows(Protocol):
    """The way to running entities."""

    async def snapshot(self, entity_id: str) -> Snapshot:
        """What the running entity holds. Raises `NotRunning` or another `EntityError`."""


class Difference(Value):
    """Where a workflow and the log disagree. `where` are fields of the state: never their values.

    `not_running`: the entity has something left to do and no workflow does it. `running`: nothing
    is left to do, and still a workflow runs.
    """

    entity_id: str
    what: What
    where: tuple[str, ...] = ()
    log_version: int
    workflow_version: int | None = None


class Reconciled(Value):
    """`entities` were compared, `differences` found among them; go on after `next`, if any."""

    entities: int
    differences: tuple[Difference, ...]
    next: str | None


async def reconcile(store: EventStore, workflows: Workflows, after: str, limit: int) -> Reconciled:
    """Compare the next `limit` entities of the log whose ids come after `after`."""
    ids = await store.streams(None, after, limit)
    return Reconciled(
        entities=len(ids),
        differences=await compare(store, workflows, ids),
        next=ids[-1] if len(ids) == limit else None,
    )


async def compare(
    store: EventStore, workflows: Workflows, entity_ids: Sequence[str]
) -> tuple[Difference, ...]:
    """The differences among these entities."""
    free = asyncio.Semaphore(ASKED_AT_ONCE)

    async def compared(entity: Entity) -> Difference | None:
        async with free:
            return await _difference(store, workflows, entity)

    entities = await read_all(store, entity_ids)
    found = await asyncio.gather(*(compared(one) for one in entities))
    return tuple(one for one in found if one)


async def _difference(store: EventStore, workflows: Workflows, entity: Entity) -> Difference | None:
    difference = None
    for _ in range(LOOKS):
        difference = _compared(entity, await _snapshot(workflows, entity.id))
        if difference is None:
            return None
        # The entity may have gone on between the two looks: only what stays is a difference.
        [entity] = await read_all(store, [entity.id])
    return difference


async def _snapshot(workflows: Workflows, entity_id: str) -> Snapshot | None:
    try:
        return await workflows.snapshot(entity_id)
    except NotRunning:
        return None


def _compared(entity: Entity, snapshot: Snapshot | None) -> Difference | None:
    version = entity.folded.version
    if snapshot is None:
        if not entity.lives:
            return None
        return Difference(entity_id=entity.id, what="not_running", log_version=version)
    what, where = _disagreement(entity, snapshot)
    if what is None:
        return None
    return Difference(
        entity_id=entity.id,
        what=what,
        where=where,
        log_version=version,
        workflow_version=snapshot.version,
    )


def _disagreement(entity: Entity, snapshot: Snapshot) -> tuple[What | None, tuple[str, ...]]:
    folded = entity.folded
    if snapshot.version != folded.version:
        return "other_version", ()
    differing = tuple(_differing(folded.state.model_dump(mode="json"), snapshot.state))
    if differing:
        return "other_state", differing
    if set(snapshot.pending) != set(folded.pending):
        return "other_effects", ()
    if not entity.lives:
        return "running", ()
    return None, ()


def _differing(said: dict[str, Any], held: dict[str, Any]) -> Iterator[str]:
    for name in sorted({*said, *held}):
        if said.get(name) != held.get(name):
            yield name
