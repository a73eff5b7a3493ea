"""The tables of a copy of a view: made, dropped, looked into."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from eventstore.connect import Connection, Pool
from eventstore.errors import store_errors
from projections.errors import ViewAbsent, ViewOutdated
from projections.sql import query
from projections.view import View
from projections.views import VIEWS

CATALOGUE = Path(__file__).parent / "catalogue"


async def ensure_catalogue(pool: Pool) -> None:
    """Make the table of checkpoints and the functions around it, or bring them up to date."""
    with store_errors():
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(query("lock_catalogue"))
            await connection.execute(query("see_schemas"))
            for part in sorted(CATALOGUE.glob("*.sql")):
                await connection.execute(part.read_text(encoding="utf-8"))


async def create_copy(connection: Connection, view: View[Any, Any], schema: str) -> None:
    """Make empty tables for a view in a schema of their own, with a checkpoint at 0."""
    async with connection.transaction():
        await connection.execute(query("create_copy"), schema, view.name, view.version)
        await look_into(connection, schema)
        await connection.execute(view.tables)


async def drop_copy(source: Pool | Connection, schema: str) -> None:
    """Drop a copy with its checkpoint; nothing happens if there is none."""
    await source.execute(query("drop_copy"), schema)


async def look_into(connection: Connection, schema: str) -> None:
    """Let unqualified names mean this schema's tables until the transaction ends."""
    await connection.execute(query("look_into"), schema)


@asynccontextmanager
async def looking_into(pool: Pool, schema: str) -> AsyncIterator[Connection]:
    """A connection that reads a copy's tables by unqualified names.

    Each statement sees the copy as one commit left it, before or after a switch. Raises
    `ViewAbsent` when a table is read that is not there, `ViewOutdated` where the live copy of a
    view is that of another version of its code, and `StoreUnavailable`.
    """
    try:
        with store_errors():
            async with pool.acquire() as connection, connection.transaction(readonly=True):
                _require_own(schema, await connection.fetchval(query("look_into_live"), schema))
                yield connection
    except asyncpg.UndefinedTableError as missing:
        raise ViewAbsent(schema.removeprefix("view_")) from missing


def _require_own(schema: str, version: str | None) -> None:
    """The live copy of a view has the tables that this code knows, or is not to be read by it."""
    view = next((one for one in VIEWS if one.schema == schema), None)
    if view and version is not None and version != view.version:
        raise ViewOutdated(view.name)
