"""What each job of the fleet does. All may be repeated, and none writes to the log."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import structlog
from temporalio import activity

from audit.living import Entity, read_all
from audit.reconcile import Workflows, reconcile
from domain.calendar import day_in
from domain.clinician.expiry import watched
from domain.deciders import decider_of
from domain.programmes.definition import Definition
from eventstore.connect import Pool
from eventstore.seal.errors import SealError
from eventstore.seal.keyring import PUBLIC, read_ring
from eventstore.seal.same_log import require_same_log
from eventstore.seal.state import patience, seal_state
from eventstore.store import EventStore
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


class EntityJobs:
    """The jobs that read every entity of the log."""

    def __init__(
        self,
        store: EventStore,
        entities: EntityClient,
        now: Callable[[], datetime] = utc_now,
        beat: Callable[[], None] = activity.heartbeat,
    ) -> None:
        self._store = store
        self._entities = entities
        self._now = now
        self._beat = beat

    @activity.defn(name=activity_of("reconcile"))
    async def reconcile(self) -> Findings:
        """Compare every workflow with the log; each difference is logged, by the entity's id."""
        looked_at, found, after = 0, Counter[str](), ""
        while True:
            page = await reconcile(self._store, self._workflows, after, PAGE)
            self._beat()
            looked_at += page.entities
            for one in page.differences:
                found[one.what] += 1
                log.warning("workflow_differs_from_log", **one.model_dump(exclude_none=True))
            if page.next is None:
                return self._findings(looked_at, found)
            after = page.next

    @property
    def _workflows(self) -> Workflows:
        return self._entities

    @activity.defn(name=activity_of("overdue"))
    async def overdue(self) -> Findings:
        """Count deadlines that nobody met in time, and start the entities whose clock stands.

        An entity that runs and is late all the same waits for a worker.
        """
        looked_at, found = 0, Counter(overdue=0, woken=0)
        async for entity in self._entities_of(None):
            looked_at += 1
            if self._is_late(entity):
                found["overdue"] += 1
                found["woken"] += await self._entities.start(entity.id)
        if found["overdue"]:
            log.warning("deadlines_overdue", **found)
        return self._findings(looked_at, found)

    def _is_late(self, entity: Entity) -> bool:
        deadlines = decider_of(entity.id).deadlines(entity.folded.state)
        return entity.lives and bool(deadlines) and deadlines[0].at + LATE_AFTER < self._now()

    @activity.defn(name=activity_of("licences"))
    async def licences(self) -> Findings:
        """Count licences and credentials that have expired, or will within thirty days."""
        looked_at, found = 0, Counter[str]()
        async for entity in self._entities_of("clinician"):
            looked_at += 1
            found.update(self._expiring_of_clinician(entity))
        async for entity in self._entities_of("programme"):
            looked_at += 1
            found.update(self._expiring_of_clinic(entity))
        return self._findings(looked_at, found)

    def _expiring_of_clinician(self, entity: Entity) -> list[str]:
        clinician, today = entity.folded.state, self._now().date()
        if clinician.status != "active":
            return []
        ends = [(one.until, {"what": one.what, "of": one.of}) for one in watched(clinician)]
        return _expiring("clinician", entity.id, ends, today)

    def _expiring_of_clinic(self, entity: Entity) -> list[str]:
        definition: Definition | None = entity.folded.state.latest
        if definition is None:
            return []
        today = day_in(definition.zone, self._now())
        ends = [
            (one.licence_until, {"what": "licence", "of": one.state})
            for one in definition.served_states
            if one.licence_until is not None and one.covers(today)
        ]
        return _expiring("clinic", entity.id, ends, today)

    async def _entities_of(self, kind: str | None) -> AsyncIterator[Entity]:
        after = ""
        while ids := await self._store.streams(kind, after, PAGE):
            for entity in await read_all(self._store, ids):
                yield entity
            self._beat()
            after = ids[-1]

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
    store: EventStore, entities: EntityClient, pool: Pool, settings: Settings
) -> list[Callable[..., Any]]:
    """The activities that do the jobs."""
    of_entities, of_seal = EntityJobs(store, entities), SealJob(pool, settings)
    return [of_entities.reconcile, of_entities.overdue, of_entities.licences, of_seal.seal]


def _expiring(
    whose: str, entity_id: str, ends: Sequence[tuple[Any, dict[str, str]]], today: Any
) -> list[str]:
    """A word for each that has ended or ends soon; which it is stands in the log."""
    found = []
    for until, which in ends:
        if until > today + EXPIRES_WITHIN:
            continue
        word = f"{whose}_{'expired' if until < today else 'expiring'}"
        log.warning("licence_ends", entity_id=entity_id, until=until.isoformat(), **which)
        found.append(word)
    return found
