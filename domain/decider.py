"""The Decider contract: one kind of entity, described by pure functions.

    command --> decide --> events --> evolve --> state --> deadlines, reactions

The same functions serve the live system, the replay and the simulator.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid5

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
V = TypeVar("V", bound=Value)

NIL = UUID(int=0)


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
    """Something that somebody else must be asked to do because of one event.

    `name` is unique among the effects of that event. `template` and `recipient` are opaque words
    of the programme, never patient data: the adapter looks up what it needs when it acts.
    After `not_after` the effect has lost its point and is recorded as lapsed instead of being done.
    Only what another entity is told (`tell`) carries `data`.
    """

    name: str
    port: str
    template: str
    recipient: str
    not_after: AwareDatetime | None = None
    data: dict[str, JsonValue] = Field(default_factory=dict)


ENTITY = "entity"
"""The port of effects that give another entity of carepath a command."""

ITSELF = "$itself"
"""In what another entity is told: the teller's own id, which is filled in on the way."""


def tell(entity_id: str, command: str, *, name: str | None = None, **data: JsonValue) -> Effect:
    """The effect that gives another entity a command. What it refuses comes back as `refused`.

    `name` has to be given where one event tells several entities the same.
    """
    return Effect(
        name=name or command, port=ENTITY, template=command, recipient=entity_id, data=data
    )


PROGRAMME_DEFINITION = "programme"
"""The kind of reference that is a programme's published definition."""


class Reference(Value):
    """Something that a decision relies on besides its entity's own state.

    `name` is a programme version (`mbt-g@1`) if the kind is `programme`, and otherwise the id of
    an entity of that kind, whose facts the decision will see.
    """

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
    """What a decision may know besides the state: nothing else is read, least of all a clock.

    `references` are the facts of the entities that the decision asked for, by entity id.
    """

    now: datetime
    actor: Actor
    programme: Definition | None = None
    references: Mapping[str, Value] = field(default_factory=dict)
    command_id: UUID = NIL

    @property
    def definition(self) -> Definition:
        """The programme definition in force; its absence is the host's error, not the user's."""
        if self.programme is None:
            raise LookupError("this decision needs a programme definition and the host gave none")
        return self.programme

    def facts(self, entity_id: str, kind: type[V]) -> V:
        """What is known of another entity; its absence is the host's error, not the user's."""
        found = self.references.get(entity_id)
        if not isinstance(found, kind):
            message = f"this decision needs {kind.__name__} of {entity_id} and the host gave none"
            raise LookupError(message)  # noqa: TRY004 - what is missing, not what is wrong
        return found

    def new_id(self, name: str) -> UUID:
        """An id for something that this decision brings into being: the same at every attempt."""
        return uuid5(self.command_id, name)


@dataclass(frozen=True)
class Decider(Generic[S, C, E]):
    """One kind of entity. `kind` is the prefix of its stream ids.

    `facts` is what the decisions of other entities may know of it: small, and never more.
    """

    kind: str
    initial: Callable[[], S]
    decide: Callable[[S, C, Context], list[E]]
    evolve: Callable[[S, E], S]
    deadlines: Callable[[S], list[Deadline]]
    reactions: Callable[[S, E], list[Effect]]
    needs: Callable[[S, C], list[Reference]]
    permitted: Callable[[S, Context], list[Transition]]
    is_closed: Callable[[S], bool]
    facts: Callable[[S], Value]


def transition(command: str, title: str, *guarded: Reason | None, **data: JsonValue) -> Transition:
    """A transition that is open if every guard holds. `data` is what its form has filled in."""
    return Transition(command=command, title=title, data=data, blocked_by=failed(*guarded))


def blocked_instead(
    found: Iterable[Transition], without: Mapping[str, Transition]
) -> tuple[Transition, ...]:
    """For each command that nothing stands ready for, the transition that says what is missing."""
    there = {one.command for one in found}
    return tuple(one for command, one in without.items() if command not in there)


def open_transitions(
    decider: Decider[S, Any, Any], state: S, context: Context
) -> tuple[Transition, ...]:
    """What may be done next, without what is blocked."""
    return tuple(one for one in decider.permitted(state, context) if one.open)


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
