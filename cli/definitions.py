"""Reading a programme definition from a YAML file, with the place of everything that is wrong."""

from pathlib import Path
from typing import Any

import typer
import yaml
from pydantic import ValidationError

from cli import marks
from cli.advice import advice
from cli.marks import Location, Mark
from cli.output import CommandError, Exit, file_name
from domain.programmes.definition import Definition
from domain.programmes.offered import offered
from domain.value import Value


class Problem(Value):
    """What is wrong at a place of a file. `path` is empty if it is the file as a whole."""

    path: str
    code: str
    line: int
    column: int
    message: str


class Wrong(CommandError):
    """A file is no definition; `problems` names everything that is wrong, by lines."""

    exit = Exit.USAGE

    def __init__(self, file: Path, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda one: (one.line, one.column))
        self.lines = [_line(file, problem) for problem in self.problems]
        super().__init__("\n".join(["this is no programme definition:", *self.lines]))


def read_definition(file: Path) -> Definition:
    """The definition in a file. Raises `Wrong`, or `typer.BadParameter` if it cannot be read."""
    text = _text(file)
    try:
        root, content = marks.compose(text), marks.construct(text)
    except yaml.YAMLError as broken:
        raise Wrong(file, [_not_yaml(broken)]) from None
    except RecursionError:
        message = "is nested too deeply: write parts of it flat"
        raise Wrong(file, [_problem((), "nested_too_deeply", Mark(), message)]) from None
    repeated = [
        _problem(location, "given_twice", mark, "is given more than once: leave one of them out")
        for location, mark in marks.repeated_members(root)
    ]
    definition, invalid = _validated(content, root)
    if definition is None or repeated:
        raise Wrong(file, [*repeated, *invalid])
    return definition


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as missing:
        raise typer.BadParameter(f"{file}: cannot be read ({missing.strerror})") from None
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file}: is not UTF-8") from None


def _validated(content: Any, root: yaml.Node | None) -> tuple[Definition | None, list[Problem]]:
    try:
        return offered(content), []
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False, include_input=False)
        return None, [_invalid(root, one["type"], one["loc"], one["msg"]) for one in errors]


def _invalid(root: yaml.Node | None, kind: str, location: Location, message: str) -> Problem:
    mark_of = marks.of_member if kind == "extra_forbidden" else marks.of_value
    return _problem(location, kind, mark_of(root, location), advice(kind, location, message))


def _not_yaml(broken: yaml.YAMLError) -> Problem:
    said = getattr(broken, "problem", None) or getattr(broken, "reason", None) or "is not YAML"
    return _problem((), "not_yaml", marks.of_error(broken), f"{said}: correct the YAML here")


def _problem(location: Location, code: str, mark: Mark, message: str) -> Problem:
    path = ".".join(map(str, location))
    return Problem(path=path, code=code, line=mark.line, column=mark.column, message=message)


def _line(file: Path, problem: Problem) -> str:
    place = f"{file_name(file)}:{problem.line}:{problem.column}: "
    return f"{place}{problem.path or 'the definition'}: {problem.message}"
