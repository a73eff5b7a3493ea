"""The job that compares workflows with the log: a stretch of the clinic at a time, all in turn.

Comparing an entity reads its stream and asks its workflow, which may have to be replayed for that.
So a run ends after a while, and the next one goes on where it stood: of a large clinic each entity
is compared once in some days, of a small one in every run.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic

import structlog
from temporalio import activity
from temporalio.client import Client

from audit.reconcile import compare
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.deadlines.reading import list_closed, list_open, open_among
from workflows.client import ENTITY_TYPES, EntityClient
from workflows.fleet import Findings, activity_of

PAGE = 100
"""Entities compared before the job says that it goes on."""

STOPS_AFTER = timedelta(minutes=20)
"""A run goes on for so long at most, which leaves the rest to the next one."""

SETTLED_WITHIN = timedelta(days=7)
"""So long after its last event a closed entity may have effects pending: each gives up in three."""

log = structlog.get_logger(__name__)


class ReconcileJob:
    """Compares every open entity, and then whatever is closed but may not be over."""

    def __init__(
        self,
        store: EventStore,
        entities: EntityClient,
        client: Client,
        pool: Pool,
        stops_after: timedelta = STOPS_AFTER,
    ) -> None:
        self._store = store
        self._entities = entities
        self._client = client
        self._pool = pool
        self._stops_after = stops_after

    @activity.defn(name=activity_of("reconcile"))
    async def reconcile(self, after: str = "") -> Findings:
        """Compare workflows with the log; each difference is logged, by the entity's id.

        It begins after an entity, and goes on where a failed attempt stood.
        """
        begun = monotonic()
        findings = _so_far() or Findings(at=datetime.now(UTC), looked_at=0, found={}, after=after)
        while page := await list_open(self._pool, PAGE, findings.after):
            findings = await self._compared([one.entity_id for one in page], findings)
            activity.heartbeat(findings)
            if monotonic() - begun > self._stops_after.total_seconds():
                return findings
        async for ids in self._not_open():
            findings = await self._compared(ids, findings)
            activity.heartbeat()
        return findings.model_copy(update={"after": ""})

    async def _compared(self, entity_ids: Sequence[str], before: Findings) -> Findings:
        found = Counter(before.found)
        for one in await compare(self._store, self._entities, entity_ids):
            found[one.what] += 1
            log.warning("workflow_differs_from_log", **one.model_dump(exclude_none=True))
        return Findings(
            at=datetime.now(UTC),
            looked_at=before.looked_at + len(entity_ids),
            found=dict(found),
            after=entity_ids[-1],
        )

    async def _not_open(self) -> AsyncIterator[list[str]]:
        """Those that were closed of late, and those that run although they are closed."""
        last = None
        since = datetime.now(UTC) - SETTLED_WITHIN
        while page := await list_closed(self._pool, since, PAGE, last):
            yield [one.entity_id for one in page]
            last = page[-1]
        async for running in self._running():
            known = await open_among(self._pool, running)
            if astray := [one for one in running if one not in known]:
                yield astray

    async def _running(self) -> AsyncIterator[list[str]]:
        """The entities that run, as Temporal lists them, page by page."""
        types = ", ".join(f"'{one}'" for one in ENTITY_TYPES)
        query = f"ExecutionStatus = 'Running' AND WorkflowType IN ({types})"
        pages = self._client.list_workflows(query)
        while True:
            await pages.fetch_next_page()
            yield [one.id for one in pages.current_page or ()]
            if not pages.next_page_token:
                return


def _so_far() -> Findings | None:
    """What an earlier attempt of this run had found when it was heard of last."""
    told = activity.info().heartbeat_details
    return Findings.model_validate(told[0]) if told else None
