"""A view whose rows follow from single events."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.events import registry
from domain.events.base import Event
from domain.events.envelope import RecordedEvent
from domain.events.erased import ContentErased
from eventstore.connect import Connection
from projections.folded.entity import Key, Row, Table
from projections.sql import queries_in
from projections.view import View

Told = Callable[[RecordedEvent], Sequence[Row]]
"""The rows that an event adds."""


TakenBack = Callable[[RecordedEvent], Sequence[Key]]
"""The keys of the rows that an event takes back."""


@dataclass(frozen=True, slots=True)
class Added:
    """What a batch adds and takes back, and at which `seq` all before was erased of which entities.

    A row may be added and taken back by the same batch.
    """

    rows: tuple[Row, ...]
    taken_back: tuple[Key, ...]
    erased: Mapping[str, int]


AppendedView = View[None, Added]


def _nothing_back(_recorded: RecordedEvent) -> Sequence[Key]:
    return ()


def appended_view(
    name: str,
    table: Table,
    told: Told,
    heeds: tuple[type[Event], ...],
    taken_back: TakenBack = _nothing_back,
) -> AppendedView:
    """The view of this name, with one table, which stands in the view's folder.

    `heeds` are the types of events that add rows or take rows back: it follows the entities that
    these are of. `take_back_<table>.sql` takes rows back by arrays of the columns of their keys.
    `drop_<table>.sql` drops the rows of erased entities by arrays of their ids and of the `seq` of
    their erasure: what is told later stays, in whatever batches the log is read.
    """
    heeded = {one.name for one in registry.TYPES if one.model in heeds}
    entities = tuple(dict.fromkeys(one.partition(".")[0] for one in sorted(heeded)))
    followed = (one for one in registry.TYPES if one.name.partition(".")[0] in entities)

    def fold(_before: None, events: Sequence[RecordedEvent]) -> Added:
        erased = {one.stream_id: one.seq for one in events if _erases(one)}
        rows = (row for one in events for row in told(one))
        back = (key for one in events for key in taken_back(one))
        return Added(tuple(rows), tuple(back), erased)

    async def save(connection: Connection, added: Added) -> None:
        if added.rows:
            records = map(table.values, added.rows)
            await connection.copy_records_to_table(
                table.name, records=records, columns=table.columns
            )
        if added.taken_back:
            take_back = queries_in(table.folder)(f"take_back_{table.name}")
            await connection.execute(take_back, *map(list, zip(*added.taken_back, strict=True)))
        if added.erased:
            await connection.execute(table.drop, list(added.erased), list(added.erased.values()))

    return View(
        name=name,
        entities=entities,
        folder=table.folder,
        load=_nothing,
        fold=fold,
        save=save,
        passed_by=frozenset(one.name for one in followed if not (one.erases or one.name in heeded)),
    )


async def _nothing(_connection: Connection, _events: Sequence[RecordedEvent]) -> None:
    """Rows that follow from the events alone need nothing of what is there."""


def _erases(recorded: RecordedEvent) -> bool:
    return isinstance(recorded.event, ContentErased) or registry.erases(recorded.type)
