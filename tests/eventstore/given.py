"""What the tests of the log are given: two kinds of event, and commands made of them."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from domain.actor import Actor
from domain.events.base import Event
from domain.events.envelope import NewEvent, Origin, new_events
from domain.events.registry import EventType

WHEN = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
COORDINATOR = Actor(subject="account-7", role="coordinator")


class Noted(Event):
    """The event of these tests: it says which one it is."""

    text: str = ""


class Finished(Event):
    """Closes a stream of these tests."""


TYPES = (EventType("test.noted", Noted), EventType("test.finished", Finished))


def notes(*texts: str, command_id: UUID | None = None) -> list[NewEvent]:
    """One command's events, one for each text."""
    return command(*(Noted(at=WHEN, text=text) for text in texts or ("",)), command_id=command_id)


def command(*events: Event, command_id: UUID | None = None) -> list[NewEvent]:
    return new_events(list(events), Origin(command_id=command_id or uuid4(), actor=COORDINATOR))


def a_stream(kind: str = "pathway") -> str:
    return f"{kind}-{uuid4()}"
