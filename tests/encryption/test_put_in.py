"""Whoever puts an event in past carepath has no key, so it stands in clear if about a person."""

import pytest

from eventstore.connect import Pool
from eventstore.errors import PutInClear
from eventstore.store import EventStore
from tests.domain.histories import closed, referred
from tests.encryption.given import a_closed_pathway, a_pathway, happened

PUT_IN_CLEAR = """
    INSERT INTO carepath_log.events SELECT (jsonb_populate_record(e, jsonb_build_object(
        'seq', nextval('carepath_log.events_seq'), 'version', e.version + 1, 'key_id', NULL,
        'event_id', gen_random_uuid(), 'type', $2::text, 'data', '\\x7b7d'
    ))).* FROM ONLY carepath_log.events AS e WHERE stream_id = $1 ORDER BY version DESC LIMIT 1
"""


async def test_an_event_put_in_without_a_key_is_not_read_behind_those_that_have_one(
    encrypted: EventStore, pool: Pool
) -> None:
    stream = await a_closed_pathway(encrypted)
    before = len(await encrypted.read_stream(stream))
    await pool.execute(PUT_IN_CLEAR, stream, "pathway.resumed")
    with pytest.raises(PutInClear, match="past carepath") as found:
        await encrypted.read_stream(stream)
    assert (found.value.stream_id, found.value.version) == (stream, before + 1)


async def test_what_was_recorded_before_carepath_encrypted_is_still_read(
    encrypted: EventStore, pool: Pool
) -> None:
    stream = a_pathway()
    await happened(EventStore(pool), stream, referred())
    await happened(encrypted, stream, closed()[len(referred()) :])
    assert tuple(one.event for one in await encrypted.read_stream(stream)) == closed()
