"""The cipher of the log: each stream's personal events under a key of its own.

Whether a key was destroyed is asked of the database at every read, so that an erased patient is
unreadable everywhere at once. Only the unwrapped key is remembered, and only for a few minutes.
"""

import asyncio
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

import asyncpg

from eventstore.cipher import Destroyed, Keys
from eventstore.connect import Pool, fetch_one
from eventstore.encryption.data_key import DataKey, new_secret
from eventstore.encryption.errors import KeyDestroyed
from eventstore.encryption.key_cache import KeyCache
from eventstore.encryption.sql import query
from eventstore.encryption.wrapping import KeyWrapper, Owner, Wrapped
from eventstore.errors import KeyMissing, NotEncrypted, store_errors

UNWRAPS_AT_ONCE = 16
"""A key service answers many at a time; the organisation's key in a file does not mind."""


@dataclass(frozen=True, slots=True)
class PatientKey:
    """A row of the keys: `wrapped` is absent once the key was destroyed."""

    owner: Owner
    wrapped: Wrapped | None
    destroyed_at: datetime | None


class PatientCipher:
    """Keys made at a stream's first personal event. Every method raises `StoreUnavailable`.

    `pool` is that of the log's database; `wrapper` the organisation's key.
    """

    def __init__(self, pool: Pool, wrapper: KeyWrapper, cache: KeyCache | None = None) -> None:
        self._pool = pool
        self._wrapper = wrapper
        self._cache = KeyCache() if cache is None else cache
        self._sweep: asyncio.TimerHandle | None = None

    async def key_for(self, stream_id: str) -> DataKey:
        """The stream's key, made now if it has none. Raises `KeyDestroyed`, `KeyMissing`."""
        held = self._cache.of_stream(stream_id)
        if held:
            return held
        with store_errors():
            row = await self._pool.fetchrow(query("key_of_stream"), stream_id)
        key = await self._opened(patient_key(row) if row else await self._made(stream_id))
        if isinstance(key, Destroyed):
            raise KeyDestroyed(stream_id)
        return key

    async def keys(self, key_ids: AbstractSet[UUID]) -> Keys:
        """These keys, opened or known to be destroyed. Raises `KeyMissing`."""
        if not key_ids:
            return {}
        with store_errors():
            rows = await self._pool.fetch(query("keys_by_id"), list(key_ids))
        found = {row["key_id"]: patient_key(row) for row in rows}
        for key_id in key_ids - found.keys():
            raise KeyMissing(key_id)
        return await self._all_opened(found.values())

    async def encrypted_since(self, stream_ids: AbstractSet[str]) -> Mapping[str, int]:
        """The version of the first event under a key, of those of these streams that have one."""
        if not stream_ids:
            return {}
        with store_errors():
            rows = await self._pool.fetch(query("encrypted_since"), list(stream_ids))
        return {row["stream_id"]: row["version"] for row in rows}

    async def destroy(self, stream_id: str) -> datetime:
        """Destroy the stream's key, after the log has recorded that the patient was erased.

        Raises `ErasureNotRecorded`, and `NotEncrypted` if the stream never had a key.
        """
        with store_errors():
            at = await self._pool.fetchval(query("destroy_patient_key"), stream_id)
        self._cache.forget(stream_id)
        if at is None:
            raise NotEncrypted(stream_id)
        return cast("datetime", at)

    async def _made(self, stream_id: str) -> PatientKey:
        """The key that the stream has now: of two writers at once, one finds the other's."""
        owner, secret = Owner(uuid4(), stream_id), new_secret()
        wrapped = await self._wrapper.wrap(secret, owner)
        with store_errors():
            row = await fetch_one(
                self._pool,
                query(_ensuring(stream_id)),
                stream_id,
                owner.key_id,
                wrapped.content,
                wrapped.by,
            )
        return patient_key(row)

    async def _all_opened(self, keys: Iterable[PatientKey]) -> Keys:
        """What is at hand at once, the rest side by side: a key service is far away."""
        free = asyncio.Semaphore(UNWRAPS_AT_ONCE)
        opened: dict[UUID, DataKey | Destroyed] = {}

        async def open_one(key: PatientKey) -> None:
            async with free:
                opened[key.owner.key_id] = await self._opened(key)

        waiting = []
        for key in keys:
            at_hand = self._at_hand(key)
            if at_hand:
                opened[key.owner.key_id] = at_hand
            else:
                waiting.append(open_one(key))
        await asyncio.gather(*waiting)
        return opened

    def _at_hand(self, key: PatientKey) -> DataKey | Destroyed | None:
        if key.destroyed_at:
            self._cache.forget(key.owner.stream_id)
            return Destroyed(key.destroyed_at)
        return self._cache.get(key.owner.key_id)

    async def _opened(self, key: PatientKey) -> DataKey | Destroyed:
        at_hand = self._at_hand(key)
        if at_hand:
            return at_hand
        if key.wrapped is None:
            raise KeyMissing(key.owner.key_id)
        secret = await self._wrapper.unwrap(key.wrapped, key.owner)
        opened = DataKey(key.owner.key_id, secret)
        self._cache.put(key.owner.stream_id, opened)
        self._sweep_later()
        return opened

    def _sweep_later(self) -> None:
        """Let go of expired keys also in a process that reads nothing more."""
        left = self._cache.drop_expired()
        if self._sweep is None and left is not None:
            self._sweep = asyncio.get_running_loop().call_later(left, self._swept)

    def _swept(self) -> None:
        self._sweep = None
        self._sweep_later()


def _ensuring(stream_id: str) -> str:
    """A process that records reads may make keys for nothing else."""
    return "ensure_access_key" if stream_id.startswith("access-") else "ensure_patient_key"


def patient_key(row: asyncpg.Record) -> PatientKey:
    """A row of `carepath_log.patient_keys`."""
    wrapped = row["wrapped"]
    return PatientKey(
        owner=Owner(row["key_id"], row["stream_id"]),
        wrapped=None if wrapped is None else Wrapped(wrapped, row["wrapped_by"]),
        destroyed_at=row["destroyed_at"],
    )
