"""Anchors get every newest checkpoint, and one that fails holds up nothing."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from eventstore.seal.anchors import (
    Anchor,
    AnchorFailed,
    AnchorState,
    FileAnchor,
    Follower,
    HttpAnchor,
    notes_in,
    states,
)
from eventstore.seal.process import seal_and_anchor
from eventstore.seal.tree import Sealed
from tests.seal.given import Clinic

AT_ONCE = timedelta(milliseconds=1)


class Endpoint:
    """A server on loopback that answers with the statuses it is given, the last for ever."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.taken: list[str] = []
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().split("content-length: ")[1].split("\r\n")[0])
        body = (await reader.readexactly(length)).decode()
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if status < 300:
            self.taken.append(body)
        writer.write(f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@pytest_asyncio.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    found = Endpoint(503, 503, 200)
    server = await asyncio.start_server(found.answer, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    yield found
    server.close()


async def state_of(clinic: Clinic) -> AnchorState:
    async with clinic.pool.acquire() as connection:
        [state] = await states(connection)
    return state


async def test_an_endpoint_is_tried_until_it_accepts(clinic: Clinic, endpoint: Endpoint) -> None:
    await clinic.fill(5)
    sealed = await clinic.seal()
    follower = Follower(HttpAnchor(f"http://127.0.0.1:{endpoint.port}/"), clinic.pool, AT_ONCE)
    follower.offer(sealed)
    assert not await follower.deliver()
    failing = await state_of(clinic)
    assert (failing.accepted_size, failing.failures, failing.error) == (None, 1, "status 503")
    assert failing.failing_since is not None

    keeping = asyncio.create_task(follower.keep_up())
    async with asyncio.timeout(20):
        while (await state_of(clinic)).accepted_size is None:  # noqa: ASYNC110 - another's state
            await asyncio.sleep(0)
    keeping.cancel()

    assert endpoint.taken == [sealed.note]
    accepted = await state_of(clinic)
    assert (accepted.accepted_size, accepted.failures, accepted.failing_since) == (5, 0, None)


async def test_an_anchor_that_nobody_answers_at_holds_up_no_sealing(clinic: Clinic) -> None:
    await clinic.fill(5)
    stop = asyncio.Event()
    stop.set()
    anchors: list[Anchor] = [HttpAnchor("http://127.0.0.1:9/"), FileAnchor(clinic.anchor)]
    await seal_and_anchor(clinic.pool, clinic.keys, anchors, stop)
    async with clinic.pool.acquire() as connection:
        found = {one.anchor: one.accepted_size for one in await states(connection)}
    assert found == {"file": 5, "http": None}
    verified = await clinic.verified()
    assert verified.ok
    assert {one.anchor for one in verified.anchors if one.failing_since} == {"http"}


async def test_the_file_keeps_every_checkpoint_it_was_given(clinic: Clinic) -> None:
    given: list[Sealed] = []
    for _ in range(3):
        await clinic.fill(2)
        given.append(await clinic.seal())
        await FileAnchor(clinic.anchor).publish(given[-1])
    assert notes_in(clinic.anchor) == [one.note for one in given]


async def test_a_single_note_in_a_file_is_an_anchor_too(clinic: Clinic) -> None:
    await clinic.fill(2)
    sealed = await clinic.seal()
    clinic.anchor.write_text(sealed.note)
    assert notes_in(clinic.anchor) == [sealed.note]
    assert (await clinic.verified()).ok


async def test_a_file_that_cannot_be_written_is_a_failure_in_words(
    clinic: Clinic, tmp_path: Path
) -> None:
    await clinic.fill(2)
    sealed = await clinic.seal()
    (tmp_path / "taken").write_text("")
    with pytest.raises(AnchorFailed, match="tried again"):
        await FileAnchor(tmp_path / "taken" / "anchor").publish(sealed)
