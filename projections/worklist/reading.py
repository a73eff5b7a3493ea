"""Reading the worklist: plain SQL, past the domain."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eventstore.connect import Pool
from projections.tables import looking_into
from projections.worklist.item import Item, Source
from projections.worklist.view import WORKLIST, query

EVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ToDo(Item):
    """An item with its patient's name and phase; absent where it is about nobody."""

    patient_name: str | None
    phase: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which items a list shows; what is None does not matter.

    `owners` are clinicians' ids and roles: whoever looks at what is theirs gives both. `until` is
    the latest instant at which something may be due: the past is always shown.
    """

    owners: tuple[str, ...] | None = None
    until: datetime = EVER
    programme: str | None = None
    phase: str | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: its last item."""

    due_at: datetime
    entity_id: str
    item: str


@dataclass(frozen=True, slots=True)
class Load:
    """How much falls to an owner: what is due within a time, and how much of it is overdue."""

    owner: str
    items: int
    overdue: int


EVERYTHING = Wanted()
FIRST = Place(datetime.min.replace(tzinfo=UTC), "", "")


async def list_items(
    pool: Pool,
    wanted: Wanted = EVERYTHING,
    *,
    limit: int,
    after: Place = FIRST,
    schema: str = WORKLIST.schema,
) -> list[ToDo]:
    """At most `limit` items, what is due first before the rest, beginning after a place.

    `schema` is that of another copy, to read the worklist as of an instant. Raises `ViewAbsent`,
    `StoreUnavailable`.
    """
    marks = (after.due_at, after.entity_id, after.item)
    filters = (wanted.until, wanted.programme, wanted.phase, wanted.source)
    whose = "list" if wanted.owners is None else "list_owned"
    name = f"{whose}_of_source" if wanted.source else whose
    owners = () if wanted.owners is None else (list(dict.fromkeys(wanted.owners)),)
    return await _fetch(pool, schema, name, *marks, *filters, limit, *owners)


async def items_of_kind(
    pool: Pool, kind: str, *, limit: int, after: Place = FIRST, schema: str = WORKLIST.schema
) -> list[ToDo]:
    """At most `limit` items of a kind, such as every progress review. Raises as `list_items`."""
    marks = (after.due_at, after.entity_id, after.item)
    return await _fetch(pool, schema, "of_kind", kind, *marks, limit)


async def items_of_subject(
    pool: Pool, pathway_id: str, *, schema: str = WORKLIST.schema
) -> list[ToDo]:
    """All that is to be done about one patient. Raises as `list_items`."""
    return await _fetch(pool, schema, "of_subject", pathway_id)


async def loads(
    pool: Pool, now: datetime, until: datetime = EVER, *, schema: str = WORKLIST.schema
) -> list[Load]:
    """How much falls to each owner until an instant. Raises as `list_items`."""
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query("counts"), now, until)
    return [Load(**row) for row in rows]


async def _fetch(pool: Pool, schema: str, name: str, *arguments: Any) -> list[ToDo]:
    async with looking_into(pool, schema) as connection:
        rows = await connection.fetch(query(name), *arguments)
    return [ToDo(**row) for row in rows]
