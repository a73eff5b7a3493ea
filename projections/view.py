"""What a view is: its tables, and three functions that take a batch of events into them."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from domain.events.envelope import RecordedEvent
from eventstore.connect import Connection
from projections.sources import modules_behind, source_of

B = TypeVar("B")
A = TypeVar("A")

Load = Callable[[Connection, Sequence[RecordedEvent]], Awaitable[B]]


@dataclass(frozen=True)
class View(Generic[B, A]):
    """One view of the log.

    `entities` are the kinds of streams that it follows; events of others pass it by. `folder` is
    the view's package, with the tables in `schema.sql`, unqualified. A batch goes through

    - `load`: what the view already holds about the batch's streams (one query, reads only),
    - `fold`: pure; what the view must hold after the batch,
    - `save`: writes that, set-based; it runs in the transaction that moves the checkpoint.

    `remembering`, if given, makes a `load` for one copy that reads less than the other: it may
    remember what the batches before came to, as long as each of them was written.
    `further_tables` are SQL files that make more tables, `passed_by` stored types of events that
    the view need not be given.
    """

    name: str
    entities: tuple[str, ...]
    folder: Path
    load: Load[B]
    fold: Callable[[B, Sequence[RecordedEvent]], A]
    save: Callable[[Connection, A], Awaitable[None]]
    remembering: Callable[[], Load[B]] | None = None
    further_tables: tuple[Path, ...] = ()
    passed_by: frozenset[str] = frozenset()

    @property
    def schema(self) -> str:
        """The PostgreSQL schema that readers see."""
        return f"view_{self.name}"

    @property
    def next_schema(self) -> str:
        """Where a rebuild fills its tables."""
        return f"view_{self.name}_next"

    @property
    def old_schema(self) -> str:
        """Where a switch puts what readers saw before, to be dropped."""
        return f"view_{self.name}_old"

    @property
    def tables(self) -> str:
        """The SQL that makes the view's tables."""
        files = (self.folder / "schema.sql", *self.further_tables)
        return "\n".join(file.read_text(encoding="utf-8") for file in files)

    @property
    def relies_on(self) -> tuple[str, ...]:
        """The modules outside its own files from which its content follows."""
        return modules_behind(path for path in self._own if path.suffix == ".py")

    @cached_property
    def version(self) -> str:
        """The hash of all that the view's content follows from (hexadecimal SHA-256)."""
        digest = hashlib.sha256()
        for path in (*self._own, *self.further_tables, *map(source_of, self.relies_on)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def follows(self, stream_id: str, event_type: str) -> bool:
        """Whether the view has to be given the events of this stream and stored type."""
        return stream_id.partition("-")[0] in self.entities and event_type not in self.passed_by

    @property
    def _own(self) -> list[Path]:
        return sorted(path for path in self.folder.iterdir() if path.suffix in (".py", ".sql"))
