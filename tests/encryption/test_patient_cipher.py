"""The log under patients' keys: one each, made once, read as long as it exists."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

import audit
from audit.verify import Asked, verify
from domain.events.envelope import Origin, new_events
from domain.events.erased import ContentErased
from domain.events.pathway import EffectSettled, Paused
from domain.events.programme import Published
from eventstore.connect import Pool
from eventstore.encryption.errors import ContentChanged, KeyDestroyed, OrganisationKeyMissing
from eventstore.encryption.key_cache import KeyCache
from eventstore.encryption.key_ring import FileKeyWrapper, current_key
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.encryption.sql import QUERIES
from eventstore.encryption.wrapping import Owner, Wrapped
from eventstore.errors import (
    BatchRefused,
    ContentUnreadable,
    ErasureNotRecorded,
    KeyMissing,
    NotEncrypted,
)
from eventstore.seal.keyring import ensure_ring
from eventstore.store import EventStore
from tests.domain.histories import MBT_G, closed, referred
from tests.domain.specification import COORDINATOR
from tests.encryption.given import (
    ERASED,
    NOW,
    a_closed_pathway,
    a_pathway,
    happened,
    past_the_triggers,
)

KEYS = "SELECT key_id, stream_id, wrapped, destroyed_at FROM carepath_log.patient_keys"
ROWS = "SELECT * FROM carepath_log.events WHERE stream_id = $1 ORDER BY version"
SETTLED = EffectSettled(at=NOW, effect_id=uuid4(), effect="destroy_key", outcome="done")


class Counting(FileKeyWrapper):
    """A key ring that counts how often it is asked."""

    unwrapped = 0

    async def unwrap(self, wrapped: Wrapped, owner: Owner) -> bytes:
        self.unwrapped += 1
        return await super().unwrap(wrapped, owner)


async def test_a_pathway_is_read_as_it_was_written_by_whoever_has_the_ring(
    encrypted: EventStore, pool: Pool, ring: Path
) -> None:
    stream = await a_closed_pathway(encrypted)
    elsewhere = EventStore(pool, PatientCipher(pool, FileKeyWrapper(ring)))
    assert tuple(one.event for one in await elsewhere.read_stream(stream)) == closed()
    with pytest.raises(KeyMissing):
        await EventStore(pool).read_stream(stream)


async def test_each_pathway_has_a_key_of_its_own_and_a_programme_none(
    encrypted: EventStore, pool: Pool
) -> None:
    streams = [await a_closed_pathway(encrypted) for _ in range(2)]
    await happened(encrypted, "programme-mbt-g", [Published(at=NOW, definition=MBT_G)])
    rows = await pool.fetch(KEYS)
    assert sorted(row["stream_id"] for row in rows) == sorted(streams)
    assert len({row["key_id"] for row in rows}) == 2
    assert len(await EventStore(pool).read_stream("programme-mbt-g")) == 1


async def test_writers_who_come_at_once_leave_with_one_key(
    pool: Pool, wrapper: FileKeyWrapper
) -> None:
    stream = a_pathway()
    ciphers = [PatientCipher(pool, wrapper) for _ in range(12)]
    keys = await asyncio.gather(*(cipher.key_for(stream) for cipher in ciphers))
    assert len({key.key_id for key in keys}) == 1
    assert len(await pool.fetch(KEYS)) == 1


async def test_a_row_moved_in_the_database_does_not_open(encrypted: EventStore, pool: Pool) -> None:
    stream = await a_closed_pathway(encrypted)
    first, second = (await pool.fetch(ROWS, stream))[:2]
    await pool.execute("ALTER TABLE carepath_log.events DISABLE TRIGGER refuse_rewriting")
    await pool.execute(
        "UPDATE carepath_log.events SET data = $1 WHERE seq = $2", first["data"], second["seq"]
    )
    with pytest.raises(ContentChanged) as changed:
        await encrypted.read_stream(stream)
    assert changed.value.version == second["version"]


@pytest.mark.parametrize("data", [None, b"", b"[1]", b"[1", b"{}", b"\xff"])
async def test_a_row_whose_key_was_taken_away_is_named_without_its_content(
    encrypted: EventStore, pool: Pool, data: bytes | None
) -> None:
    """Its ciphertext then stands there as if in clear, or what somebody put in its place."""
    stream = await a_closed_pathway(encrypted)
    await pool.execute("ALTER TABLE carepath_log.events DISABLE TRIGGER refuse_rewriting")
    await pool.execute(
        "UPDATE carepath_log.events SET key_id = NULL, data = coalesce($1, data) "
        "WHERE stream_id = $2 AND version = 1",
        data,
        stream,
    )
    with pytest.raises(ContentUnreadable, match=r"is no pathway\.referred: verify") as found:
        await encrypted.read_stream(stream)
    assert (found.value.stream_id, found.value.version) == (stream, 1)
    assert found.value.__suppress_context__


async def test_a_key_is_unwrapped_once_in_its_time_and_again_after_it(
    pool: Pool, ring: Path
) -> None:
    wrapper, now = Counting(ring), [0.0]
    cache = KeyCache(lasts=timedelta(minutes=5), clock=lambda: now[0])
    store = EventStore(pool, PatientCipher(pool, wrapper, cache))
    stream = await a_closed_pathway(store)
    for _ in range(3):
        await store.read_stream(stream)
    assert wrapper.unwrapped == 1
    now[0] = 301.0
    await store.read_stream(stream)
    assert wrapper.unwrapped == 2


async def test_more_patients_than_are_remembered_are_read_together(pool: Pool, ring: Path) -> None:
    store = EventStore(pool, PatientCipher(pool, FileKeyWrapper(ring), KeyCache(at_most=2)))
    streams = [a_pathway() for _ in range(7)]
    for stream in streams:
        await happened(store, stream, referred())
    async with pool.acquire() as connection:
        await connection.execute("UPDATE carepath_log.watermark SET settled_seq = 1000")
    events = await store.decode_all(await store.read_settled(0, 1000))
    assert len(events) == 7 * len(referred())
    assert not any(isinstance(one.event, ContentErased) for one in events)


async def test_without_the_organisation_s_key_nothing_is_called_erased(
    encrypted: EventStore, pool: Pool, ring: Path
) -> None:
    stream = await a_closed_pathway(encrypted)
    (ring / f"organisation-{current_key(ring)}.key").unlink()
    with pytest.raises(OrganisationKeyMissing):
        await EventStore(pool, PatientCipher(pool, FileKeyWrapper(ring))).read_stream(stream)


async def test_a_destroyed_key_leaves_the_rows_as_they_were_and_no_content(
    encrypted: EventStore, pool: Pool
) -> None:
    stream, other = await a_closed_pathway(encrypted), await a_closed_pathway(encrypted)
    await happened(encrypted, stream, [ERASED])
    before = await pool.fetch(ROWS, stream)

    destroyed_at = await encrypted.destroy_key(stream)
    assert await encrypted.destroy_key(stream) == destroyed_at

    assert await pool.fetch(ROWS, stream) == before
    *gone, last = [one.event for one in await encrypted.read_stream(stream)]
    assert last == ERASED
    assert gone == [ContentErased(at=one.at, erased_at=destroyed_at) for one in closed()]
    assert [one.event for one in await encrypted.read_stream(other)] == list(closed())
    (row,) = [row for row in await pool.fetch(KEYS) if row["stream_id"] == stream]
    assert (row["wrapped"], row["destroyed_at"]) == (None, destroyed_at)


async def test_another_process_that_has_just_read_the_patient_cannot_any_more(
    encrypted: EventStore, pool: Pool, wrapper: FileKeyWrapper
) -> None:
    stream = await a_closed_pathway(encrypted)
    await happened(encrypted, stream, [ERASED])
    elsewhere = EventStore(pool, PatientCipher(pool, wrapper))
    assert (await elsewhere.read_stream(stream))[0].event == closed()[0]

    await encrypted.destroy_key(stream)

    assert isinstance((await elsewhere.read_stream(stream))[0].event, ContentErased)


async def test_an_erased_stream_takes_what_is_clear_and_nothing_personal(
    encrypted: EventStore, pool: Pool, wrapper: FileKeyWrapper
) -> None:
    stream = await a_closed_pathway(encrypted)
    await happened(encrypted, stream, [ERASED])
    await encrypted.destroy_key(stream)
    await happened(encrypted, stream, [SETTLED])
    assert (await encrypted.read_stream(stream))[-1].event == SETTLED
    for store in (encrypted, EventStore(pool, PatientCipher(pool, wrapper))):
        with pytest.raises(KeyDestroyed):
            await happened(store, stream, [Paused(at=NOW, reason="x", resume_at=NOW)])


@pytest.mark.parametrize("erased", [True, False])
async def test_a_key_that_somebody_destroyed_past_the_log_is_found(
    encrypted: EventStore, log_dsn: str, tmp_path: Path, *, erased: bool
) -> None:
    """Both are shown as erased, and one is not."""
    stream = await a_closed_pathway(encrypted)
    if erased:
        await happened(encrypted, stream, [ERASED])
        await encrypted.destroy_key(stream)
    else:
        await past_the_triggers(
            log_dsn,
            "UPDATE carepath_log.patient_keys "
            "SET destroyed_at = now(), wrapped = NULL, wrapped_by = NULL",
        )
    verified = await verify(Asked(log_dsn, ensure_ring(tmp_path)), lambda _done, _total: None)
    expected = [] if erased else [("key_destroyed", 1)]
    assert [(found.kind, found.seq) for found in verified.findings] == expected


async def test_no_key_is_destroyed_before_the_log_says_why(encrypted: EventStore) -> None:
    stream = await a_closed_pathway(encrypted)
    with pytest.raises(ErasureNotRecorded):
        await encrypted.destroy_key(stream)
    assert [one.event for one in await encrypted.read_stream(stream)] == list(closed())


async def test_what_was_recorded_in_clear_is_not_said_to_be_erased(
    encrypted: EventStore, store: EventStore
) -> None:
    stream = await a_closed_pathway(store)
    await happened(encrypted, stream, [ERASED])
    with pytest.raises(NotEncrypted):
        await encrypted.destroy_key(stream)
    assert await encrypted.holds_in_clear(stream)


async def test_a_log_begun_in_clear_goes_on_encrypted(
    encrypted: EventStore, store: EventStore
) -> None:
    stream = a_pathway()
    await happened(store, stream, referred())
    await happened(encrypted, stream, [Paused(at=NOW, reason="x", resume_at=NOW)])
    keys = [one.key_id is None for one in await encrypted.read_stream(stream)]
    assert keys == [True] * len(referred()) + [False]


async def test_an_erasure_is_recorded_by_itself(encrypted: EventStore) -> None:
    origin = Origin(command_id=uuid4(), actor=COORDINATOR)
    with pytest.raises(BatchRefused, match="recorded by itself"):
        await encrypted.append(a_pathway(), 0, new_events([referred()[0], ERASED], origin))


async def test_what_came_of_an_effect_shares_the_key_of_what_follows_from_it(
    encrypted: EventStore,
) -> None:
    stream, origin = a_pathway(), Origin(command_id=uuid4(), actor=COORDINATOR)

    await encrypted.append(stream, 0, new_events([SETTLED, referred()[0]], origin))

    read = await encrypted.read_stream(stream)
    assert [one.event for one in read] == [SETTLED, referred()[0]]
    assert all(one.key_id for one in read)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE carepath_log.patient_keys SET wrapped = '1', wrapped_by = 'x', destroyed_at = NULL",
        "UPDATE carepath_log.patient_keys SET stream_id = 'pathway-other'",
        "DELETE FROM carepath_log.patient_keys",
        "TRUNCATE carepath_log.patient_keys",
    ],
)
@pytest.mark.parametrize("triggers", ["origin", "replica"])
async def test_the_database_lets_no_key_come_back_and_no_row_go(
    encrypted: EventStore, pool: Pool, statement: str, triggers: str
) -> None:
    """Nor in a session that has switched ordinary triggers off."""
    stream = await a_closed_pathway(encrypted)
    await happened(encrypted, stream, [ERASED])
    await encrypted.destroy_key(stream)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL session_replication_role = {triggers}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)


async def test_a_process_that_reads_nothing_more_lets_go_of_its_keys(
    pool: Pool, wrapper: FileKeyWrapper
) -> None:
    cache = KeyCache(lasts=timedelta(milliseconds=30))
    cipher = PatientCipher(pool, wrapper, cache)
    for stream in (a_pathway(), a_pathway()):
        await cipher.key_for(stream)
    async with asyncio.timeout(5):
        while len(cache):  # noqa: ASYNC110 - the sweep tells nobody
            await asyncio.sleep(0)


def test_every_query_of_the_keys_is_used() -> None:
    folders = (QUERIES.parent, Path(audit.__file__).parent)
    code = "\n".join(path.read_text() for one in folders for path in one.glob("*.py"))
    assert [path.stem for path in QUERIES.glob("*.sql") if f'"{path.stem}"' not in code] == []
