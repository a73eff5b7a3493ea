"""Servers that somebody else runs: where they are, and whether they answer."""

import asyncio
import sys

import asyncpg

from workers.embedded.errors import DatabaseUrlWrong, ServerUnreachable
from workers.settings import Settings

ASK_TEMPORAL = """
from temporalio.envconfig import ClientConfig
print(ClientConfig.load_client_connect_config().get("target_host", "localhost:7233"), flush=True)
"""
"""Run apart: this process must not import `temporalio`, whose library may crash it at exit."""

OLDEST_POSTGRES = 15


async def temporal_address(settings: Settings) -> str:
    """HOST:PORT of the external Temporal, as Temporal's own rules find it in the environment.

    Raises `ServerUnreachable` if its configuration cannot be read.
    """
    if settings.temporal_address:
        return settings.temporal_address
    asking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-c", ASK_TEMPORAL),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await asking.communicate()
    if not said.strip():
        last = (wrong.decode(errors="replace").strip().splitlines() or ["no address"])[-1]
        where = settings.temporal_profile or str(settings.temporal_config_file)
        raise ServerUnreachable(what="the Temporal profile", where=where, why=last)
    return said.decode().strip()


async def require_temporal(address: str) -> None:
    """Raise `ServerUnreachable` unless something listens at HOST:PORT."""
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(10):
            _, writer = await asyncio.open_connection(host, int(port))
    except (OSError, ValueError, TimeoutError) as refused:
        raise ServerUnreachable(what="Temporal", where=address, why=_why(refused)) from refused
    writer.close()


async def require_postgres(dsn: str, shown: str) -> None:
    """Raise `ServerUnreachable` unless PostgreSQL 15 or newer answers; `shown` has no password.

    Raises `DatabaseUrlWrong` if `dsn` cannot be understood.
    """
    try:
        connection = await asyncpg.connect(dsn, timeout=10)
    except ValueError as wrong:
        raise DatabaseUrlWrong(wrong) from wrong
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as refused:
        raise ServerUnreachable(what="PostgreSQL", where=shown, why=_why(refused)) from refused
    major = connection.get_server_version().major
    await connection.close()
    if major < OLDEST_POSTGRES:
        why = f"it is version {major}, and carepath needs {OLDEST_POSTGRES} or newer"
        raise ServerUnreachable(what="PostgreSQL", where=shown, why=why)


def _why(refused: Exception) -> str:
    return str(refused) or type(refused).__name__
