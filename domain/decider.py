"""The Decider contract: one kind of entity, described by pure functions.

    command --> decide --> events --> evolve --> state --> deadlines, reactions

The same functions serve the live system, the replay and the simulator.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import AwareDatetime, Field, JsonValue

from domain.actor import Actor
from domain.commands.base import Command
from domain.events.base import Event
from domain.programmes.definition import Definition
from domain.value import Value

S = TypeVar("S")
C = TypeVar("C", bound=Command)
E = TypeVar("E", bound=Event)
T = TypeVar("T")


class Reason(Value):
    """Why something is refused: a stable code, and a sentence that says what to do."""

    code: str
    message: str


class Rejected(Exception):
    """The command is refused; `reasons` holds every guard that failed, not just the first."""

    def __init__(self, *reasons: Reason) -> None:
        super().__init__("; ".join(reason.message for reason in reasons))
        self.reasons = reasons


class Deadline(Value):
    """Something that time itself will cause.

    `kind` and `subject` identify it within its entity (`measures_due`, `progress-3`);
    `at` is an absolute instant.
    """

    kind: str
    subject: str
    at: AwareDatetime


class Effect(Value):
    """Something that the outside world must be asked to do because of one event.

    `name` is unique among the effects of that event. `template` and `recipient` are opaque words
    of the programme, never patient data: the adapter looks up what it needs when it acts.
    After `not_after` the effect has lost its point and is recorded as lapsed instead of being done.
    """

    name: str
    port: str
    template: str
    recipient: str
    not_after: AwareDatetime | None = None


class Reference(Value):
    """Something of another entity that a decision relies on: `programme`, `mbt-g@1`."""

    kind: str
    name: str


class Transition(Value):
    """One thing that could be done next. It is open when `blocked_by` is empty."""

    command: str
    title: str
    data: dict[str, JsonValue] = Field(default_factory=dict)
    blocked_by: tuple[Reason, ...] = ()

    @property
    def open(self) -> bool:
        return not self.blocked_by


@dataclass(frozen=True)
class Context:
    """What a decision may know besides the state: nothing else is read, least of all a clock."""

    now: datetime
    actor: Actor
    programme: Definition | None = None
    references: Mapping[str, Any] = field(default_factory=dict)

    @property
    def definition(self) -> Definition:
        """The programme definition in force; its absence is the host's error, not the user's."""
        if self.programme is None:
            raise LookupError("this decision needs a programme definition and the host gave none")
        return self.programme


@dataclass(frozen=True)
class Decider(Generic[S, C, E]):
    """One kind of entity. `kind` is the prefix of its stream ids."""

    kind: str
    initial: Callable[[], S]
    decide: Callable[[S, C, Context], list[E]]
    evolve: Callable[[S, E], S]
    deadlines: Callable[[S], list[Deadline]]
    reactions: Callable[[S, E], list[Effect]]
    needs: Callable[[S, C], list[Reference]]
    permitted: Callable[[S, Context], list[Transition]]
    is_closed: Callable[[S], bool]


def require(*guards: Reason | None) -> None:
    """Raise `Rejected` with every reason that the guards gave; a guard that holds gives `None`."""
    reasons = failed(*guards)
    if reasons:
        raise Rejected(*reasons)


def failed(*guards: Reason | None) -> tuple[Reason, ...]:
    """The reasons of the guards that do not hold, each once."""
    return tuple(dict.fromkeys(reason for reason in guards if reason is not None))


def known(value: T | None) -> T:
    """The value that a guard has already shown to be there; its absence is an error in the code."""
    if value is None:
        raise LookupError("a guard should have refused this")
    return value
