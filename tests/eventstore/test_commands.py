"""`carepath events` and `carepath roles`, as somebody types them."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from contextlib import AsyncExitStack

import pytest

from eventstore.connect import Pool
from eventstore.settle import tick
from eventstore.store import EventStore
from tests.eventstore.given import notes
from tests.rights.logins import login

pytestmark = pytest.mark.asyncio


async def carepath(*words: str, database: str = "", to: str = "") -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    said = {"CAREPATH_DATABASE_URL": database, "CAREPATH_COPY_TO": to}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli.main", *words),
        env={**os.environ, **{name: value for name, value in said.items() if value}},
        stdout=PIPE,
        stderr=PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


async def test_a_log_is_copied_once(
    store: EventStore, pool: Pool, log_dsn: str, empty_dsn: str
) -> None:
    await store.append("pathway-1", 0, notes("a", "b"))
    async with pool.acquire() as connection:
        await tick(connection)

    code, out, _ = await carepath("events", "copy", "--json", database=log_dsn, to=empty_dsn)
    assert (code, json.loads(out)) == (0, {"events": 2, "settled_seq": 2, "left": 0})
    code, _, err = await carepath("events", "copy", database=log_dsn, to=empty_dsn)
    assert (code, "already has 2 events" in err) == (1, True)


async def test_a_copy_that_left_events_ends_with_1(
    store: EventStore, log_dsn: str, empty_dsn: str
) -> None:
    await store.append("pathway-1", 0, notes("a"))
    code, _, err = await carepath("events", "copy", database=log_dsn, to=empty_dsn)
    assert (code, "into another empty database" in err) == (1, True)


async def test_a_target_that_is_no_database_is_bad_usage(log_dsn: str) -> None:
    nowhere = log_dsn.rpartition("/")[0] + "/nowhere"
    for target in ("nowhere", nowhere):
        assert (await carepath("events", "copy", database=log_dsn, to=target))[0] == 2


async def test_a_source_that_refuses_the_login_is_no_traceback(
    pool: Pool, log_dsn: str, empty_dsn: str
) -> None:
    async with pool.acquire() as owner, AsyncExitStack() as opened:
        stranger = await login(opened, owner, log_dsn, "pg_checkpoint")
        code, _, err = await carepath("events", "copy", database=stranger, to=empty_dsn)
    assert (code, "permission denied" in err, "Traceback" in err) == (3, True, False)


async def test_a_schema_is_one_json_document_and_an_unknown_type_is_refused() -> None:
    code, out, _ = await carepath("events", "schema", "pathway.paused")
    assert (code, json.loads(out)["title"]) == (0, "pathway.paused")
    code, _, err = await carepath("events", "schema", "pathway.nothing")
    assert (code, "pathway.nothing" in err) == (1, True)


async def test_roles_are_applied(pool: Pool, empty_dsn: str, log_dsn: str) -> None:
    await carepath("events", "copy", database=log_dsn, to=empty_dsn)
    code, out, _ = await carepath("roles", "apply", "--json", database=empty_dsn)
    assert code == 0
    made = json.loads(out)["roles"]
    there = await pool.fetch("SELECT rolname FROM pg_roles WHERE rolname = ANY ($1)", made)
    assert {row["rolname"] for row in there} == set(made)
