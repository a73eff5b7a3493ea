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
from eventstore.connect import Pool
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


async def appending(pool: Pool, events: int) -> list[Comparison]:
    """Comparisons of one event at a time with 1 and 16 writers, and of ten at a time with both."""
    await pool.execute(query("create_plain_events"))
    return [
        _comparison("append, 1 writer", pool, Load(writers=1, commands=events // 4)),
        _comparison("append, 16 writers", pool, Load(writers=16, commands=events // 16), "≥ 0.8"),
        _comparison("append in tens, 1 writer", pool, Load(1, commands=events // 10, at_once=10)),
        _comparison("append in tens, 16 writers", pool, Load(16, events // 40, at_once=10)),
    ]


def append_round(pool: Pool, load: Load) -> Round:
    """Events a second through `EventStore.append`."""
    store = EventStore(pool)

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


def _round(load: Load, write: Write) -> Round:
    async def run() -> float:
        streams = [_stream(load) for _ in range(load.writers)]
        begun = perf_counter()
        await asyncio.gather(*(write(stream) for stream in streams))
        return load.events / (perf_counter() - begun)

    return run


def _inserting_round(pool: Pool, load: Load) -> Round:
    insert = query("insert")

    async def write(stream: Stream) -> None:
        version = 0
        for command in stream.commands:
            rows = [_row(stream.id, version + n, event) for n, event in enumerate(command, 1)]
            if len(rows) == 1:
                await pool.execute(insert, *rows[0])
            else:
                await pool.executemany(insert, rows)
            version += len(rows)

    return _round(load, write)


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
