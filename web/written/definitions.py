"""Reading a programme definition: every door asks the same, and says the same of what is wrong."""

from typing import Any

import yaml
from pydantic import ValidationError

from domain.programmes.definition import Definition
from domain.programmes.offered import offered
from domain.value import Value
from web.written import marks
from web.written.advice import advice
from web.written.marks import Location, Mark


class Problem(Value):
    """What is wrong at a place of a text. `path` is empty if it is the text as a whole."""

    path: str
    code: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path or 'the definition'}: {self.message}"


class NotADefinition(Exception):
    """What was written is no definition: correct the `problems`, which stand in its order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda one: (one.line, one.column))
        super().__init__("; ".join(map(str, self.problems)))


def read_text(text: str) -> Definition:
    """The definition in a text of YAML. Raises `NotADefinition`."""
    try:
        root, content = marks.compose(text), marks.construct(text)
    except yaml.YAMLError as broken:
        raise NotADefinition([_not_yaml(broken)]) from None
    except RecursionError:
        message = "is nested too deeply: write parts of it flat"
        raise NotADefinition([_problem((), "nested_too_deeply", Mark(), message)]) from None
    repeated = [
        _problem(location, "given_twice", mark, "is given more than once: leave one of them out")
        for location, mark in marks.repeated_members(root)
    ]
    definition, invalid = _validated(content, root)
    if definition is None or repeated:
        raise NotADefinition([*repeated, *invalid])
    return definition


def read_document(document: Any) -> Definition:
    """The definition that a plain document is; its problems have no lines of their own.

    Raises `NotADefinition`.
    """
    definition, invalid = _validated(document, None)
    if definition is None:
        raise NotADefinition(invalid)
    return definition


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
