"""Nothing in the log or among the views is forgotten by the rights, or granted to too many."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from eventstore.connect import PlainConnection, create_pool
from eventstore.migrate import migrate
from eventstore.rights import ROLES, STEPS, apply_rights
from projections.tables import ensure_catalogue

pytestmark = pytest.mark.asyncio

APPENDER, PROJECTOR, SEALER, READER = (
    "carepath_appender",
    "carepath_projector",
    "carepath_sealer",
    "carepath_reader",
)
EVERYBODY = {APPENDER, PROJECTOR, SEALER, READER}
NOBODY: set[str] = set()

CALLS = {
    "carepath_log.append": {APPENDER},
    "carepath_log.append_one": {APPENDER},
    "carepath_log.append_several": {APPENDER},
    "carepath_log.ensure_patient_key": {APPENDER},
    "carepath_log.ensure_access_key": {APPENDER, PROJECTOR},
    "carepath_log.destroy_patient_key": {APPENDER},
    "carepath_log.note_effect": {APPENDER},
    "carepath_log.strike_effect": {APPENDER},
    "carepath_log.drop_effects": {APPENDER},
    "carepath_log.note_delivery": {APPENDER},
    "carepath_log.note_failed_delivery": {APPENDER},
    "carepath_log.settle": {PROJECTOR},
    "carepath_log.append_access": {APPENDER, PROJECTOR},
    "carepath_log.begin_session": {PROJECTOR},
    "carepath_log.see_session": {PROJECTOR},
    "carepath_log.look_up_session": {PROJECTOR},
    "carepath_log.end_session": {PROJECTOR},
    "carepath_log.make_calendar_link": {PROJECTOR},
    "carepath_log.calendar_links_of": {PROJECTOR},
    "carepath_log.find_calendar_link": {PROJECTOR},
    "carepath_log.note_calendar_followed": {PROJECTOR},
    "carepath_log.revoke_calendar_link": {PROJECTOR},
    "carepath_log.seal": {SEALER},
    "carepath_log.note_anchoring": {SEALER},
    "carepath_log.rewrap_patient_key": NOBODY,
    "carepath_log.refuse_rewriting": NOBODY,
    "carepath_log.refuse_losing_keys": NOBODY,
    "carepath_log.refuse_resealing": NOBODY,
    "carepath_views.create_copy": {PROJECTOR},
    "carepath_views.drop_copy": {PROJECTOR},
    "carepath_views.switch": {PROJECTOR},
    "carepath_views.rows_of": {PROJECTOR},
}
"""Whose processes call each function; what nobody calls is the owner's, or a trigger's."""

READS = {
    "carepath_log.events": EVERYBODY,
    "carepath_log.events_seq": EVERYBODY,
    "carepath_log.watermark": EVERYBODY,
    "carepath_log.patient_keys": EVERYBODY,
    "carepath_log.key_fingerprints": EVERYBODY,
    "carepath_log.seal_tiles": EVERYBODY,
    "carepath_log.seal_checkpoints": EVERYBODY,
    "carepath_log.seal_anchors": EVERYBODY,
    "carepath_log.migrations": EVERYBODY,
    "carepath_log.effect_ledger": {APPENDER},
    "carepath_log.subscriptions": {APPENDER, PROJECTOR, READER},
    "carepath_log.sessions": NOBODY,
    "carepath_log.calendar_links": NOBODY,
    "carepath_views.checkpoints": {APPENDER, PROJECTOR, READER},
}
"""Whose processes read each table. Only the owner of a table writes it."""

THOSE_WHO_CALL = """
    SELECT p.pronamespace::regnamespace || '.' || p.proname AS name,
        array_remove(array_agg(r.name) FILTER (
            WHERE has_function_privilege(r.name, p.oid, 'EXECUTE')), NULL) AS who
    FROM pg_proc AS p CROSS JOIN unnest($1::text[]) AS r (name)
    WHERE p.pronamespace::regnamespace::text LIKE 'carepath%' GROUP BY p.oid
"""
THOSE_WHO_READ = """
    SELECT c.oid::regclass::text AS name, array_remove(array_agg(r.name) FILTER (
        WHERE CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(r.name, c.oid, 'SELECT')
            ELSE has_table_privilege(r.name, c.oid, 'SELECT') END), NULL) AS who
    FROM pg_class AS c CROSS JOIN unnest($1::text[]) AS r (name)
    WHERE c.relnamespace::regnamespace::text LIKE 'carepath%' AND c.relkind NOT IN ('i', 'c')
    GROUP BY c.oid
"""
THOSE_WHO_WRITE = """
    SELECT c.oid::regclass::text AS name, r.name AS who
    FROM pg_class AS c CROSS JOIN unnest($1::text[]) AS r (name)
    WHERE c.relnamespace::regnamespace::text = 'carepath_log' AND c.relkind NOT IN ('i', 'c')
        AND CASE WHEN c.relkind = 'S' THEN has_sequence_privilege(r.name, c.oid, 'USAGE, UPDATE')
            ELSE has_table_privilege(r.name, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER') END
"""
PUBLIC = "carepath_test_nobody"
"""A role without any grant: what it may do, everybody may."""


@pytest_asyncio.fixture
async def owner(empty_dsn: str) -> AsyncIterator[PlainConnection]:
    """A log with its rights and the projector's catalogue, and a role that was granted nothing."""
    connection = await asyncpg.connect(empty_dsn)
    await migrate(connection)
    await apply_rights(connection)
    await connection.execute(f"CREATE ROLE {PUBLIC}")
    pool = await create_pool(empty_dsn, max_size=1)
    await pool.execute(f"SET ROLE {PROJECTOR}")
    await ensure_catalogue(pool)
    await pool.close()
    yield connection
    await connection.execute(f"DROP ROLE {PUBLIC}")
    await connection.close()


async def granted(owner: PlainConnection, question: str) -> dict[str, set[str]]:
    rows = await owner.fetch(question, [*EVERYBODY, PUBLIC])
    return {row["name"]: set(row["who"] or ()) for row in rows}


async def test_each_function_is_called_by_its_callers_and_nobody_else(
    owner: PlainConnection,
) -> None:
    assert await granted(owner, THOSE_WHO_CALL) == CALLS


async def test_each_table_is_read_by_its_readers_and_nobody_else(owner: PlainConnection) -> None:
    found = await granted(owner, THOSE_WHO_READ)
    assert {name: who for name, who in found.items() if who or name in READS} == READS
    assert found.keys() == READS.keys()


async def test_no_process_writes_a_table_of_the_log(owner: PlainConnection) -> None:
    assert await owner.fetch(THOSE_WHO_WRITE, [*EVERYBODY, PUBLIC]) == []


async def test_nothing_of_the_log_is_missing_in_the_files_of_rights(owner: PlainConnection) -> None:
    """What a later migration makes fails here by its name until somebody has decided about it."""
    assert await unnamed(owner) == []
    await owner.execute("CREATE TABLE carepath_log.forgotten ()")
    await owner.execute("CREATE FUNCTION carepath_log.lost() RETURNS void LANGUAGE sql AS ''")
    assert await unnamed(owner) == ["carepath_log.forgotten", "carepath_log.lost"]


async def test_what_the_rights_do_not_name_is_nobody_s(owner: PlainConnection) -> None:
    await owner.execute("CREATE TABLE carepath_log.forgotten ()")
    await owner.execute("CREATE FUNCTION carepath_log.lost() RETURNS void LANGUAGE sql AS ''")
    await apply_rights(owner)
    assert (await granted(owner, THOSE_WHO_READ))["carepath_log.forgotten"] == NOBODY
    assert (await granted(owner, THOSE_WHO_CALL))["carepath_log.lost"] == NOBODY


async def test_everything_of_the_log_belongs_to_its_owner(owner: PlainConnection) -> None:
    assert ROLES[0] == "carepath_owner"
    strangers = await owner.fetch(
        """SELECT proname FROM pg_proc WHERE pronamespace = 'carepath_log'::regnamespace
        AND proowner <> 'carepath_owner'::regrole UNION ALL
        SELECT relname FROM pg_class WHERE relnamespace = 'carepath_log'::regnamespace
        AND relkind NOT IN ('i', 'c') AND relowner <> 'carepath_owner'::regrole"""
    )
    assert strangers == []


async def test_views_that_another_login_made_pass_to_the_projector(
    empty_dsn: str, owner: PlainConnection
) -> None:
    await owner.execute("DROP SCHEMA carepath_views CASCADE")
    await owner.execute("CREATE SCHEMA view_a; CREATE TABLE view_a.b AS SELECT 7 AS c")
    pool = await create_pool(empty_dsn, max_size=1)
    await ensure_catalogue(pool)
    await apply_rights(owner)
    await pool.execute(f"SET ROLE {PROJECTOR}")
    await ensure_catalogue(pool)
    await pool.execute("SELECT carepath_views.drop_copy('view_c'); UPDATE view_a.b SET c = 8")
    await pool.execute(f"SET ROLE {READER}")
    assert await pool.fetchval("SELECT c FROM view_a.b") == 8
    await pool.close()
    assert await granted(owner, THOSE_WHO_CALL) == CALLS
    assert await granted(owner, THOSE_WHO_READ) == READS


async def unnamed(owner: PlainConnection) -> list[str]:
    """Tables, sequences and functions of the log that no file of rights names."""
    said = "\n".join(file.read_text() for file in STEPS.glob("*.sql"))
    words = {word.strip(",;") for word in said.split()}
    there = {**await granted(owner, THOSE_WHO_READ), **await granted(owner, THOSE_WHO_CALL)}
    return sorted(name for name in there.keys() - words if name.startswith("carepath_log."))
