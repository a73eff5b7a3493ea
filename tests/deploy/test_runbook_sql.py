"""Statements that a runbook tells somebody to run at night do what it says."""

import re
from collections.abc import Awaitable, Callable

from eventstore.connect import PlainConnection
from tests.deploy.files import ROOT

Connect = Callable[[], Awaitable[PlainConnection]]

_SQL = re.compile(r"^ *```sql\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def statements(page: str) -> list[str]:
    return _SQL.findall((ROOT / "docs" / "runbooks" / page).read_text(encoding="utf-8"))


async def test_the_statement_of_the_runbook_names_the_writer_that_is_left_open(
    connect: Connect,
) -> None:
    [who] = statements("watermark-stuck.md")
    writer, reader, operator = await connect(), await connect(), await connect()
    writing, reading = writer.transaction(), reader.transaction()
    await writing.start()
    await reading.start()
    await writer.execute("SELECT pg_current_xact_id()")
    await reader.execute("SELECT count(*) FROM carepath_log.events")
    named = [row["pid"] for row in await operator.fetch(who)]
    assert writer.get_server_pid() in named
    assert reader.get_server_pid() not in named
    ended = "SELECT pg_terminate_backend($1, 30000)"
    assert await operator.fetchval(ended, writer.get_server_pid())
    await reading.rollback()
    named = [row["pid"] for row in await operator.fetch(who)]
    assert writer.get_server_pid() not in named
