"""What is wrong with a history, by line: everything is told, and nothing of it is imported."""

from collections.abc import Iterator

from pydantic import ValidationError

from domain.decider import Reason, Rejected
from domain.value import Value


class Problem(Value):
    """`line` counts from 1, `field` is a path into it (`data.held_at`), `message` what to do."""

    line: int
    field: str
    code: str
    message: str


class HistoryError(Exception):
    """A history cannot be imported."""


class HistoryRefused(HistoryError):
    """Lines of the history are wrong; nothing was imported. `problems` holds every one."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(
            f"nothing was imported: {len(problems)} problems, the first in line {first.line}: "
            f"{first.message}"
        )
        self.problems = problems


class TooManyEntities(HistoryError):
    """The database cannot hold so many entities in one transaction."""

    def __init__(self, entities: int, room: int) -> None:
        super().__init__(
            f"the history has {entities} entities and the database can lock {room} at once: "
            "raise max_locks_per_transaction, or divide the history by patients and their groups"
        )
        self.entities = entities
        self.room = room


def of_form(line: int, invalid: ValidationError, within: str = "") -> Iterator[Problem]:
    """What a model says of a line, field by field."""
    for error in invalid.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in (within, *error["loc"]) if part != "")
        yield Problem(line=line, field=path or "line", code="invalid", message=error["msg"])


def of_refusal(line: int, refusal: Rejected) -> Iterator[Problem]:
    """What the rules say of a command. What is wrong with its data names the field first."""
    for reason in refusal.reasons:
        yield _of_reason(line, reason)


def _of_reason(line: int, reason: Reason) -> Problem:
    field, message = "command", reason.message
    if reason.code == "invalid":
        place, _, message = reason.message.partition(": ")
        field = "data" if place == "data" else f"data.{place}"
    return Problem(line=line, field=field, code=reason.code, message=message)
