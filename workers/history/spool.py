"""What a history comes to, kept on disk until all of it is known to be right.

The file has no name and is gone with the process: nobody else can open it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

from pydantic import TypeAdapter

from domain.events.envelope import NewEvent


@dataclass(frozen=True, slots=True)
class Decision:
    """The events of one command, for a stream that stands at `version`."""

    stream_id: str
    version: int
    events: tuple[NewEvent, ...]


_STORED = TypeAdapter(Decision)


class Spool:
    """Decisions in the order in which they were taken, as often as they are asked for."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 - closed with the spool
        self.firsts: dict[str, NewEvent] = {}
        self.versions: dict[str, int] = {}
        self.events = 0

    def add(self, stream_id: str, recorded: list[NewEvent]) -> None:
        """Put down what was recorded of one entity."""
        for _, together in groupby(recorded, key=lambda one: one.origin.command_id):
            events = tuple(together)
            version = self.versions.get(stream_id, 0)
            self.firsts.setdefault(stream_id, events[0])
            self.versions[stream_id] = version + len(events)
            self.events += len(events)
            self._file.write(_STORED.dump_json(Decision(stream_id, version, events)) + b"\n")

    def __iter__(self) -> Iterator[Decision]:
        self._file.seek(0)
        return map(_STORED.validate_json, self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
