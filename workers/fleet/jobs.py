"""What each job of the fleet does. All may be repeated, and none writes to the log."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import structlog
from temporalio import activity
from temporalio.client import Client

from audit.living import Entity, read_all
from domain.calendar import day_in
from domain.deciders import decider_of
from domain.programmes.definition import Definition
from eventstore.connect import Pool
from eventstore.seal.errors import SealError
from eventstore.seal.keyring import PUBLIC, read_ring
from eventstore.seal.same_log import require_same_log
from eventstore.seal.state import patience, seal_state
from eventstore.store import EventStore
from projections.deadlines.reading import list_late
from projections.worklist.reading import FIRST, Place, ToDo, Wanted, list_items
from workers.fleet.reconciling import ReconcileJob
from workers.settings import Settings
from workflows.client import EntityClient
from workflows.fleet import Findings, activity_of

PAGE = 100
"""Entities read at once."""

LATE_AFTER = timedelta(minutes=1)
"""A deadline is overdue if it stands so long after its instant."""

EXPIRES_WITHIN = timedelta(days=30)
"""Licences that end so soon are found."""

log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class DueJobs:
    """The jobs that look at what is due: they find it in the views, and read no more than that."""

    def __init__(
        self,
        store: EventStore,
        entities: EntityClient,
        pool: Pool,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._entities = entities
        self._pool = pool
        self._now = now

    @activity.defn(name=activity_of("overdue"))
    async def overdue(self) -> Findings:
        """Count deadlines that nobody met in time, and start the entities whose clock stands.

        An entity that runs and is late all the same waits for a worker.
        """
        looked_at, found = 0, Counter(overdue=0, woken=0)
        async for entity in self._seemingly_late():
            looked_at += 1
            if self._is_late(entity):
                found["overdue"] += 1
                found["woken"] += await self._entities.start(entity.id)
        if found["overdue"]:
            log.warning("deadlines_overdue", **found)
        return self._findings(looked_at, found)

    async def _seemingly_late(self) -> AsyncIterator[Entity]:
        """Entities that were late when the view last looked: the log knows better."""
        before, after = self._now() - LATE_AFTER, None
        while late := await list_late(self._pool, before, PAGE, after):
            for entity in await read_all(self._store, [one.entity_id for one in late]):
                yield entity
            activity.heartbeat()
            after = late[-1]

    def _is_late(self, entity: Entity) -> bool:
        deadlines = decider_of(entity.id).deadlines(entity.folded.state)
        return entity.lives and bool(deadlines) and deadlines[0].at + LATE_AFTER < self._now()

    @activity.defn(name=activity_of("licences"))
    async def licences(self) -> Findings:
        """Count licences and credentials that have expired, or will within thirty days."""
        looked_at, found = 0, Counter[str]()
        async for item in self._expiries():
            looked_at += 1
            ended = item.due_at <= self._now()
            which = {"what": item.kind, "of": item.about}
            found[_ending("clinician", item.entity_id, item.due_at, which, ended=ended)] += 1
        for entity in await self._programmes():
            looked_at += 1
            found.update(self._expiring_of_clinic(entity))
        return self._findings(looked_at, found)

    async def _expiries(self) -> AsyncIterator[ToDo]:
        """What clinicians in service have to renew, on the worklist; the first to end first."""
        wanted, after = Wanted(until=self._now() + EXPIRES_WITHIN, source="expiry"), FIRST
        while items := await list_items(self._pool, wanted, limit=PAGE, after=after):
            for one in items:
                yield one
            activity.heartbeat()
            after = Place(items[-1].due_at, items[-1].entity_id, items[-1].item)

    async def _programmes(self) -> list[Entity]:
        return await read_all(self._store, await self._store.streams("programme", "", PAGE))

    def _expiring_of_clinic(self, entity: Entity) -> list[str]:
        definition: Definition | None = entity.folded.state.latest
        if definition is None:
            return []
        today = day_in(definition.zone, self._now())
        return [
            _ending(
                "clinic",
                entity.id,
                one.licence_until,
                {"what": "licence", "of": one.state},
                ended=one.licence_until < today,
            )
            for one in definition.served_states
            if one.licence_until is not None
            and one.covers(today)
            and one.licence_until <= today + EXPIRES_WITHIN
        ]

    def _findings(self, looked_at: int, found: Counter[str]) -> Findings:
        return Findings(at=self._now(), looked_at=looked_at, found=dict(found))


class SealJob:
    """The job that looks whether the seal stands still."""

    def __init__(
        self, pool: Pool, settings: Settings, now: Callable[[], datetime] = utc_now
    ) -> None:
        self._pool = pool
        self._settings = settings
        self._now = now

    @activity.defn(name=activity_of("seal"))
    async def seal(self) -> Findings:
        """Say whether events wait too long for their seal, or the log contradicts its anchor."""
        try:
            size, found = await self._look()
        except asyncpg.InsufficientPrivilegeError:
            log.info("seal_may_not_be_read", role="carepath_reader")
            size, found = 0, {"not_allowed": 1}
        return Findings(at=self._now(), looked_at=size, found=found)

    async def _look(self) -> tuple[int, dict[str, int]]:
        ring = read_ring(self._settings.keys_dir / PUBLIC)
        async with self._pool.acquire() as connection:
            state = await seal_state(connection)
            contradicted = 0
            try:
                await require_same_log(connection, ring, self._settings.anchor_path)
            except SealError as contradiction:
                log.error("sealing_stands_still", why=str(contradiction))  # noqa: TRY400 - it says it all
                contradicted = 1
        waits = state.waiting.too_long(patience(self._settings.seal_every))
        failing = sum(one.failing_since is not None for one in state.anchors)
        found = {"contradicted": contradicted, "waiting": int(waits), "failing_anchors": failing}
        return (state.sealed.size if state.sealed else 0), found


def fleet_jobs(
    store: EventStore, entities: EntityClient, client: Client, pool: Pool, settings: Settings
) -> list[Callable[..., Any]]:
    """The activities that do the jobs."""
    due, of_seal = DueJobs(store, entities, pool), SealJob(pool, settings)
    comparing = ReconcileJob(store, entities, client, pool)
    return [comparing.reconcile, due.overdue, due.licences, of_seal.seal]


def _ending(
    whose: str, entity_id: str, until: date, which: Mapping[str, str | None], *, ended: bool
) -> str:
    """The word for one that has ended or ends soon; which it is, is logged."""
    log.warning("licence_ends", entity_id=entity_id, until=until.isoformat(), **which)
    return f"{whose}_{'expired' if ended else 'expiring'}"
