"""Appending: through the log's function, and by plain INSERT of the same rows."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from uuid import uuid4

from bench.clinic import ACTOR, UNTIL
from bench.log import query
from bench.rounds import Comparison, Round
from domain.events import registry
from domain.events.envelope import NewEvent, Origin, new_events
from domain.events.pathway import MeasureRecorded
from eventstore.cipher import PLAINTEXT, Cipher
from eventstore.connect import Connection, Pool
from eventstore.store import EventStore

PROGRAMME = "mbt-g@1"
ACTOR_JSON = ACTOR.model_dump_json(exclude_none=True)
MEASURE = MeasureRecorded(at=UNTIL, measure="phq-9", score=12, occasions=("progress-3",))
DATA = registry.write(MEASURE).encode()
"""What every store here is given to keep."""


@dataclass(frozen=True)
class Load:
    """So many writers side by side, each with so many commands of `at_once` events."""

    writers: int
    commands: int
    at_once: int = 1

    @property
    def events(self) -> int:
        return self.writers * self.commands * self.at_once


@dataclass(frozen=True)
class Stream:
    """One writer's events, made before the clock starts: `commands[i]` holds those of one."""

    id: str
    commands: tuple[tuple[NewEvent, ...], ...]


Write = Callable[[Stream], Awaitable[None]]


async def appending(pool: Pool, events: int, rows: int, cipher: Cipher) -> list[Comparison]:
    """Comparisons of one event at a time and of ten at a time, each with 1 and 16 writers.

    Both tables hold `rows` events before. `cipher` is for the append that encrypts.
    """
    await pool.execute(query("create_plain_events"))
    if rows:
        await _fill(pool, rows)
    one, many = Load(writers=1, commands=events // 4), Load(writers=16, commands=events // 16)
    return [
        _comparison("append, 1 writer", pool, one),
        _beside_held("append, 1 writer", pool, one),
        _comparison("append, 16 writers", pool, many, "≥ 0.8"),
        _beside_held("append, 16 writers", pool, many),
        _encrypting("append encrypted, 16 writers", pool, many, cipher),
        _comparison("append in tens, 1 writer", pool, Load(1, commands=events // 10, at_once=10)),
        _comparison("append in tens, 16 writers", pool, Load(16, events // 40, at_once=10)),
    ]


async def _fill(pool: Pool, rows: int) -> None:
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SET LOCAL statement_timeout = 0")
        await connection.execute(query("growth/fill"), 1, rows)
        await connection.execute(query("go_on_after_filling"))
        await connection.execute(query("fill_plain_events"))
        await connection.execute("ANALYZE")


def append_round(pool: Pool, load: Load, cipher: Cipher = PLAINTEXT) -> Round:
    """Events a second through `EventStore.append`, each writer in a stream of its own."""
    store = EventStore(pool, cipher)

    async def append(stream: Stream) -> None:
        version = 0
        for command in stream.commands:
            version = (await store.append(stream.id, version, command)).version

    return _round(load, append)


def _comparison(what: str, pool: Pool, load: Load, aim: str = "") -> Comparison:
    return Comparison(
        what=what,
        unit="events/s",
        against="plain INSERT" if load.at_once == 1 else "executemany of INSERT",
        aim=aim,
        ours=append_round(pool, load),
        reference=_inserting_round(pool, load),
    )


def _beside_held(what: str, pool: Pool, load: Load) -> Comparison:
    return Comparison(
        what=what,
        unit="events/s",
        against="plain INSERT, a connection held by each writer",
        ours=append_round(pool, load),
        reference=_inserting_held_round(pool, load),
    )


def _encrypting(what: str, pool: Pool, load: Load, cipher: Cipher) -> Comparison:
    return Comparison(
        what=what,
        unit="events/s",
        against="the same append in clear",
        ours=append_round(pool, load, cipher),
        reference=append_round(pool, load),
    )


def _round(load: Load, write: Write) -> Round:
    async def run() -> float:
        streams = [_stream(load) for _ in range(load.writers)]
        begun = perf_counter()
        await asyncio.gather(*(write(stream) for stream in streams))
        return load.events / (perf_counter() - begun)

    return run


def _inserting_round(pool: Pool, load: Load) -> Round:
    """Each statement takes a connection of the pool and gives it back, as the log's own do."""

    async def write(stream: Stream) -> None:
        await _insert(pool, stream)

    return _round(load, write)


def _inserting_held_round(pool: Pool, load: Load) -> Round:
    async def write(stream: Stream) -> None:
        async with pool.acquire() as connection:
            await _insert(connection, stream)

    return _round(load, write)


async def _insert(target: Pool | Connection, stream: Stream) -> None:
    insert, version = query("insert"), 0
    for command in stream.commands:
        rows = [_row(stream.id, version + n, event) for n, event in enumerate(command, 1)]
        if len(rows) == 1:
            await target.execute(insert, *rows[0])
        else:
            await target.executemany(insert, rows)
        version += len(rows)


def _stream(load: Load) -> Stream:
    commands = tuple(command_of(load.at_once) for _ in range(load.commands))
    return Stream(f"pathway-{uuid4()}", commands)


def command_of(at_once: int) -> tuple[NewEvent, ...]:
    """A new command with so many events."""
    command_id = uuid4()
    origin = Origin(command_id=command_id, actor=ACTOR, correlation_id=command_id)
    return tuple(new_events([MEASURE] * at_once, origin, PROGRAMME))


def _row(stream_id: str, version: int, event: NewEvent) -> tuple[Any, ...]:
    return (
        stream_id,
        version,
        event.event_id,
        event.type,
        event.schema_version,
        event.effective_at,
        ACTOR_JSON,
        event.origin.command_id,
        event.origin.causation_id,
        event.origin.correlation_id,
        event.programme_version,
        None,
        None,
        event.data.encode(),
    )
