"""message-db's function on the same server, if its SQL is here: one message at a time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import asyncpg

from bench.appending import ACTOR_JSON, DATA, Load
from bench.rounds import Round
from eventstore.connect import Pool

SQL = Path(__file__).parent / "node_modules" / "@eventide" / "message-db" / "database"
ABSENT = "message-db is left out: `make bench-others` installs it, if npm is here"
FUNCTIONS = (
    "hash-64",
    "acquire-lock",
    "category",
    "is-category",
    "id",
    "cardinal-id",
    "stream-version",
    "write-message",
)
WRITE = "SELECT write_message($1, $2, 'measure_recorded', $3, $4, $5)"


def is_here() -> bool:
    """Its SQL files have been fetched."""
    return SQL.is_dir()


@asynccontextmanager
async def message_store_on(dsn: str, writers: int) -> AsyncIterator[Pool]:
    """Connections to its tables and functions, in a schema of their own."""
    path = {"search_path": "message_store, public"}
    pool = await asyncpg.create_pool(
        dsn, min_size=writers, max_size=writers, server_settings=path, reset=_nothing
    )
    try:
        for file in _files():
            await pool.execute(file.read_text(encoding="utf-8"))
        yield pool
    finally:
        await pool.close()


def appending_to(pool: Pool, load: Load) -> Round:
    """Events a second, each writer with a stream of its own and the version that it expects."""

    async def write() -> None:
        stream = f"pathway-{uuid4()}"
        for version in range(load.commands):
            await pool.fetchval(WRITE, str(uuid4()), stream, DATA.decode(), ACTOR_JSON, version - 1)

    async def run() -> float:
        begun = perf_counter()
        await asyncio.gather(*(write() for _ in range(load.writers)))
        return load.events / (perf_counter() - begun)

    return run


def _files() -> list[Path]:
    return [
        SQL / "schema" / "message-store.sql",
        SQL / "types" / "message.sql",
        SQL / "tables" / "messages.sql",
        *(SQL / "functions" / f"{name}.sql" for name in FUNCTIONS),
        *sorted((SQL / "indexes").glob("*.sql")),
    ]


async def _nothing(_: object) -> None:
    """Spare it the round trip that carepath's own connections are spared."""
