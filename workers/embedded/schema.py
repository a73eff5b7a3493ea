"""The database of a running stack: brought to the present schema, and asked how it is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from eventstore.connect import create_pool
from eventstore.errors import EventStoreError
from eventstore.migrate import migrate, require_migrated
from eventstore.store import EventStore
from projections.standing import Standing, standing
from projections.states import ViewState, view_states
from workers.embedded.errors import DatabaseUrlWrong, SchemaFailed

UNAVAILABLE = (EventStoreError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, LookupError)


@dataclass(frozen=True)
class LogFigures:
    """How many events there are, how far readers may read, how long the oldest waits for them."""

    events: int
    settled_seq: int
    watermark_age: timedelta


@dataclass(frozen=True)
class ViewFigures:
    """One view: its state in a word, how many events it lacks, and for how long the oldest."""

    state: str
    lag: int
    behind_s: float = 0


async def bring_up_to_date(dsn: str) -> list[str]:
    """Apply the migrations that are missing, and give their names. Raises `SchemaFailed`."""
    try:
        async with log_pool(dsn) as pool, pool.acquire() as connection:
            return await migrate(connection)
    except UNAVAILABLE as failed:
        raise SchemaFailed(str(failed)) from failed


async def require_present_schema(dsn: str) -> None:
    """Raise `MigrationError` unless the database is migrated as far as this code knows.

    Raises `StoreUnavailable`, `DatabaseUrlWrong`.
    """
    async with log_pool(dsn) as pool:
        await require_migrated(pool)


async def log_figures(dsn: str) -> LogFigures | None:
    """How the log is, or `None` if the database does not say."""
    try:
        async with log_pool(dsn) as pool:
            store = EventStore(pool)
            mark = await store.watermark()
            return LogFigures(await store.count(), mark.settled_seq, mark.age)
    except UNAVAILABLE:
        return None


async def holds_a_pathway(dsn: str) -> bool:
    """The log knows at least one patient's pathway. Raises `EventStoreError`."""
    async with log_pool(dsn) as pool:
        return bool(await EventStore(pool).streams("pathway", "", 1))


async def view_figures(dsn: str) -> dict[str, ViewFigures] | None:
    """The state of each view, or `None` if the database does not say."""
    try:
        async with log_pool(dsn) as pool:
            states = await view_states(pool)
            standings = {} if all(one.state == "absent" for one in states) else await standing(pool)
    except UNAVAILABLE:
        return None
    return {one.name: _figures(one, standings.get(one.name)) for one in states}


def _figures(view: ViewState, place: Standing | None) -> ViewFigures:
    age = place.age if place and place.age else timedelta(0)
    return ViewFigures(view.state, view.lag, round(age / timedelta(seconds=1), 1))


@asynccontextmanager
async def log_pool(dsn: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    """One connection to the log's database, for a question.

    Raises `StoreUnavailable`, or `DatabaseUrlWrong` if `dsn` cannot be understood.
    """
    try:
        pool = await create_pool(dsn, min_size=1, max_size=1, application_name="carepath-status")
    except ValueError as wrong:
        raise DatabaseUrlWrong(wrong) from wrong
    try:
        yield pool
    finally:
        await pool.close()
