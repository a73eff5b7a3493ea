"""Logins of a deployment: made by its script, and changed without anything standing still."""

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from eventstore.connect import PlainConnection, create_pool
from eventstore.migrate import migrate
from eventstore.rights import apply_rights
from eventstore.store import EventStore
from tests.conftest import database_of, run_on
from tests.deploy.apart import secrets_in, settings_in
from tests.deploy.files import DEPLOY
from tests.projections.given import a_life, a_pathway, append, seeded
from workers.embedded.postgres import binary

LOGINS = DEPLOY / "compose" / "logins.sh"
TEMPORAL = DEPLOY / "compose" / "temporal-login.sh"
SECOND = "carepath_worker_b"


@pytest_asyncio.fixture
async def owner(empty_dsn: str) -> AsyncIterator[PlainConnection]:
    """A database that is prepared, in a cluster where no login was made before or is left."""
    connection = await asyncpg.connect(empty_dsn)
    await migrate(connection)
    await apply_rights(connection)
    yield connection
    for name in (*_users(), SECOND):
        await connection.execute(f"DROP ROLE IF EXISTS {name}")
    await connection.close()


def _users() -> list[str]:
    shipped = (DEPLOY / "roles" / "logins.sql").read_text(encoding="utf-8")
    return re.findall(r"CREATE ROLE (\w+) LOGIN", shipped)


async def made(dsn: str, secrets: Path, script: Path = LOGINS) -> None:
    """Run a script as Compose does, as who owns the database."""
    server = urlsplit(dsn)
    process = await asyncio.create_subprocess_exec(
        *("bash", str(script)),
        env={
            "PATH": f"{binary('psql').parent}:{os.environ['PATH']}",
            "LOGINS": str(DEPLOY / "roles" / "logins.sql"),
            "PGHOST": str(server.hostname),
            "PGPORT": str(server.port),
            "PGDATABASE": server.path.strip("/"),
            **settings_in(secrets / "logins.env"),
            **settings_in(secrets / "temporal.env"),
            "PGUSER": str(server.username),
            "PGPASSWORD": str(server.password),
        },
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0


def as_user(dsn: str, user: str, password: str) -> str:
    server = urlsplit(dsn)
    return server._replace(netloc=f"{user}:{password}@{server.hostname}:{server.port}").geturl()


async def logged_in(opened: AsyncExitStack, dsn: str) -> EventStore:
    pool = await create_pool(dsn, max_size=2)
    opened.push_async_callback(pool.close)
    return EventStore(pool)


@pytest.mark.usefixtures("owner")
async def test_the_script_makes_each_login_once_with_the_password_of_its_process(
    empty_dsn: str, tmp_path: Path
) -> None:
    secrets = await asyncio.to_thread(secrets_in, tmp_path)
    for _ in range(2):
        await made(empty_dsn, secrets)
    for process in ("worker", "projector", "sealer", "web", "reader"):
        said = settings_in(secrets / f"{process}.env")
        dsn = as_user(empty_dsn, said["PGUSER"], said["PGPASSWORD"])
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("SELECT count(*) FROM carepath_log.events") == 0
        await connection.close()


@pytest_asyncio.fixture
async def named_as_in_compose(empty_dsn: str) -> AsyncIterator[str]:
    """The server's database of the name that the script writes, left as it was found."""
    yield empty_dsn
    await run_on(empty_dsn, "GRANT CONNECT ON DATABASE carepath TO PUBLIC")
    await run_on(empty_dsn, "DROP ROLE IF EXISTS temporal")


@pytest.mark.usefixtures("owner")
async def test_temporal_makes_databases_of_its_own_and_does_not_enter_the_log_s(
    named_as_in_compose: str, tmp_path: Path
) -> None:
    server = named_as_in_compose
    secrets = await asyncio.to_thread(secrets_in, tmp_path)
    await made(server, secrets)
    for _ in range(2):
        await made(server, secrets, TEMPORAL)

    log = database_of(server, "carepath")
    for process in ("worker", "projector", "sealer", "web", "reader"):
        said = settings_in(secrets / f"{process}.env")
        await run_on(as_user(log, said["PGUSER"], said["PGPASSWORD"]), "SELECT 1")
    password = settings_in(secrets / "temporal.env")["SQL_PASSWORD"]
    its = as_user(server, "temporal", password)
    await run_on(its, "CREATE DATABASE temporal_of_the_test")
    await run_on(its, "DROP DATABASE temporal_of_the_test")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run_on(as_user(log, "temporal", password), "SELECT 1")


async def test_two_logins_of_a_role_take_turns_and_work_goes_on(
    owner: PlainConnection, empty_dsn: str, tmp_path: Path
) -> None:
    secrets = await asyncio.to_thread(secrets_in, tmp_path)
    await made(empty_dsn, secrets)
    first = settings_in(secrets / "worker.env")
    async with AsyncExitStack() as later:
        async with AsyncExitStack() as before:
            old = as_user(empty_dsn, first["PGUSER"], first["PGPASSWORD"])
            store = await logged_in(before, old)
            await append(store, a_pathway(seeded(1)), a_life(seeded(1), steps=3))
            await owner.execute(
                f"CREATE ROLE {SECOND} LOGIN PASSWORD 'another' IN ROLE carepath_appender"
            )
            successor = await logged_in(later, as_user(empty_dsn, SECOND, "another"))
            await append(store, a_pathway(seeded(2)), a_life(seeded(2), steps=3))
            await append(successor, a_pathway(seeded(3)), a_life(seeded(3), steps=3))
        await owner.execute(f"DROP ROLE {first['PGUSER']}")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(old)
        await append(successor, a_pathway(seeded(4)), a_life(seeded(4), steps=3))
        assert len(await successor.streams("pathway", "", 10)) == 4
