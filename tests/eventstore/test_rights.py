"""Each role can do its work, and is refused every other statement."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from eventstore import rights
from eventstore.migrate import migrate
from eventstore.rights import ROLES, apply_rights
from eventstore.settle import tick
from eventstore.store import EventStore
from tests.conftest import database_of, run_on
from tests.eventstore.given import a_stream, notes
from tests.rights.logins import As, as_user, log_in
from workers.embedded.postgres_server import postgres_server

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def as_role(empty_dsn: str) -> AsyncIterator[As]:
    """Logs in as a member of a role, into a log that holds one event."""
    owner = await asyncpg.connect(empty_dsn)
    await migrate(owner)
    await apply_rights(owner)
    await EventStore(owner).append("pathway-1", 0, notes("a"))
    async with AsyncExitStack() as opened:
        yield partial(log_in, opened, owner, empty_dsn)
    await owner.close()


REWRITES = (
    "UPDATE carepath_log.events SET data = ''",
    "DELETE FROM carepath_log.events",
    "TRUNCATE carepath_log.events",
)
BESIDE_THE_FUNCTIONS = (
    "INSERT INTO carepath_log.events SELECT * FROM carepath_log.events",
    "SELECT nextval('carepath_log.events_seq')",
    "SELECT setval('carepath_log.events_seq', 1)",
    "UPDATE carepath_log.watermark SET settled_seq = 9",
    "UPDATE carepath_log.migrations SET sha256 = ''",
    "UPDATE carepath_log.patient_keys SET wrapped = ''",
    "DELETE FROM carepath_log.patient_keys",
    "INSERT INTO carepath_log.seal_tiles (level, index, hashes) VALUES (1, 0, '')",
    "DELETE FROM carepath_log.seal_checkpoints",
    "UPDATE carepath_log.seal_anchors SET failures = 0",
    "DELETE FROM carepath_log.effect_ledger",
    "SELECT subject FROM carepath_log.sessions",
    "UPDATE carepath_log.subscriptions SET url = 'https://elsewhere.example'",
    "DELETE FROM carepath_log.subscriptions",
    "ALTER TABLE carepath_log.events DISABLE TRIGGER ALL",
    "DROP TABLE carepath_log.events",
    "CREATE TABLE carepath_log.mine ()",
    "ALTER FUNCTION carepath_log.settle SECURITY INVOKER",
    "SET session_replication_role = replica",
    "SET ROLE carepath_owner",
)
MAY = {
    "carepath_appender": {
        "append",
        "append_one",
        "append_several",
        "ensure_patient_key",
        "ensure_access_key",
        "destroy_patient_key",
        "note_effect",
        "strike_effect",
        "drop_effects",
        "append_access",
        "note_delivery",
        "note_failed_delivery",
    },
    "carepath_projector": {
        "settle",
        "begin_session",
        "see_session",
        "look_up_session",
        "end_session",
        "append_access",
        "ensure_access_key",
    },
    "carepath_sealer": {"seal", "note_anchoring"},
    "carepath_reader": set[str](),
}
"""The functions that each role calls; rotating keys is left to the owner."""


@pytest.mark.parametrize("statement", REWRITES)
@pytest.mark.parametrize("role", ROLES)
async def test_no_role_rewrites_events(as_role: As, role: str, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await (await as_role(role)).execute(statement)


@pytest.mark.parametrize("role", MAY)
async def test_no_application_role_goes_round_the_functions(as_role: As, role: str) -> None:
    pool = await as_role(role)
    for statement in BESIDE_THE_FUNCTIONS:
        with pytest.raises(
            asyncpg.InsufficientPrivilegeError, match=r"permission denied|must be owner"
        ):
            await pool.execute(statement)


@pytest.mark.parametrize("role", MAY)
async def test_a_function_of_another_role_is_refused_when_called(as_role: As, role: str) -> None:
    pool = await as_role(role)
    calls = {
        "settle": "SELECT carepath_log.settle()",
        "note_anchoring": "SELECT carepath_log.note_anchoring('a', 1, 'b')",
        "note_effect": "SELECT carepath_log.note_effect(gen_random_uuid(), 'sent')",
        "see_session": "SELECT carepath_log.see_session('', now(), '1 hour')",
        "look_up_session": "SELECT carepath_log.look_up_session('', now(), '1 hour')",
        "end_session": "SELECT carepath_log.end_session('', false)",
        "note_delivery": "SELECT carepath_log.note_delivery('a', 1, 2, true)",
        "note_failed_delivery": (
            "SELECT carepath_log.note_failed_delivery('a', 1, 'b', '1 s', false)"
        ),
        "strike_effect": "SELECT carepath_log.strike_effect(gen_random_uuid())",
        "drop_effects": "SELECT carepath_log.drop_effects(now())",
        "ensure_patient_key": (
            "SELECT carepath_log.ensure_patient_key('pathway-1', gen_random_uuid(), '', 'k')"
        ),
        "ensure_access_key": (
            "SELECT carepath_log.ensure_access_key('access-1', gen_random_uuid(), '', 'k')"
        ),
        "destroy_patient_key": "SELECT carepath_log.destroy_patient_key('a')",
        "rewrap_patient_key": (
            "SELECT carepath_log.rewrap_patient_key(gen_random_uuid(), '', '', 'k')"
        ),
    }
    for name in calls.keys() - MAY[role]:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match=f"for function {name}"):
            await pool.execute(calls[name])


@pytest.mark.parametrize("role", MAY)
async def test_every_role_reads_the_log(as_role: As, role: str) -> None:
    store = EventStore(await as_role(role))
    assert [event.version for event in await store.read_stream("pathway-1")] == [1]
    assert (await store.watermark()).last_seq == 1
    assert await store.read_settled(0, 10) == []


OF_NO_READER = ("pathway-1", "oncall-mbt-g", "group-1", "Access-1", "access", "", None)


@pytest.mark.parametrize("stream", OF_NO_READER)
async def test_the_web_s_login_makes_keys_for_what_was_read_and_for_nothing_else(
    as_role: As, stream: str | None
) -> None:
    pool = await as_role("carepath_projector")
    await pool.execute("SELECT carepath_log.ensure_access_key('access-1', $1, 'w', 'k')", uuid4())
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only what was read"):
        await pool.execute(
            "SELECT carepath_log.ensure_access_key($1, $2, '', 'k')", stream, uuid4()
        )
    rows = await pool.fetch("SELECT stream_id FROM carepath_log.patient_keys")
    assert [row["stream_id"] for row in rows] == ["access-1"]


LOSES_A_KEY = (
    "UPDATE carepath_log.patient_keys SET wrapped = '\\x00'",
    "UPDATE carepath_log.patient_keys SET destroyed_at = now(), wrapped = NULL, wrapped_by = NULL",
    "UPDATE carepath_log.patient_keys SET stream_id = 'pathway-2'",
    "UPDATE carepath_log.patient_keys SET key_id = gen_random_uuid()",
    "DELETE FROM carepath_log.patient_keys",
    "TRUNCATE carepath_log.patient_keys",
)


@pytest.mark.parametrize("statement", LOSES_A_KEY)
async def test_what_loses_a_key_at_once_is_refused_to_its_owner_too(
    as_role: As, statement: str
) -> None:
    appender, owner = await as_role("carepath_appender"), await as_role("carepath_owner")
    await appender.execute(
        "SELECT carepath_log.ensure_patient_key('pathway-1', $1, 'w', 'k')", uuid4()
    )
    before = await owner.fetch("SELECT * FROM carepath_log.patient_keys")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute(statement)
    assert await owner.fetch("SELECT * FROM carepath_log.patient_keys") == before
    assert await owner.fetchval(
        "SELECT carepath_log.rewrap_patient_key($1, 'w', 'x', 'l')", before[0]["key_id"]
    )


async def test_an_appender_appends(as_role: As) -> None:
    store, stream = EventStore(await as_role("carepath_appender")), a_stream()
    await store.append(stream, 0, notes("a"))
    await store.append(stream, 1, notes("b", "c"))
    assert len(await store.read_stream(stream)) == 3


async def test_a_projector_settles_and_makes_views_that_a_reader_reads(as_role: As) -> None:
    projector, reader = await as_role("carepath_projector"), await as_role("carepath_reader")
    async with projector.acquire() as connection:
        assert await tick(connection) == 1
    await projector.execute("CREATE SCHEMA view_a; CREATE TABLE view_a.b AS SELECT 7 AS c")

    assert await reader.fetchval("SELECT c FROM view_a.b") == 7
    for forbidden in ("DELETE FROM view_a.b", "DROP SCHEMA view_a CASCADE", "CREATE SCHEMA mine"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.execute(forbidden)


async def test_rights_may_be_applied_again(as_role: As, empty_dsn: str) -> None:
    await as_role("carepath_reader")
    owner = await asyncpg.connect(empty_dsn)
    assert await apply_rights(owner) == ROLES
    await owner.execute("GRANT UPDATE ON carepath_log.watermark TO carepath_reader")
    await apply_rights(owner)
    assert not await owner.fetchval(
        "SELECT has_table_privilege('carepath_reader', 'carepath_log.watermark', 'UPDATE')"
    )
    await owner.close()


async def test_the_owner_migrates_what_comes_later(as_role: As) -> None:
    owner = await as_role("carepath_owner")
    await owner.execute("CREATE TABLE carepath_log.later ()")
    await owner.execute("SELECT carepath_log.settle()")


async def test_a_login_that_may_make_roles_grants_them_again_and_again_and_still_writes() -> None:
    """On a server of its own: roles belong to all of a server, and another may have made them."""
    async with postgres_server() as server:
        await run_on(server, "CREATE ROLE dba LOGIN CREATEROLE CREATEDB PASSWORD 'dba'")
        await run_on(server, "CREATE DATABASE managed OWNER dba")
        dba = await asyncpg.connect(as_user("dba", database_of(server, "managed")))
        await migrate(dba)
        assert await apply_rights(dba) == ROLES
        assert await apply_rights(dba) == ROLES
        assert (await EventStore(dba).append("pathway-1", 0, notes("a"))).version == 1
        await dba.execute("ALTER TABLE carepath_log.events ADD COLUMN later integer")
        await dba.close()


LOGINS = Path(rights.__file__).parents[2] / "deploy" / "roles" / "logins.sql"
MEMBERS = {
    "carepath_worker": "carepath_appender",
    "carepath_views_process": "carepath_projector",
    "carepath_sealing": "carepath_sealer",
    "carepath_web": "carepath_projector",
    "carepath_auditor": "carepath_reader",
}


async def test_the_logins_that_are_shipped_are_members_of_the_roles(
    as_role: As, empty_dsn: str, tool: Callable[..., Awaitable[str]]
) -> None:
    await as_role("carepath_reader")
    passwords = [
        part
        for name in ("appender", "projector", "sealer", "web", "reader")
        for part in ("-v", f"{name}=test")
    ]
    owner = await asyncpg.connect(empty_dsn)
    try:
        await tool("psql", empty_dsn, "-v", "ON_ERROR_STOP=1", "-1", *passwords, "-f", str(LOGINS))
        for name, role in MEMBERS.items():
            assert await owner.fetchval("SELECT pg_has_role($1, $2, 'MEMBER')", name, role)
    finally:
        for name in MEMBERS:
            await owner.execute(f"DROP ROLE IF EXISTS {name}")
        await owner.close()
