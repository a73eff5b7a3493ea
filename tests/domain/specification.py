"""Given events, when a command comes, then events, a refusal or nothing: for any Decider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from typing import Any, Generic, Self, TypeVar, cast
from uuid import UUID

from domain.actor import CLOCK, Actor
from domain.commands.base import Command, MeetDeadline
from domain.decider import Context, Deadline, Decider, Effect, Reason, Rejected, Transition
from domain.events.base import Event
from domain.programmes.definition import Definition
from domain.value import Value

COMMAND_ID = UUID("5b0c5f3e-7a75-4f5e-9a83-0d2f5b9c1a11")
"""The id of every command of these tests: what a decision brings into being is named after it."""

COORDINATOR = Actor(subject="account-7", role="coordinator")

S = TypeVar("S")


@dataclass(frozen=True)
class Specification(Generic[S]):
    """The Decider under test, with the programme definition that its decisions see."""

    decider: Decider[S, Any, Any]
    definition: Definition | None = None
    facts: Mapping[str, Value] = field(default_factory=dict)

    def given(self, *events: Event) -> "Given[S]":
        return Given(self, events)

    def knowing(self, facts: Mapping[str, Value]) -> "Specification[S]":
        """Decisions see these facts of other entities, by entity id."""
        return replace(self, facts={**self.facts, **facts})


@dataclass(frozen=True)
class Given(Generic[S]):
    """An entity to which `events` happened."""

    specification: Specification[S]
    events: tuple[Event, ...]

    @property
    def state(self) -> S:
        decider = self.specification.decider
        return reduce(decider.evolve, self.events, decider.initial())

    @property
    def content(self) -> Any:
        """The state without how many events led to it."""
        return cast("Any", self.state).model_copy(update={"version": 0})

    @property
    def last_at(self) -> datetime:
        return max(event.at for event in self.events)

    def deadlines(self, kind: str | None = None) -> list[Deadline]:
        found = self.specification.decider.deadlines(self.state)
        return [one for one in found if kind in (None, one.kind)]

    def reactions(self) -> list[Effect]:
        """What the last event asks of the outside world."""
        return self.specification.decider.reactions(self.state, self.events[-1])

    def permitted(self, command: str, at: datetime | None = None, **data: object) -> Transition:
        """The one transition of that name and data."""
        context = self.context(at)
        found = self.specification.decider.permitted(self.state, context)
        matching = [
            one for one in found if one.command == command and data.items() <= one.data.items()
        ]
        assert len(matching) == 1, [(one.command, one.data) for one in found]
        return matching[0]

    def when(
        self, command: Command, *, at: datetime | None = None, by: Actor = COORDINATOR
    ) -> "When[S]":
        """Decide `command`, by default at the time of the latest event."""
        decider = self.specification.decider
        try:
            events = decider.decide(self.state, command, self.context(at, by))
        except Rejected as rejected:
            return When(self, (), rejected.reasons)
        return When(self, tuple(events), ())

    def when_due(self, kind: str, *, at: datetime | None = None) -> "When[S]":
        """The clock meets the earliest deadline of a kind, when it is due or at `at`."""
        deadline = self.deadlines(kind)[0]
        command = MeetDeadline(kind=kind, subject=deadline.subject, at=deadline.at)
        return self.when(command, at=at or deadline.at, by=CLOCK)

    def context(self, at: datetime | None = None, by: Actor = COORDINATOR) -> Context:
        now = at or self.last_at
        return Context(
            now=now,
            actor=by,
            programme=self.specification.definition,
            references=self.specification.facts,
            command_id=COMMAND_ID,
        )


@dataclass(frozen=True)
class When(Generic[S]):
    """What was decided: events, or the reasons of a refusal."""

    given: Given[S]
    events: tuple[Event, ...]
    reasons: tuple[Reason, ...]

    def then(self, *events: Event) -> Self:
        self._accepted()
        assert list(self.events) == list(events)
        return self

    def then_nothing(self) -> Self:
        return self.then()

    def then_happened(self, *kinds: type[Event]) -> Self:
        """The kinds of events, in order, where their content is another test's concern."""
        self._accepted()
        assert [type(event) for event in self.events] == list(kinds)
        return self

    def then_rejected(self, *codes: str) -> Self:
        """Refused for exactly these reasons, in any order, each said in a sentence."""
        assert {reason.code for reason in self.reasons} == set(codes), self.events or self.reasons
        assert all(reason.message.endswith((".", "!")) for reason in self.reasons)
        return self

    def then_state(self, **fields: object) -> Self:
        """Afterwards the state's fields have these values."""
        self._accepted()
        state = self.and_given().state
        assert {name: getattr(state, name) for name in fields} == fields
        return self

    def and_given(self) -> Given[S]:
        """The entity after what was decided: the beginning of the next sentence."""
        self._accepted()
        return Given(self.given.specification, (*self.given.events, *self.events))

    def _accepted(self) -> None:
        assert not self.reasons, self.reasons


def of_type(events: Sequence[Event], kind: type[Event]) -> list[Any]:
    return [event for event in events if type(event) is kind]
