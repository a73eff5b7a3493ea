"""What the command prints and how it ends: one place for people, programs and exit codes.

Results go to standard output, as one JSON document if `--json` was given, whatever the exit code;
everything else, from progress to errors, goes to standard error.
"""

import io
import json
import os
import sys
from dataclasses import dataclass
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


@dataclass
class _Said:
    """Whether this run of the command has printed its document."""

    document: bool = False


_said = _Said()


def begin() -> None:
    """Begin a run. Standard output then escapes what it cannot encode."""
    _said.document = False
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def document(content: BaseModel | JsonValue) -> None:
    """Print the run's one JSON document, in ASCII: it can be read whatever the locale is."""
    plain = content.model_dump(mode="json") if isinstance(content, BaseModel) else content
    results.file.write(json.dumps(plain, indent=2) + "\n")
    _said.document = True


def file_name(path: str | os.PathLike[str]) -> str:
    """A file's name as text; a byte of it that is no UTF-8 is written in hexadecimal."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def answer(text: str) -> None:
    """Print a result for a person."""
    results.print(text, markup=False)


def remark(text: str) -> None:
    """Tell a person what is going on."""
    people.print(text, markup=False)


def complain(error: Exception | str) -> None:
    """Say in a sentence what went wrong."""
    people.print(f"carepath: {error}", markup=False, style="red")


def fail(error: Exception | str, code: Exit, *, json: bool) -> Exit:
    """Say in a sentence why the command could not be done, and in a document where one is asked."""
    complain(error)
    if json and not _said.document:
        document({"error": {"code": code.name.lower(), "message": str(error)}})
    return code


def end(code: Exit) -> NoReturn:
    """End the command with this exit code."""
    raise typer.Exit(code)
