"""Nothing that goes wrong while reads are being recorded loses one of them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from domain.actor import Actor
from eventstore.cipher import PLAINTEXT
from eventstore.connect import Pool
from eventstore.reads import Reading, ReadLog, access_stream_of
from eventstore.store import EventStore
from web.rights import access_log
from web.rights.access_log import AccessLog

NOW = datetime(2040, 3, 2, 12, 0, tzinfo=UTC)
DANA = Actor(subject="dana", role="clinician")


class Defective(ReadLog):
    """Fails in a way that nobody foresaw, once or as often as it is told."""

    left = 1

    async def append(self, readings: Sequence[Reading]) -> None:
        if self.left:
            self.left -= 1
            raise KeyError("access")
        await super().append(readings)


class Ended(ReadLog):
    """What writes to it is ended, as with a loop that is torn down."""

    left = 1

    async def append(self, readings: Sequence[Reading]) -> None:
        if self.left:
            self.left -= 1
            raise asyncio.CancelledError
        await super().append(readings)


@pytest.mark.parametrize("reads", [Defective, Ended])
async def test_a_read_that_could_not_be_written_at_first_is_in_the_log_in_the_end(
    pool: Pool, store: EventStore, reads: type[ReadLog]
) -> None:
    pathway = f"pathway-{uuid4()}"
    log = AccessLog(reads(pool, PLAINTEXT), lambda: NOW)

    log.note(pathway, DANA, "/pathways/{pathway_id}")
    with capture_logs():
        await log.written()
        await log.written()

    assert len(await store.read_stream(access_stream_of(pathway))) == 1


async def test_a_defect_is_told_without_whom_it_is_about(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access_log, "TRY_AGAIN", access_log.TRY_AGAIN / 100)
    log = AccessLog(Defective(pool, PLAINTEXT), lambda: NOW)

    log.note(f"pathway-{uuid4()}", DANA, "/pathways/{pathway_id}")
    with capture_logs() as logged:
        await log.written()

    assert [(one["event"], one["error"]) for one in logged] == [("reads_not_recorded", "KeyError")]
