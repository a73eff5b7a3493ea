"""Logins in the roles of the log, and what each of these may do with what there is."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from urllib.parse import urlsplit
from uuid import uuid4

from eventstore.connect import Connection, PlainConnection, Pool, create_pool

As = Callable[[str], Awaitable[Pool]]


async def log_in(opened: AsyncExitStack, owner: PlainConnection, dsn: str, role: str) -> Pool:
    """Connections of a user who is a member of the role, and is gone with the stack."""
    pool = await create_pool(await login(opened, owner, dsn, role), max_size=8)
    opened.push_async_callback(pool.close)
    return pool


async def login(opened: AsyncExitStack, owner: Connection, dsn: str, role: str) -> str:
    """The DSN of such a user."""
    name = f"test_{uuid4().hex}"
    await owner.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{name}' IN ROLE {role}")
    await owner.execute(f"ALTER ROLE {name} SET role TO '{role}'")
    opened.push_async_callback(owner.execute, f"DROP ROLE {name}")
    return as_user(name, dsn)


def as_user(name: str, dsn: str) -> str:
    """The same database for a user whose password is their name."""
    server = urlsplit(dsn)
    return server._replace(netloc=f"{name}:{name}@{server.hostname}:{server.port}").geturl()
