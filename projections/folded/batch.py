"""Folding a batch of events: the entities after it, and which rows change by that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from domain.events.envelope import RecordedEvent
from projections.folded.entity import Entity, Folding, Kinds, Row, kind_of


@dataclass(frozen=True, slots=True)
class Shown:
    """An entity and the rows that a view shows of it; neither, if it is gone."""

    folding: Folding[Any] | None
    rows: tuple[Row, ...]


NOTHING = Shown(None, ())

AllShown = Mapping[str, Shown]
"""By the entities' ids; whoever is not among them is not shown at all."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a batch comes to: rows to drop and to add, entities to keep and to forget.

    A row that becomes another is dropped and added.
    """

    dropped: tuple[Row, ...]
    added: tuple[Row, ...]
    kept: Mapping[str, Folding[Any]]
    forgotten: tuple[str, ...]


def shown(entity: Entity[Any], entity_id: str, folding: Folding[Any]) -> Shown:
    """What a view shows of an entity in this state."""
    if entity.gone(folding.state):
        return NOTHING
    return Shown(folding, tuple(entity.rows(entity_id, folding)))


def folded(kinds: Kinds, before: AllShown, events: Sequence[RecordedEvent]) -> dict[str, Shown]:
    """The entities of a batch after it."""
    after: dict[str, Folding[Any]] = {}
    for recorded in events:
        entity_id = recorded.stream_id
        known = after.get(entity_id) or before.get(entity_id, NOTHING).folding
        after[entity_id] = _step(kinds[kind_of(entity_id)], known, recorded)
    return {one: _remembered(kinds[kind_of(one)], one, folding) for one, folding in after.items()}


def changed(before: AllShown, after: AllShown) -> Changed:
    """What has to be written so that what was shown before becomes what is shown after."""
    rows_before = _each_row(before.get(one, NOTHING) for one in after)
    rows_after = _each_row(after.values())
    return Changed(
        dropped=tuple(row for row in rows_before if row not in rows_after),
        added=tuple(row for row in rows_after if row not in rows_before),
        kept={one: each.folding for one, each in after.items() if each.folding},
        forgotten=tuple(one for one, each in after.items() if not each.folding and one in before),
    )


def _step(entity: Entity[Any], known: Folding[Any] | None, recorded: RecordedEvent) -> Folding[Any]:
    return Folding(
        state=entity.evolve(known.state if known else entity.state, recorded.event),
        version=recorded.version,
        last_event_at=recorded.effective_at,
    )


def _remembered(entity: Entity[Any], entity_id: str, folding: Folding[Any]) -> Shown:
    if entity.gone(folding.state):
        return NOTHING
    return shown(entity, entity_id, replace(folding, state=entity.remembered(folding.state)))


def _each_row(shown_: Iterable[Shown]) -> dict[Row, None]:
    return {row: None for each in shown_ for row in each.rows}
