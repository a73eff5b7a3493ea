"""A log of its own for each group of measurements, on the one server of the run."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from eventstore.connect import Pool, create_pool
from eventstore.migrate import migrate
from eventstore.sql import queries_in

CONNECTIONS = 16

query = queries_in(Path(__file__).parent / "queries")


@asynccontextmanager
async def log_on(server_dsn: str, name: str) -> AsyncIterator[Pool]:
    """An empty log in a new database `name`, with a connection for each of 16 writers."""
    await _on_server(server_dsn, f'CREATE DATABASE "{name}"')
    pool = await create_pool(dsn_of(server_dsn, name), min_size=CONNECTIONS, max_size=CONNECTIONS)
    try:
        async with pool.acquire() as connection:
            await migrate(connection)
        yield pool
    finally:
        await pool.close()


def dsn_of(server_dsn: str, name: str) -> str:
    """Where the log `name` is on this server."""
    return urlsplit(server_dsn)._replace(path=f"/{name}").geturl()


async def drop_log(server_dsn: str, name: str) -> None:
    """Give back what the log `name` takes of the disk."""
    await _on_server(server_dsn, f'DROP DATABASE "{name}"')


async def _on_server(server_dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(server_dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
