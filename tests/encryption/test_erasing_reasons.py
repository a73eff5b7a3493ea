"""Erasing a patient takes the reasons for reading the record along, and leaves who read it."""

from datetime import UTC, datetime

import pytest

from audit.destroyed import destroyed_findings
from domain.actor import Actor
from domain.events.erased import ContentErased
from domain.events.reads import GlassBroken, PatientRead
from eventstore.connect import Pool
from eventstore.encryption.errors import KeyDestroyed
from eventstore.reads import access_stream_of
from eventstore.store import EventStore
from tests.encryption.given import ERASED, a_closed_pathway, happened, past_the_triggers
from web.rights.access_log import AccessLog

WHEN = datetime(2040, 3, 2, 12, 0, tzinfo=UTC)
DANA = Actor(subject="dana", role="clinician")
REASON = "Called about Zephyrine at night"


@pytest.fixture
def log(encrypted: EventStore) -> AccessLog:
    return AccessLog(encrypted.reads(), lambda: WHEN)


async def test_a_reason_is_unreadable_once_the_patient_is_erased_and_the_reads_stay(
    encrypted: EventStore, pool: Pool, log: AccessLog
) -> None:
    pathway = await a_closed_pathway(encrypted)
    await log.break_glass(pathway, DANA, REASON)
    log.note(pathway, DANA, "/pathways/{pathway_id}", break_glass=True)
    await log.written()
    broken, read = [one.event for one in await encrypted.read_stream(access_stream_of(pathway))]
    assert isinstance(broken, GlassBroken)

    await happened(encrypted, pathway, [ERASED])
    await encrypted.destroy_key(pathway)

    gone, still = await encrypted.read_stream(access_stream_of(pathway))
    assert isinstance(gone.event, ContentErased)
    assert (gone.origin.actor, still.origin.actor) == (DANA, DANA)
    assert isinstance(still.event, PatientRead)
    assert still.event == read
    async with pool.acquire() as connection:
        assert await destroyed_findings(connection) == []


async def test_no_reason_is_kept_of_an_erased_patient_and_reads_still_are(
    encrypted: EventStore, log: AccessLog
) -> None:
    pathway = await a_closed_pathway(encrypted)
    await happened(encrypted, pathway, [ERASED])
    await encrypted.destroy_key(pathway)

    with pytest.raises(KeyDestroyed):
        await log.break_glass(pathway, DANA, REASON)
    log.note(pathway, DANA, "/pathways/{pathway_id}")
    await log.written()

    [read] = await encrypted.read_stream(access_stream_of(pathway))
    assert isinstance(read.event, PatientRead)


async def test_the_key_of_a_reason_that_is_destroyed_past_the_log_is_found(
    encrypted: EventStore, pool: Pool, log: AccessLog, log_dsn: str
) -> None:
    pathway = await a_closed_pathway(encrypted)
    await log.break_glass(pathway, DANA, REASON)
    await past_the_triggers(
        log_dsn,
        "UPDATE carepath_log.patient_keys SET wrapped = NULL, wrapped_by = NULL, "
        "destroyed_at = now() WHERE stream_id = $1",
        access_stream_of(pathway),
    )

    async with pool.acquire() as connection:
        [found] = await destroyed_findings(connection)

    assert access_stream_of(pathway) in found.message
