"""Rotating the organisation's key: every patient's key is wrapped anew, no event is touched."""

import asyncio
from pathlib import Path

import pytest

from eventstore.connect import Pool
from eventstore.encryption import rotation
from eventstore.encryption.errors import OrganisationKeyMissing
from eventstore.encryption.key_ring import FileKeyWrapper, current_key, make_next_key
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.encryption.rotation import count_keys, rewrap_all
from eventstore.encryption.wrapping import Owner, Wrapped
from eventstore.store import EventStore
from tests.domain.histories import referred
from tests.encryption.given import ERASED, a_pathway, happened

EVENTS = "SELECT * FROM carepath_log.events ORDER BY seq"


@pytest.fixture
async def streams(encrypted: EventStore) -> list[str]:
    made = [a_pathway() for _ in range(7)]
    for stream in made:
        await happened(encrypted, stream, referred())
    return made


def afresh(pool: Pool, ring: Path) -> EventStore:
    """The log in another process: no key is remembered."""
    return EventStore(pool, PatientCipher(pool, FileKeyWrapper(ring)))


async def test_after_a_rotation_the_earlier_key_may_go(
    streams: list[str], pool: Pool, ring: Path, wrapper: FileKeyWrapper
) -> None:
    before, events = current_key(ring), await pool.fetch(EVENTS)
    made = make_next_key(ring)

    assert await rewrap_all(pool, wrapper) == 7
    assert await rewrap_all(pool, wrapper) == 0

    (ring / f"organisation-{before}.key").unlink()
    assert (await count_keys(pool)).wrapped_by == {made: 7}
    assert await pool.fetch(EVENTS) == events
    for stream in streams:
        assert [one.event for one in await afresh(pool, ring).read_stream(stream)] == list(
            referred()
        )


class Interrupted(Exception):
    pass


class Failing(FileKeyWrapper):
    """A key ring that does not answer after some wraps."""

    left = 3

    async def wrap(self, secret: bytes, owner: Owner) -> Wrapped:
        if not self.left:
            raise Interrupted
        self.left -= 1
        return await super().wrap(secret, owner)


async def test_an_interrupted_rotation_goes_on_where_it_was(
    streams: list[str], pool: Pool, ring: Path, wrapper: FileKeyWrapper
) -> None:
    before = current_key(ring)
    made = make_next_key(ring)
    with pytest.raises(Interrupted):
        await rewrap_all(pool, Failing(ring))
    assert (await count_keys(pool)).wrapped_by == {before: 4, made: 3}
    for stream in streams:
        assert len(await afresh(pool, ring).read_stream(stream)) == len(referred())

    assert await rewrap_all(pool, wrapper) == 4


async def test_work_goes_on_while_keys_are_wrapped_anew(
    streams: list[str],
    pool: Pool,
    ring: Path,
    wrapper: FileKeyWrapper,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rotation, "PAGE", 2)
    make_next_key(ring)
    newcomers = [a_pathway() for _ in range(4)]
    await asyncio.gather(
        rewrap_all(pool, wrapper),
        rewrap_all(pool, wrapper),
        *(happened(afresh(pool, ring), one, referred()) for one in newcomers),
        *(afresh(pool, ring).read_stream(one) for one in streams),
    )
    await rewrap_all(pool, wrapper)
    assert (await count_keys(pool)).wrapped_by == {current_key(ring): 11}


async def test_a_destroyed_key_is_not_wrapped_again(
    streams: list[str], encrypted: EventStore, pool: Pool, ring: Path, wrapper: FileKeyWrapper
) -> None:
    await happened(encrypted, streams[0], [ERASED])
    await encrypted.destroy_key(streams[0])
    make_next_key(ring)
    assert await rewrap_all(pool, wrapper) == 6
    record_and_reasons_to_read_it = 2
    assert (await count_keys(pool)).destroyed == record_and_reasons_to_read_it


@pytest.mark.usefixtures("streams")
async def test_a_missing_organisation_key_stops_the_rotation(
    pool: Pool, ring: Path, wrapper: FileKeyWrapper
) -> None:
    before = current_key(ring)
    make_next_key(ring)
    (ring / f"organisation-{before}.key").unlink()
    with pytest.raises(OrganisationKeyMissing) as missing:
        await rewrap_all(pool, wrapper)
    assert missing.value.wrapped_by == before
