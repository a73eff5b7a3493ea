"""What a folded view says of each kind of entity that it follows: what to keep, which rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any, Generic, TypeVar

from domain.events.base import Event
from domain.events.registry import TYPES
from domain.value import Value
from projections.sql import queries_in

S = TypeVar("S", bound=Value)

Row = Any
"""An instance of a table's row class: frozen, and comparable with others."""

Key = tuple[Any, ...]
"""The values of a row's primary key."""


@dataclass(frozen=True, slots=True)
class Folding(Generic[S]):
    """An entity's state after its event number `version`, which happened at `last_event_at`.

    That is the latest one of those that the view heeds.
    """

    state: S
    version: int
    last_event_at: datetime


@dataclass(frozen=True)
class Table:
    """A table of a view: each row is an instance of `row`, which has a field for each column.

    `key` are the columns of its primary key, in which an entity's rows can never meet those of
    another. `schema.sql` in its folder makes it, and `drop_<name>.sql` drops rows by arrays of
    these columns' values.
    """

    name: str
    row: type
    key: tuple[str, ...]
    folder: Path

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(one.name for one in fields(self.row))

    @cached_property
    def values(self) -> Callable[[Row], tuple[Any, ...]]:
        """The columns of a row, in their order."""
        return _tuple_of(self.columns)

    @property
    def drop(self) -> str:
        """The query that drops rows."""
        return queries_in(self.folder)(f"drop_{self.name}")

    @cached_property
    def key_of(self) -> Callable[[Row], Key]:
        return _tuple_of(self.key)


@dataclass(frozen=True)
class Entity(Generic[S]):
    """One kind of entity, as one view sees it: pure functions all.

    - `kind` is the prefix of its stream ids, `state` what is known before anything happened;
    - `evolve` is its Decider's, or that of a state which knows more, around it;
    - `remembered` is the state without the past that no row depends on. Whenever it is applied,
      no row changes by it, then or later, and what is remembered in the end is the same;
    - `rows` are those of every table that follow from this entity alone;
    - `gone` is true of an entity that never was or is erased: nothing is kept of it;
    - `heeds` are the types of events that change any row; all of them, if none is named. What
      erases the entity is always heeded.
    """

    kind: str
    state: S
    evolve: Callable[[S, Any], S]
    rows: Callable[[str, Folding[S]], Sequence[Row]]
    remembered: Callable[[S], S] = lambda state: state
    gone: Callable[[S], bool] = lambda state: getattr(state, "status", "") in ("absent", "erased")
    heeds: tuple[type[Event], ...] = ()

    @property
    def passed_by(self) -> frozenset[str]:
        """The stored types of its events that change nothing. Never one that nobody knows yet."""
        if not self.heeds:
            return frozenset()
        own = (one for one in TYPES if one.name.startswith(f"{self.kind}."))
        return frozenset(one.name for one in own if not (one.erases or one.model in self.heeds))

    def state_of(self, text: str) -> S:
        """The state that was kept as JSON."""
        return type(self.state).model_validate_json(text)


Kinds = Mapping[str, Entity[Any]]
"""Entities by their kind."""


def kind_of(entity_id: str) -> str:
    """The prefix of an entity's id."""
    return entity_id.partition("-")[0]


def _tuple_of(names: tuple[str, ...]) -> Callable[[Row], tuple[Any, ...]]:
    read = attrgetter(*names)
    return read if len(names) > 1 else lambda row: (read(row),)
