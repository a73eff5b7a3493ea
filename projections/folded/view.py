"""A view made of folded entities: what is kept of them, and its tables, written as they change."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.events.envelope import RecordedEvent
from eventstore.connect import Connection
from projections.folded.batch import AllShown, Changed, Shown, changed, folded, shown
from projections.folded.entity import Entity, Folding, Kinds, Row, Table, kind_of
from projections.folded.memory import Memory
from projections.sql import queries_in
from projections.view import Load, View

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)


@dataclass(frozen=True, slots=True)
class Before:
    """What is shown of a batch's entities before it, and the memory of the copy, if it has one."""

    shown: AllShown
    memory: Memory | None = None


FoldedView = View[Before, Changed]


def folded_view(
    name: str, folder: Path, entities: Sequence[Entity[Any]], tables: Sequence[Table]
) -> FoldedView:
    """The view of this name, with the tables of `schema.sql` in its folder, and others' tables.

    A batch drops and adds the rows that differ after it, and no others.
    """
    way = _Way(
        kinds={entity.kind: entity for entity in entities},
        tables={table.row: table for table in tables},
    )
    others = sorted({table.folder for table in tables} - {folder})
    return View(
        name=name,
        entities=tuple(way.kinds),
        folder=folder,
        load=way.load,
        fold=way.fold,
        save=way.save,
        remembering=way.remembering,
        further_tables=tuple(one / "schema.sql" for one in (FOLDER, *others)),
        passed_by=frozenset().union(*(entity.passed_by for entity in entities)),
    )


@dataclass(frozen=True)
class _Way:
    """A batch's way into the tables."""

    kinds: Kinds
    tables: Mapping[type, Table]

    async def load(self, connection: Connection, events: Sequence[RecordedEvent]) -> Before:
        return Before(await self._read(connection, {one.stream_id for one in events}))

    def remembering(self) -> Load[Before]:
        memory = Memory()

        async def recall(connection: Connection, events: Sequence[RecordedEvent]) -> Before:
            wanted = {one.stream_id for one in events}
            known = memory.of(wanted)
            unknown = wanted - known.keys()
            return Before({**known, **await self._read(connection, unknown)}, memory)

        return recall

    def fold(self, before: Before, events: Sequence[RecordedEvent]) -> Changed:
        after = folded(self.kinds, before.shown, events)
        if before.memory:
            before.memory.keep(after)
        return changed(before.shown, after)

    async def save(self, connection: Connection, after: Changed) -> None:
        await _save_states(connection, after)
        for table, rows in self._by_table(after.dropped):
            keys = zip(*map(table.key_of, rows), strict=True)
            await connection.execute(table.drop, *map(list, keys))
        for table, rows in self._by_table(after.added):
            await connection.copy_records_to_table(
                table.name, records=map(table.values, rows), columns=table.columns
            )

    async def _read(self, connection: Connection, entity_ids: AbstractSet[str]) -> dict[str, Shown]:
        if not entity_ids:
            return {}
        rows = await connection.fetch(query("load"), list(entity_ids))
        return {row["entity_id"]: self._shown(row) for row in rows}

    def _shown(self, row: Any) -> Shown:
        entity = self.kinds[kind_of(row["entity_id"])]
        folding = Folding(entity.state_of(row["state"]), row["version"], row["last_event_at"])
        return shown(entity, row["entity_id"], folding)

    def _by_table(self, rows: Iterable[Row]) -> Iterable[tuple[Table, list[Row]]]:
        found: dict[type, list[Row]] = {}
        for row in rows:
            found.setdefault(type(row), []).append(row)
        return [(self.tables[row_class], of_it) for row_class, of_it in found.items()]


async def _save_states(connection: Connection, after: Changed) -> None:
    rows = [
        (
            entity_id,
            one.version,
            one.last_event_at,
            one.state.model_dump_json(exclude_defaults=True),
        )
        for entity_id, one in after.kept.items()
    ]
    if rows:
        await connection.execute(query("save"), *map(list, zip(*rows, strict=True)))
    if after.forgotten:
        await connection.execute(query("drop"), list(after.forgotten))
