"""The schema: in steps or at once it comes out the same, and what was applied stays."""

import asyncio
import re
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from eventstore.connect import PlainConnection
from eventstore.errors import MigrationError, SchemaBehind
from eventstore.migrate import MIGRATIONS, migrate, migrations_in, require_migrated

pytestmark = pytest.mark.asyncio

Tool = Callable[..., Awaitable[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations that a test may change."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))


async def test_a_fresh_schema_equals_all_migrations_replayed_one_by_one(
    empty_dsn: str, log_dsn: str, tmp_path: Path, tool: Tool
) -> None:
    files = sorted(MIGRATIONS.glob("*.sql"))
    assert len(files) > 1
    connection = await asyncpg.connect(empty_dsn)
    for file in files:
        shutil.copy(file, tmp_path)
        assert await migrate(connection, tmp_path) == [file.name]
    await connection.close()

    assert await _schema(tool, empty_dsn) == await _schema(tool, log_dsn)


async def _schema(tool: Tool, dsn: str) -> str:
    dump = await tool("pg_dump", "--schema-only", dsn)
    assert "carepath_log.events" in dump
    return re.sub(r"(?m)^\\(un)?restrict .*$", "", dump)


async def test_applied_migrations_are_not_applied_again(on_empty: PlainConnection) -> None:
    assert await migrate(on_empty) == [migration.name for migration in migrations_in(MIGRATIONS)]
    assert await migrate(on_empty) == []


async def test_two_processes_that_start_at_once_migrate_once(
    on_empty: PlainConnection, empty_dsn: str
) -> None:
    other = await asyncpg.connect(empty_dsn)
    applied = await asyncio.gather(migrate(on_empty), migrate(other))
    await other.close()
    assert sorted(map(len, applied)) == [0, len(migrations_in(MIGRATIONS))]


async def test_a_file_that_changed_after_it_was_applied_is_named(
    on_empty: PlainConnection, folder: Path
) -> None:
    await migrate(on_empty, folder)
    changed = folder / "0002_refuse_rewriting.sql"
    changed.write_text(changed.read_text() + "-- a comment\n")

    with pytest.raises(MigrationError, match=r"0002_refuse_rewriting\.sql has changed"):
        await migrate(on_empty, folder)


async def test_a_database_newer_than_the_code_is_refused(
    on_empty: PlainConnection, folder: Path
) -> None:
    later = folder / "9998_later.sql"
    later.write_text("CREATE TABLE carepath_log.later ();")
    assert later.name in await migrate(on_empty, folder)

    with pytest.raises(MigrationError, match=later.name):
        await migrate(on_empty)


async def test_a_migration_that_fails_leaves_nothing_and_those_before_it_stay(
    on_empty: PlainConnection, folder: Path
) -> None:
    bad = folder / "9999_bad.sql"
    bad.write_text("CREATE TABLE carepath_log.half (); SELECT 1 / 0;")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(on_empty, folder)

    assert await on_empty.fetchval("SELECT to_regclass('carepath_log.half')") is None
    bad.unlink()
    assert await migrate(on_empty, folder) == []


async def test_an_applied_file_that_is_gone_is_named(
    on_empty: PlainConnection, folder: Path
) -> None:
    await migrate(on_empty, folder)
    (folder / "0003_append.sql").unlink()
    with pytest.raises(MigrationError, match=r"0003_append\.sql was applied and its file is gone"):
        await migrate(on_empty, folder)


async def test_two_files_with_one_number_are_refused(
    on_empty: PlainConnection, folder: Path
) -> None:
    (folder / "0003_other.sql").write_text("SELECT 1;")
    with pytest.raises(MigrationError, match=r"0003_append\.sql and 0003_other\.sql"):
        await migrate(on_empty, folder)
    assert await on_empty.fetchval("SELECT to_regnamespace('carepath_log')") is None


async def test_a_file_that_comes_after_a_later_one_was_applied_is_refused(
    on_empty: PlainConnection, tmp_path: Path
) -> None:
    (tmp_path / "0004_next.sql").write_text("CREATE TABLE carepath_log.next ();")
    await migrate(on_empty, tmp_path)
    (tmp_path / "0003_late.sql").write_text("CREATE TABLE carepath_log.late ();")

    with pytest.raises(MigrationError, match=r"0003_late\.sql comes too late, 4 was applied"):
        await migrate(on_empty, tmp_path)


async def test_a_process_needs_exactly_the_schema_that_it_was_written_for(
    on_empty: PlainConnection, folder: Path
) -> None:
    with pytest.raises(SchemaBehind, match=r"from 0001_events\.sql to .*run carepath migrate"):
        await require_migrated(on_empty)

    await migrate(on_empty, folder)
    await require_migrated(on_empty, folder)

    (folder / "9998_later.sql").write_text("CREATE TABLE carepath_log.later ();")
    with pytest.raises(SchemaBehind, match="lacks 1 migrations, from 9998"):
        await require_migrated(on_empty, folder)
    await migrate(on_empty, folder)
    with pytest.raises(MigrationError, match=r"migrated by a later version; run that version"):
        await require_migrated(on_empty)


async def test_a_login_without_rights_is_told_to_migrate(on_empty: PlainConnection) -> None:
    await migrate(on_empty)
    undone = on_empty.transaction()
    await undone.start()
    await on_empty.execute("CREATE ROLE carepath_test_stranger")
    await on_empty.execute("SET LOCAL ROLE carepath_test_stranger")
    with pytest.raises(MigrationError, match="may not see how far"):
        await require_migrated(on_empty)
    await undone.rollback()
