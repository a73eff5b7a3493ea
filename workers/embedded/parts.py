"""What a supervisor is given: parts to keep running, and steps to take once on the way."""

import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from workers.embedded.account import Account
from workers.embedded.state import StackState


async def nothing() -> None:
    """Do nothing: the default of every hook."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process of the stack.

    `environment` is all that the process gets. `before_start` runs before every start, also after
    a crash. It is ready as soon as `is_ready` says so, and has failed if that takes longer than
    `ready_within`. To end it, it gets each of `signals` in turn; the first has `ends_within`.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    is_ready: Callable[[], Awaitable[bool]]
    folder: Path
    before_start: Callable[[], Awaitable[None]] = nothing
    account: Account | None = None
    ready_within: timedelta = timedelta(seconds=60)
    signals: tuple[signal.Signals, ...] = (signal.SIGTERM,)
    ends_within: timedelta = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that must be done once before what follows it: `doing` says what, for a person."""

    doing: str
    do: Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Composition:
    """A whole stack: what to start in which order, and where it will be found.

    Parts in a tuple of their own start at the same time.
    """

    plan: Sequence[Part | Step | tuple[Part, ...]]
    state: StackState = field(default_factory=StackState)

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for item in self.plan for part in _parts_of(item))


def _parts_of(item: Part | Step | tuple[Part, ...]) -> tuple[Part, ...]:
    match item:
        case Part():
            return (item,)
        case Step():
            return ()
        case _:
            return item
