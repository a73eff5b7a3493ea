"""Rotation of the organisation's key: patients' keys are wrapped anew, events are not touched."""

from dataclasses import dataclass

from eventstore.connect import Pool
from eventstore.encryption.patient_cipher import PatientKey, patient_key
from eventstore.encryption.sql import query
from eventstore.encryption.wrapping import KeyWrapper
from eventstore.errors import KeyMissing, store_errors

PAGE = 500


@dataclass(frozen=True, slots=True)
class KeyCounts:
    """How many patients' keys each organisation key wraps, by its id, and how many are gone."""

    wrapped_by: dict[str, int]
    destroyed: int


async def rewrap_all(pool: Pool, wrapper: KeyWrapper) -> int:
    """Wrap every key anew that the current organisation key has not wrapped; how many it were.

    It may be stopped and repeated at any time, while others read and append. Raises `KeyMissing`
    if a key's own organisation key is not there, and `StoreUnavailable`.
    """
    rewrapped = 0
    while page := await _to_rewrap(pool, await wrapper.current()):
        for key in page:
            rewrapped += await _rewrap(pool, wrapper, key)
    return rewrapped


async def count_keys(pool: Pool) -> KeyCounts:
    """Where the patients' keys are. Raises `StoreUnavailable`."""
    with store_errors():
        rows = await pool.fetch(query("count_keys"))
    counts = {row["wrapped_by"]: row["keys"] for row in rows}
    return KeyCounts(destroyed=counts.pop(None, 0), wrapped_by=counts)


async def _to_rewrap(pool: Pool, current: str) -> list[PatientKey]:
    with store_errors():
        rows = await pool.fetch(query("keys_to_rewrap"), current, PAGE)
    return [patient_key(row) for row in rows]


async def _rewrap(pool: Pool, wrapper: KeyWrapper, key: PatientKey) -> bool:
    before = key.wrapped
    if before is None:
        raise KeyMissing(key.owner.key_id)
    secret = await wrapper.unwrap(before, key.owner)
    anew = await wrapper.wrap(secret, key.owner)
    with store_errors():
        return bool(
            await pool.fetchval(
                query("rewrap_patient_key"),
                key.owner.key_id,
                before.content,
                anew.content,
                anew.by,
            )
        )
