"""Connections to the log's database: UTC, with time-outs, and without a round trip on return."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import asyncpg

from eventstore.errors import store_errors

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Pool = asyncpg.Pool[asyncpg.Record]
    PlainConnection = asyncpg.Connection[asyncpg.Record]
    Connection = PlainConnection | PoolConnectionProxy[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    PlainConnection = Connection = asyncpg.Connection

STATEMENT_TIMEOUT = timedelta(seconds=30)
LOCK_TIMEOUT = timedelta(seconds=10)
IDLE_IN_TRANSACTION_TIMEOUT = timedelta(seconds=30)
CONNECT_TIMEOUT = timedelta(seconds=10)


class LogConnection(PlainConnection):
    """Goes back to the pool as it is.

    asyncpg's default sends RESET ALL and more after every use: a second round trip for each append.
    The log's code leaves no session state behind; open transactions are still rolled back.
    """

    def get_reset_query(self) -> str:
        return ""


async def create_pool(
    dsn: str, *, min_size: int = 1, max_size: int = 10, application_name: str = "carepath"
) -> Pool:
    """A pool of connections to `dsn`; the caller closes it. Raises `StoreUnavailable`.

    A transaction that writes and then stays idle holds back every reader of the log, so the
    server ends it after `IDLE_IN_TRANSACTION_TIMEOUT`.
    """
    with store_errors():
        return await asyncpg.create_pool(
            dsn,
            min_size=min_size,
            max_size=max_size,
            timeout=CONNECT_TIMEOUT.total_seconds(),
            connection_class=LogConnection,
            server_settings={
                "application_name": application_name,
                "timezone": "UTC",
                "statement_timeout": _milliseconds(STATEMENT_TIMEOUT),
                "lock_timeout": _milliseconds(LOCK_TIMEOUT),
                "idle_in_transaction_session_timeout": _milliseconds(IDLE_IN_TRANSACTION_TIMEOUT),
            },
        )


async def fetch_one(source: Pool | Connection, text: str, *arguments: Any) -> asyncpg.Record:
    """The row of a query that always gives one. Raises `LookupError` if it gave none."""
    row = await source.fetchrow(text, *arguments)
    if row is None:
        message = "a query that always gives a row gave none: is the database migrated?"
        raise LookupError(message)
    return row


def _milliseconds(duration: timedelta) -> str:
    return str(int(duration / timedelta(milliseconds=1)))
