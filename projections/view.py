"""What a view is: its tables, and three functions that take a batch of events into them."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Generic, TypeVar

from domain.events.envelope import RecordedEvent
from eventstore.connect import Connection

B = TypeVar("B")
A = TypeVar("A")


@dataclass(frozen=True)
class View(Generic[B, A]):
    """One view of the log.

    `entity` is the kind of stream that it follows; events of other streams pass it by. `folder`
    is the view's package, with the tables in `schema.sql`, unqualified. A batch goes through

    - `load`: what the view already holds about the batch's streams (one query, reads only),
    - `fold`: pure; what the view must hold after the batch,
    - `save`: writes that, set-based; it runs in the transaction that moves the checkpoint.

    `relies_on` names the modules outside the package on which its content depends.
    """

    name: str
    entity: str
    folder: Path
    load: Callable[[Connection, Sequence[RecordedEvent]], Awaitable[B]]
    fold: Callable[[B, Sequence[RecordedEvent]], A]
    save: Callable[[Connection, A], Awaitable[None]]
    relies_on: tuple[str, ...] = ()

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
        return (self.folder / "schema.sql").read_text(encoding="utf-8")

    @cached_property
    def version(self) -> str:
        """The hash of all that the view's content follows from (hexadecimal SHA-256)."""
        digest = hashlib.sha256()
        for path in self._sources():
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    def follows(self, stream_id: str) -> bool:
        return stream_id.startswith(f"{self.entity}-")

    def _sources(self) -> list[Path]:
        own = [path for path in self.folder.iterdir() if path.suffix in (".py", ".sql")]
        return [*sorted(own), *(_source_of(module) for module in self.relies_on)]


def _source_of(module: str) -> Path:
    found = find_spec(module)
    if found is None or found.origin is None:
        message = f"a view relies on module {module}, which does not exist: correct its relies_on"
        raise LookupError(message)
    return Path(found.origin)
