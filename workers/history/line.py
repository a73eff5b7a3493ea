"""The lines of a history: a header, and then one command each. See docs/history-format.md."""

from typing import Annotated, Any, Literal, LiteralString
from uuid import UUID, uuid5

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from domain.actor import Actor, Role
from domain.identity import PathwayId, well_formed
from domain.value import Instant, Name, Value

VERSION: Literal[1] = 1

_NAMES = UUID("5d0c7b0e-3b0a-5d58-8f0e-6d1f6a1c2a77")
"""The namespace of the ids of commands that came without one."""

_PEOPLE: frozenset[Role] = frozenset(
    {"coordinator", "clinician", "facilitator", "supervisor", "administrator"}
)


NAMES_ONE: LiteralString = "Give either entity or escalation_of."


def kind_of(entity: str) -> str:
    """What an entity of this id is."""
    return entity.partition("-")[0]


def _well_formed(entity: str) -> str:
    if not well_formed(entity):
        message = "An entity is called like pathway-<uuid>; an on-call list like oncall-mbt-g."
        raise PydanticCustomError("entity", message)
    return entity


def _of_people(actor: Actor) -> Actor:
    if actor.role not in _PEOPLE:
        message = "The actor's role is a person's: {roles}."
        raise PydanticCustomError("actor", message, {"roles": ", ".join(sorted(_PEOPLE))})
    return actor


EntityId = Annotated[str, AfterValidator(_well_formed)]
Person = Annotated[Actor, AfterValidator(_of_people)]


class Header(Value):
    """The first line. The clock of the history goes on until `until`, whatever comes last.

    `name` is the clinic's own name for this history: two histories have two names.
    """

    history: Literal[1]
    name: Name
    until: Instant


class Line(Value):
    """A command that somebody gave an entity `at` an instant.

    Escalations get their ids from the rules: `escalation_of` names instead the patient whose
    oldest open escalation is meant.
    """

    at: Instant
    entity: EntityId | None = None
    escalation_of: PathwayId | None = None
    command: Name
    data: dict[str, Any] = Field(default_factory=dict)
    actor: Person = Actor(subject="history", role="coordinator")
    id: UUID | None = None

    @model_validator(mode="after")
    def _names_one_entity(self) -> "Line":
        if (self.entity is None) == (self.escalation_of is None):
            raise PydanticCustomError("entity", NAMES_ONE)
        return self

    @property
    def kind(self) -> str:
        return kind_of(self.entity) if self.entity else "escalation"

    def command_id(self, history: str, written: bytes) -> UUID:
        """The line's own id, or one that follows from what is `written`: the same each time."""
        return self.id or uuid5(_NAMES, f"{history}/{written.decode()}")


def written(line: Header | Line) -> bytes:
    """A line as it stands in a file."""
    return line.model_dump_json(exclude_none=True).encode() + b"\n"
