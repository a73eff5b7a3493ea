"""What workflows and activities say to each other. Pure: workflows import it in their sandbox."""

from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.commands.submission import Submission
from domain.events.effects import EffectOutcome
from domain.events.envelope import NewEvent
from domain.fold import PendingEffect
from domain.programmes.definition import Definition
from domain.value import Value

LOAD_ENTITY = "load_entity"
LOAD_PROGRAMME = "load_programme"
APPEND_EVENTS = "append_events"
PERFORM_EFFECT = "perform_effect"
GATHER_FACTS = "gather_facts"
WAKE_ENTITY = "wake_entity"

VERSION_CONFLICT = "VersionConflict"
"""The failure type of an append that found the stream elsewhere: reload, and decide again."""

COMMAND_REUSED = "CommandReused"
"""The failure type of an append whose command id has written to another stream already."""

PROGRAMME_UNKNOWN = "ProgrammeUnknown"
"""The failure type of a programme version that was never published."""


NO_TURN = "NoTurn"
"""The failure type of an effect that was not attempted at once: perform it patiently."""


class LoadedEffect(PendingEffect):
    """A pending effect as the log has it: `asked_at` is when the log took what caused it."""

    asked_at: AwareDatetime | None = None


class LoadedEntity(Value):
    """An entity as its stream says it is: `state` is the JSON of the Decider's state."""

    state: dict[str, Any]
    version: int
    programme: Definition | None = None
    pending: tuple[LoadedEffect, ...] = ()


class Facts(Value):
    """The JSON of what an entity lets others know, and the version of its stream that says so."""

    entity_id: str
    version: int
    facts: dict[str, Any]


class Gathered(Value):
    """What a decision asked to know."""

    of: tuple[Facts, ...] = ()


class FactsRequest(Value):
    """The entities whose facts a decision needs."""

    entity_ids: tuple[str, ...]


class Answer(Value):
    """What an entity says to one that told it something: whether it did so, or why not."""

    effect_id: UUID
    outcome: EffectOutcome
    reasons: tuple[str, ...] = ()


class Wake(Value):
    """A command for an entity that does not run, and who waits for the answer."""

    entity_id: str
    submission: Submission
    answer_to: str


class AppendRequest(Value):
    """The events of one decision, taken at `expected_version`."""

    entity_id: str
    expected_version: int
    events: tuple[NewEvent, ...] = Field(min_length=1)


class AppendReply(Value):
    """The stored types of the command's events, and the stream's version after them.

    `repeated`: the command had written these before, so what was decided now was not written.
    """

    version: int
    types: tuple[str, ...]
    repeated: bool


class EffectRequest(Value):
    """An effect to perform for an entity; `at_once` if its own turn is held up by it."""

    entity_id: str
    pending: PendingEffect
    at_once: bool = False


class EffectReply(Value):
    """What came of an effect, and at which attempt."""

    outcome: EffectOutcome
    attempts: int
    reasons: tuple[str, ...] = ()
