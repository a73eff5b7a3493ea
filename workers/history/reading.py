"""Reading a history: the form of every line is looked at before anything is judged."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from domain.commands import registry
from domain.decider import Rejected
from domain.value import Instant
from workers.history import problem
from workers.history.line import NAMES_ONE, Header, Line, kind_of
from workers.history.problem import Problem

LONGEST = 1 << 20
"""Bytes of one line."""

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
_WHOM = frozenset({"entity", "escalation_of"})

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
    not_begun: dict[str, int] = field(default_factory=dict)
    """The line in which somebody was to begin who is of the wrong form, by whom."""

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
        return _of_form(history, number, written, invalid)
    given = _given(line.kind, line.command, line.data, number)
    problems = [*_time(history, line.at, number), *given]
    command_id = line.command_id(history.name, written.strip())
    if command_id in ids:
        say = f"This stands in line {ids[command_id]} already: leave it out, or give it its own id."
        problems.append(_wrong(number, "id", "repeated", say))
    ids.setdefault(command_id, number)
    if not problems:
        history.found.append(Found(line.at, number, offset))
    elif line.entity and line.command in BEGINNINGS.get(line.kind, frozenset()):
        history.not_begun.setdefault(line.entity, number)
    return problems


def _of_form(
    history: History, number: int, written: bytes, invalid: ValidationError
) -> list[Problem]:
    """What is wrong with a line's form, and with the fields of it that can be read."""
    problems = list(problem.of_form(number, invalid))
    given = _object(written)
    wrong = {str(error["loc"][0]) for error in invalid.errors() if error["loc"]}
    if not wrong or given is None:
        return problems
    read = {name: given[name] for name in Line.model_fields if name in given.keys() - wrong}
    if "at" in read:
        problems += _time(history, _INSTANT.validate_python(read["at"]), number)
    if wrong.isdisjoint(_WHOM):
        problems += _of_whom(history, number, read, wrong)
    return problems


def _of_whom(
    history: History, number: int, read: Mapping[str, Any], wrong: AbstractSet[str]
) -> Iterator[Problem]:
    """Whether one entity is named, and its command, as far as those can be read."""
    entity, kind = read.get("entity"), "escalation"
    if (entity is None) == (read.get("escalation_of") is None):
        yield _wrong(number, "line", "invalid", NAMES_ONE)
        return
    if entity is not None:
        kind = kind_of(entity)
        if read.get("command") in BEGINNINGS.get(kind, frozenset()):
            history.not_begun.setdefault(entity, number)
    if "command" in read and "data" not in wrong:
        yield from _given(kind, read["command"], read.get("data", {}), number)


def _object(written: bytes) -> dict[str, Any] | None:
    try:
        given = json.loads(written)
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, dict) else None


def _time(history: History, at: datetime, number: int) -> Iterator[Problem]:
    if at > history.now:
        say = "This is in the future: correct the time, or leave the line out."
        yield _wrong(number, "at", "in_future", say)
    elif history.header and at > history.header.until:
        say = "This is after the header's until: give a later one there, or correct the time."
        yield _wrong(number, "at", "after_until", say)


def _given(kind: str, command: str, data: Mapping[str, Any], number: int) -> Iterator[Problem]:
    """Whether there is such a command, for people to give, and of this form."""
    if kind == "programme":
        say = "A programme is published with `carepath programmes publish`, not by a history."
        yield _wrong(number, "entity", "programme", say)
        return
    carried_by_carepath = registry.INTERNAL | registry.FROM_ENTITIES.get(kind, frozenset())
    if command in carried_by_carepath:
        say = "This follows by itself from what people do: leave it out."
        yield _wrong(number, "command", "not_given_by_people", say)
        return
    known = registry.COMMANDS.get(kind, {})
    if command not in known:
        names = ", ".join(one for one in known if one not in carried_by_carepath)
        say = f"A {kind} has these commands: {names}."
        yield _wrong(number, "command", "unknown_command", say)
        return
    try:
        registry.read(kind, command, data)
    except Rejected as refusal:
        yield from problem.of_refusal(number, refusal)


def _wrong(line: int, place: str, code: str, message: str) -> Problem:
    return Problem(line=line, field=place, code=code, message=message)
