"""The access log: what was read of each patient, in a stream beside the patient's own.

Many reads go together: one call for all streams that are different, and another for what is left.
"""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from domain.actor import Actor
from domain.events.envelope import NewEvent
from eventstore.batch import Batch, arguments_of_one
from eventstore.cipher import Cipher
from eventstore.connect import Connection, Pool
from eventstore.errors import StoreUnavailable, store_errors
from eventstore.sql import query

MOST_KEPT = 10_000
"""Streams whose version is remembered."""

READERS = UUID("6d0c2f0e-5a0b-4f6e-9d5c-0d3e5b7a1c42")
"""Names the streams of readers."""

ATTEMPTS = 5
"""Rounds in which nothing could be appended, because others write to the same streams."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One event on its way into a stream of the access log."""

    stream_id: str
    event: NewEvent


def access_stream_of(pathway_id: str) -> str:
    """Where reads of this pathway are recorded."""
    return f"access-{pathway_id.partition('-')[2]}"


def access_stream_by(subject: str) -> str:
    """Where is recorded what somebody reads of many patients at once."""
    return f"access-{uuid5(READERS, subject)}"


class ReadLog:
    """Every method raises `StoreUnavailable`.

    Appends of one process go one after another; another process may write to the same streams.
    """

    def __init__(self, pool: Pool | Connection, cipher: Cipher) -> None:
        self._pool = pool
        self._cipher = cipher
        self._versions: dict[str, int] = {}
        self._appending = asyncio.Lock()

    async def append(self, readings: Sequence[Reading]) -> None:
        """Append all of them; what is there already is not appended again."""
        async with self._appending:
            await self._append(readings)

    async def glass_is_broken(self, pathway_id: str, actor: Actor, since: datetime) -> bool:
        """Whether the actor gave a reason to read this patient's record after `since`."""
        with store_errors():
            return bool(
                await self._pool.fetchval(
                    query("broken_glass"),
                    access_stream_of(pathway_id),
                    since,
                    actor.subject,
                    actor.role,
                )
            )

    async def _append(self, readings: Sequence[Reading]) -> None:
        waiting, fruitless = list(readings), 0
        while waiting:
            left = await self._round(waiting)
            fruitless = fruitless + 1 if len(left) == len(waiting) else 0
            if fruitless == ATTEMPTS:
                raise StoreUnavailable("others write to the same streams")
            waiting = left

    async def _round(self, waiting: list[Reading]) -> list[Reading]:
        """Append the first of each stream; what is left to append."""
        chosen = _first_of_each(waiting)
        versions = await self._versions_of([one.stream_id for one in chosen])
        batches = [Batch(one.stream_id, versions[one.stream_id], [one.event]) for one in chosen]
        columns = zip(
            *[await arguments_of_one(batch, self._cipher) for batch in batches], strict=True
        )
        with store_errors():
            rows = await self._pool.fetch(query("append_access"), *columns)
        done = {row["appended"] for row in rows}
        self._remember(chosen, versions, done)
        done |= await self._there_already(chosen, done)
        return [one for one in waiting if one.event.event_id not in done]

    async def _versions_of(self, stream_ids: Sequence[str]) -> dict[str, int]:
        """Where each stream ends: as remembered, or as the log says."""
        known = {one: self._versions[one] for one in stream_ids if one in self._versions}
        unknown = [one for one in stream_ids if one not in known]
        if not unknown:
            return known
        with store_errors():
            rows = await self._pool.fetch(query("versions"), unknown)
        return known | {row["stream_id"]: row["version"] for row in rows}

    def _remember(
        self, chosen: Sequence[Reading], before: Mapping[str, int], done: AbstractSet[UUID]
    ) -> None:
        """Where the streams end now, and of those that others wrote to nothing."""
        if len(self._versions) > MOST_KEPT:
            self._versions.clear()
        for one in chosen:
            if one.event.event_id in done:
                self._versions[one.stream_id] = before[one.stream_id] + 1
            else:
                self._versions.pop(one.stream_id, None)

    async def _there_already(self, chosen: list[Reading], done: set[UUID]) -> set[UUID]:
        """Those of which an earlier answer was lost."""
        missing = [one.event.event_id for one in chosen if one.event.event_id not in done]
        if not missing:
            return set()
        with store_errors():
            rows = await self._pool.fetch(query("known_events"), missing)
        return {row["event_id"] for row in rows}


def _first_of_each(waiting: list[Reading]) -> list[Reading]:
    first: dict[str, Reading] = {}
    for one in waiting:
        first.setdefault(one.stream_id, one)
    return list(first.values())
