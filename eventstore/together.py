"""Commands that come at the same time go to the log together: one round trip, one commit."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from eventstore.connect import Pool
from eventstore.errors import UNAVAILABLE
from eventstore.sql import query

UNDER_WAY = 2
"""So many calls at once: while the server works on one, the next is made ready."""

AT_MOST = 64
"""So many commands in one call."""


@dataclass(frozen=True, slots=True)
class Single:
    """A command of one event: the arguments of `carepath_log.append_one`, in its order."""

    stream_id: str
    event_id: UUID
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Waiting:
    single: Single
    seq: "asyncio.Future[int | None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Together:
    """Appends single events. What comes while others are under way waits, and then goes as one.

    A lone writer never waits. Among many, the cost of a round trip and of a commit is shared, and
    each still gets its own answer: one command's conflict is no other's concern.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._free = UNDER_WAY
        self._streams: set[str] = set()
        self._waiting: list[_Waiting] = []
        self._calls: set[asyncio.Task[None]] = set()

    async def append(self, single: Single) -> int | None:
        """The event's seq; None if `carepath_log.append` has to say why there is none."""
        if self._free and not self._waiting and single.stream_id not in self._streams:
            return await self._at_once(single)
        waiting = _Waiting(single)
        self._waiting.append(waiting)
        self._send()
        return await waiting.seq

    async def _at_once(self, single: Single) -> int | None:
        self._begin([single.stream_id])
        try:
            return await self._alone(single)
        finally:
            self._end([single.stream_id])

    def _begin(self, streams: Sequence[str]) -> None:
        self._free -= 1
        self._streams.update(streams)

    def _end(self, streams: Sequence[str]) -> None:
        self._free += 1
        self._streams.difference_update(streams)
        self._send()

    def _send(self) -> None:
        """Send what waits, as far as calls are free and streams are not under way already."""
        while self._free and (chosen := self._choose()):
            self._begin([one.single.stream_id for one in chosen])
            call = asyncio.create_task(self._call(chosen))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    def _choose(self) -> list[_Waiting]:
        """The first that wait, each for another stream; the others wait on."""
        chosen: dict[str, _Waiting] = {}
        left: list[_Waiting] = []
        for one in self._waiting:
            stream_id = one.single.stream_id
            taken = stream_id in chosen or stream_id in self._streams
            if taken or len(chosen) == AT_MOST:
                left.append(one)
            elif not one.seq.done():
                chosen[stream_id] = one
        self._waiting = left
        return list(chosen.values())

    async def _call(self, chosen: list[_Waiting]) -> None:
        try:
            seqs = await self._several([one.single for one in chosen])
        except UNAVAILABLE as error:
            _fail(chosen, error)
        except Exception:  # noqa: BLE001 - of one command: alone, each gets its own answer
            for one in chosen:
                await self._answer_alone(one)
        else:
            for one in chosen:
                if not one.seq.done():
                    one.seq.set_result(seqs.get(one.single.event_id))
        finally:
            self._end([one.single.stream_id for one in chosen])

    async def _answer_alone(self, one: _Waiting) -> None:
        try:
            seq = await self._alone(one.single)
        except Exception as error:  # noqa: BLE001 - it is the sender's to handle
            _fail([one], error)
        else:
            if not one.seq.done():
                one.seq.set_result(seq)

    async def _several(self, singles: list[Single]) -> dict[UUID, int]:
        columns = zip(*(single.arguments for single in singles), strict=True)
        rows = await self._pool.fetch(query("append_several"), *columns)
        return {row["appended"]: row["taken"] for row in rows}

    async def _alone(self, single: Single) -> int | None:
        seq: int | None = await self._pool.fetchval(query("append_one"), *single.arguments)
        return seq


def _fail(chosen: list[_Waiting], error: Exception) -> None:
    for one in chosen:
        if not one.seq.done():
            one.seq.set_exception(error)
