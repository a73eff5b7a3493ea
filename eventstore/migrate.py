"""Brings the log's database to the present schema: numbered files, forward only.

Each file of `migrations/` is applied once, in order, in a transaction of its own, and its hash is
kept: an applied file never changes.
"""

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import asyncpg

from eventstore.connect import Connection, Pool
from eventstore.errors import MigrationError, SchemaBehind, store_errors
from eventstore.sql import query

MIGRATIONS = Path(__file__).parent / "migrations"
NEVER_MIGRATED = (asyncpg.UndefinedTableError, asyncpg.InvalidSchemaNameError)
RIGHTS_BEHIND = (
    "this login may not see how far the database is migrated: its rights are those of an earlier "
    "version, or it is in none of carepath's roles; run carepath migrate of this version"
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One file, named `NNNN_what_it_does.sql`."""

    number: int
    name: str
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


async def migrate(connection: Connection, folder: Path = MIGRATIONS) -> list[str]:
    """Apply what is missing and return the names of the files applied, in order.

    Two processes that start at once take turns. Raises `MigrationError` if an applied file has
    changed or is gone, if a file comes too late, if the database is newer than this code, or if two
    files have one number. Raises `StoreUnavailable`.
    """
    known = migrations_in(folder)
    with store_errors():
        await connection.execute(query("lock_migrations"))
        try:
            await connection.execute(query("create_migration_ledger"))
            missing = _missing(known, await connection.fetch(query("applied_migrations")))
            for migration in missing:
                await _apply(connection, migration)
        finally:
            await connection.execute(query("unlock_migrations"))
    return [migration.name for migration in missing]


async def require_migrated(source: Pool | Connection, folder: Path = MIGRATIONS) -> None:
    """Raise unless the schema is the one that this code was written for.

    `SchemaBehind` if migrations are missing, `MigrationError` if there are later or other ones.
    Raises `StoreUnavailable`.
    """
    with store_errors():
        try:
            applied = await source.fetch(query("applied_migrations"))
        except NEVER_MIGRATED:
            applied = []
        except asyncpg.InsufficientPrivilegeError:
            raise MigrationError(RIGHTS_BEHIND) from None
    missing = _missing(migrations_in(folder), applied)
    if missing:
        raise SchemaBehind([migration.name for migration in missing])


def migrations_in(folder: Path) -> list[Migration]:
    """The migrations of a folder, in order. Raises `MigrationError` if two have one number."""
    found = [
        Migration(int(path.stem.split("_")[0]), path.name, path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("[0-9]*_*.sql"))
    ]
    for before, migration in pairwise(found):
        if migration.number == before.number:
            message = f"{before.name} and {migration.name} have one number: give each its own"
            raise MigrationError(message)
    return found


def _missing(known: list[Migration], applied: list[asyncpg.Record]) -> list[Migration]:
    by_number = {migration.number: migration for migration in known}
    last = 0
    for row in applied:
        last = row["number"]
        _require_same(by_number.pop(last, None), row, known[-1].number if known else 0)
    for late in by_number.values():
        if late.number < last:
            message = f"migration {late.name} comes too late, {last} was applied: number it higher"
            raise MigrationError(message)
    return list(by_number.values())


def _require_same(migration: Migration | None, row: asyncpg.Record, newest: int) -> None:
    if migration is None and row["number"] > newest:
        message = (
            f"the database has migration {row['name']}, which this carepath does not know: "
            "it was migrated by a later version; run that version or a newer one"
        )
        raise MigrationError(message)
    if migration is None:
        message = f"migration {row['name']} was applied and its file is gone: restore the file"
        raise MigrationError(message)
    if migration.sha256 != row["sha256"]:
        message = (
            f"migration {migration.name} has changed since it was applied as {row['name']}: "
            "restore the file and put the change into a migration of its own"
        )
        raise MigrationError(message)


async def _apply(connection: Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(query("limit_migration"))
        await connection.execute(migration.text)
        await connection.execute(
            query("record_migration"), migration.number, migration.name, migration.sha256
        )
