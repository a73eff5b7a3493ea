"""A small view for the tests of the runner: how many events each pathway has."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.events.envelope import RecordedEvent
from eventstore.connect import Connection, Pool
from projections.tables import looking_into
from projections.view import View

TABLES = "CREATE TABLE tally (stream_id text PRIMARY KEY, events integer NOT NULL);"
SAVE = """
INSERT INTO tally SELECT stream_id, count(*) FROM unnest($1::text[]) AS stream_id GROUP BY 1
ON CONFLICT (stream_id) DO UPDATE SET events = tally.events + excluded.events
"""


class CannotTell(Exception):
    """What the handlers of these tests raise; its words must not leave the process."""


async def nothing(_connection: Connection) -> None:
    """Let everything through."""


@dataclass
class Tally:
    """`broken_at` are the versions of events that its handler cannot take in."""

    folder: Path
    name: str = "tally"
    broken_at: set[int] = field(default_factory=set)
    before_folding: Callable[[Connection], Awaitable[None]] = nothing
    before_saving: Callable[[Connection], Awaitable[None]] = nothing
    after_saving: Callable[[Connection], Awaitable[None]] = nothing

    def view(self, tables: str = TABLES) -> View[Any, Any]:
        folder = self.folder / self.name
        folder.mkdir(exist_ok=True)
        (folder / "schema.sql").write_text(tables)
        return View(self.name, ("pathway",), folder, self._load, self._fold, self._save)

    async def _load(self, connection: Connection, _events: Sequence[RecordedEvent]) -> None:
        await self.before_folding(connection)

    def _fold(self, _before: None, events: Sequence[RecordedEvent]) -> list[str]:
        if any(recorded.version in self.broken_at for recorded in events):
            raise CannotTell("Avery Example")
        return [recorded.stream_id for recorded in events]

    async def _save(self, connection: Connection, streams: list[str]) -> None:
        await self.before_saving(connection)
        await connection.execute(SAVE, streams)
        await self.after_saving(connection)


async def tallied(pool: Pool, schema: str = "view_tally") -> dict[str, int]:
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch("SELECT stream_id, events FROM tally")
    return {row["stream_id"]: row["events"] for row in rows}
