"""A view whose rows follow from single events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.events.base import Event
from domain.events.envelope import RecordedEvent
from domain.events.erased import ContentErased
from eventstore.connect import Connection
from projections.folded.entity import Row, Table
from projections.sql import queries_in
from projections.view import View

Told = Callable[[RecordedEvent], Sequence[Row]]
"""The rows that an event adds. Of one that only settles what became of an erasure: none."""


@dataclass(frozen=True, slots=True)
class Added:
    """What a batch adds, and the entities of which nothing is left."""

    rows: tuple[Row, ...]
    erased: tuple[str, ...]


AppendedView = View[None, Added]


def appended_view(
    name: str,
    folder: Path,
    *,
    entities: Sequence[str],
    table: Table,
    told: Told,
    erasing: tuple[type[Event], ...],
) -> AppendedView:
    """The view of this name, with the table of `schema.sql` in its folder.

    `entities` are the kinds that it follows, `erasing` the events that give an entity's record up.
    `drop_<table>.sql` drops the rows of entities by an array of their ids.
    """
    own = queries_in(folder)
    ending: tuple[type[Event], ...] = (*erasing, ContentErased)

    async def load(_connection: Connection, _events: Sequence[RecordedEvent]) -> None:
        """Rows that only follow from the events need nothing of what is there."""

    def fold(_before: None, events: Sequence[RecordedEvent]) -> Added:
        erased = {one.stream_id for one in events if isinstance(one.event, ending)}
        rows = (row for one in events if one.stream_id not in erased for row in told(one))
        return Added(tuple(rows), tuple(sorted(erased)))

    async def save(connection: Connection, added: Added) -> None:
        records: list[tuple[Any, ...]] = [table.values(row) for row in added.rows]
        if records:
            await connection.copy_records_to_table(
                table.name, records=records, columns=table.columns
            )
        if added.erased:
            await connection.execute(own(f"drop_{table.name}"), list(added.erased))

    return View(name, tuple(entities), folder, load, fold, save)
