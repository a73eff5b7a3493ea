"""Reading a history: the form of every line is looked at before anything is judged."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from pydantic import ValidationError

from domain.commands import registry
from domain.decider import Rejected
from workers.history import problem
from workers.history.line import Header, Line
from workers.history.problem import Problem

LONGEST = 1 << 20
"""Bytes of one line."""

BEGINNINGS = {**registry.BEGINNINGS, "pathway": frozenset({"refer"})}


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """Where a line stands: in the order in which it happened, then in that of the file."""

    at: datetime
    number: int
    offset: int


@dataclass
class History:
    """An open history: its header, and where each line is that can be judged.

    It is read at `now`: nothing in it can have happened later.
    """

    file: BinaryIO
    now: datetime
    header: Header | None = None
    found: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: int = 0

    def in_order(self) -> Iterator[tuple[int, Line, UUID]]:
        """Every line that can be judged, by when it happened: number, line, id of its command."""
        for found in sorted(self.found):
            self.file.seek(found.offset)
            written = self.file.readline(LONGEST + 1).strip()
            line = Line.model_validate_json(written)
            yield found.number, line, line.command_id(self.name, written)

    @property
    def name(self) -> str:
        return self.header.name if self.header else ""

    @property
    def until(self) -> datetime:
        """How far it is judged: the header's `until`, and never the future."""
        return min(self.header.until, self.now) if self.header else self.now


def read(file: BinaryIO, now: datetime) -> History:
    """The lines of a file that can be sought in. Memory grows by some bytes for each line.

    Every line's form is looked at, also where the header is wrong.
    """
    history, ids = History(file, now), dict[UUID, int]()
    for number, offset, written in _lines(file):
        history.lines = number
        if number == 1:
            history.problems += _header(history, written)
        elif written.strip():
            history.problems += _line(history, ids, number, offset, written)
    if history.lines == 0:
        history.problems.append(
            _wrong(1, "line", "empty", "The file is empty: begin with a header.")
        )
    return history


def _lines(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Number, offset and content; of a line that is too long, one byte more than is allowed."""
    number = 0
    while True:
        offset = file.tell()
        written = file.readline(LONGEST + 1)
        if not written:
            return
        number += 1
        yield number, offset, written
        while len(written) > LONGEST and not written.endswith(b"\n"):
            written = file.readline(LONGEST + 1)


def _header(history: History, written: bytes) -> list[Problem]:
    try:
        history.header = Header.model_validate_json(written.removeprefix(BOM_UTF8))
    except ValidationError as invalid:
        say = 'The first line is {"history": 1, "name": "…", "until": "…"}.'
        return [_wrong(1, "line", "no_header", say), *problem.of_form(1, invalid)]
    if history.header.until > history.now:
        say = "This is in the future: give the instant up to which the history has happened."
        return [_wrong(1, "until", "in_future", say)]
    return []


def _line(
    history: History, ids: dict[UUID, int], number: int, offset: int, written: bytes
) -> list[Problem]:
    if len(written) > LONGEST:
        return [_wrong(number, "line", "too_long", f"A line has at most {LONGEST} bytes.")]
    try:
        line = Line.model_validate_json(written.strip())
    except ValidationError as invalid:
        return list(problem.of_form(number, invalid))
    problems = [*_time(history, line, number), *_given(line, number)]
    command_id = line.command_id(history.name, written.strip())
    if command_id in ids:
        say = f"This stands in line {ids[command_id]} already: leave it out, or give it its own id."
        problems.append(_wrong(number, "id", "repeated", say))
    ids.setdefault(command_id, number)
    if not problems:
        history.found.append(Found(line.at, number, offset))
    return problems


def _time(history: History, line: Line, number: int) -> Iterator[Problem]:
    if line.at > history.now:
        say = "This is in the future: correct the time, or leave the line out."
        yield _wrong(number, "at", "in_future", say)
    elif history.header and line.at > history.header.until:
        say = "This is after the header's until: give a later one there, or correct the time."
        yield _wrong(number, "at", "after_until", say)


def _given(line: Line, number: int) -> Iterator[Problem]:
    """Whether there is such a command, for people to give, and of this form."""
    if line.kind == "programme":
        say = "A programme is published with `carepath programmes publish`, not by a history."
        yield _wrong(number, "entity", "programme", say)
        return
    carried_by_carepath = registry.INTERNAL | registry.FROM_ENTITIES.get(line.kind, frozenset())
    if line.command in carried_by_carepath:
        say = "This follows by itself from what people do: leave it out."
        yield _wrong(number, "command", "not_given_by_people", say)
        return
    try:
        registry.read(line.kind, line.command, line.data)
    except Rejected as refusal:
        yield from problem.of_refusal(number, refusal)


def _wrong(line: int, place: str, code: str, message: str) -> Problem:
    return Problem(line=line, field=place, code=code, message=message)
