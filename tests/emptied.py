"""A log that is empty again for each test: its rows go, and its schema where a test changed it.

Making the schema takes a fifth of a second, emptying its tables a hundredth.
"""

import asyncpg

from eventstore.connect import PlainConnection
from eventstore.migrate import migrate

END_OTHERS = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
DROP = """
    DO $$ DECLARE found text; BEGIN
        FOR found IN SELECT nspname FROM pg_namespace WHERE nspname ~ '{}' LOOP
            EXECUTE format('DROP SCHEMA %I CASCADE', found);
        END LOOP;
    END $$
"""
DROP_VIEWS = DROP.format("^(carepath_views|view)")
DROP_ALL = DROP.format("^(carepath|view)")

EMPTY = """
    DO $$ DECLARE off text; back_on text; found regclass; BEGIN
        SELECT string_agg(format('ALTER TABLE %s DISABLE TRIGGER %I', t, name), ';'),
            string_agg(format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', t, name), ';')
            INTO off, back_on
            FROM (SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgenabled = 'A')
                AS guards (t, name);
        EXECUTE off;
        FOR found IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relname <> 'migrations'
            AND relnamespace = 'carepath_log'::regnamespace
        LOOP
            EXECUTE format('DELETE FROM %s', found);
        END LOOP;
        EXECUTE back_on;
        INSERT INTO carepath_log.watermark DEFAULT VALUES;
        PERFORM setval('carepath_log.events_seq', 1, false);
    END $$
"""
"""By DELETE, though triggers refuse it: TRUNCATE makes fifty files and takes ten times as long."""

CATALOGUES = (
    "pg_attrdef",
    "pg_attribute",
    "pg_class",
    "pg_constraint",
    "pg_default_acl",
    "pg_event_trigger",
    "pg_extension",
    "pg_index",
    "pg_namespace",
    "pg_operator",
    "pg_policy",
    "pg_proc",
    "pg_rewrite",
    "pg_type",
    "carepath_log.migrations",
)
STATE = " UNION ALL ".join(
    [
        "SELECT md5(string_agg(t::text, ',' ORDER BY oid)) AS one FROM pg_trigger AS t",
        *(
            f"SELECT '{name}' || count(*) || '/' || max(xmin::text::bigint) FROM {name}"  # noqa: S608
            for name in CATALOGUES
        ),
    ]
)
"""Of each catalogue how many rows it has, and who last wrote one: whatever alters a schema does.

Of triggers what they are: many tests turn one off and on again.
"""


class EmptiedLog:
    """The log of one database, which `be_empty` gives back as migrations make it."""

    def __init__(self) -> None:
        self._made: list[str] | None = []

    async def be_empty(self, dsn: str) -> None:
        """Sessions that an earlier test left open are ended."""
        connection = await asyncpg.connect(dsn)
        await connection.execute(END_OTHERS)
        await connection.execute(DROP_VIEWS)
        if self._made == await _state(connection):
            await connection.execute(EMPTY)
        else:
            await connection.execute(DROP_ALL)
            await migrate(connection)
        self._made = await _state(connection)
        await connection.close()


async def _state(connection: PlainConnection) -> list[str] | None:
    try:
        return [row["one"] for row in await connection.fetch(STATE)]
    except asyncpg.UndefinedTableError:
        return None
