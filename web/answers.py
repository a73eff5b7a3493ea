"""The errors that operations may answer with, as /openapi.json describes them."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any, Literal

from domain.decider import Reason
from domain.value import Value
from web.errors import CommandRefused, Unauthorised, Unavailable, WebError

Answers = dict[int | str, dict[str, Any]]
"""What FastAPI takes as an operation's further answers: by status."""


class Problem(Value):
    """What is wrong: a word for programs, a sentence for people, and perhaps each reason."""

    code: str
    message: str
    reasons: tuple[Reason, ...] = ()


class Failure(Value):
    """Every error but a refused command."""

    error: Problem


class Refusal(Value):
    """A refused command, with every reason."""

    accepted: Literal[False]
    reasons: tuple[Reason, ...]


def answers(*errors: type[WebError]) -> Answers:
    """The description of each error's answer: its status, headers and shape."""
    return {
        status: _described([error for error in errors if error.status == status])
        for status in {error.status: None for error in errors}
    }


def _described(errors: Sequence[type[WebError]]) -> dict[str, Any]:
    """One status, which may be answered for several reasons."""
    shapes = [Refusal if issubclass(error, CommandRefused) else Failure for error in errors]
    described: dict[str, Any] = {
        "description": " ".join((error.__doc__ or "").strip() for error in errors),
        "model": reduce(or_, shapes),
    }
    if headers := {name for error in errors for name in error.headers}:
        described["headers"] = {name: {"schema": {"type": "string"}} for name in sorted(headers)}
    return described


_OTHERWISE: Answers = {
    "default": {"description": "Any other error, of which carepath's log knows.", "model": Failure}
}
"""Described so that FastAPI advertises no 422: what cannot be understood is answered with 400."""

EVERYWHERE = answers(Unauthorised, Unavailable) | _OTHERWISE
"""What every operation behind the gate may answer."""
