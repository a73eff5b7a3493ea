"""What the command prints and how it ends: one place for people, programs and exit codes.

Results go to standard output, as one JSON document if `--json` was given; everything else, from
progress to errors, goes to standard error.
"""

import json
from enum import IntEnum
from typing import NoReturn

import typer
from pydantic import BaseModel, JsonValue
from rich.console import Console

people = Console(stderr=True, highlight=False, soft_wrap=True)
results = Console(highlight=False, soft_wrap=True, width=1000)
"""Wider than any terminal: a terminal wraps by itself, and what it wraps can still be copied."""


class Exit(IntEnum):
    """What an exit code says."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    UNAVAILABLE = 3


class CommandError(Exception):
    """The command cannot be done; the message says what to do."""

    exit = Exit.UNAVAILABLE


class Refused(CommandError):
    """What was asked for is refused, or is not true."""

    exit = Exit.REFUSED


class Unavailable(CommandError):
    """Something that the command needs does not answer."""


def document(content: BaseModel | JsonValue) -> None:
    """Print one JSON document."""
    plain = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    results.file.write(json.dumps(plain, ensure_ascii=False, indent=2) + "\n")


def answer(text: str) -> None:
    """Print a result for a person."""
    results.print(text, markup=False)


def remark(text: str) -> None:
    """Tell a person what is going on."""
    people.print(text, markup=False)


def complain(error: Exception) -> None:
    """Say in a sentence what went wrong."""
    people.print(f"carepath: {error}", markup=False, style="red")


def end(code: Exit) -> NoReturn:
    """End the command with this exit code."""
    raise typer.Exit(code)
