"""Where in a YAML file something stands: lines and columns are counted from 1."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.constructor import ConstructorError

Location = tuple[int | str, ...]


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file."""

    line: int = 1
    column: int = 1


class _Plain(yaml.SafeLoader):
    """YAML's safe subset, in which a date stays the text that somebody wrote."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - what its base class declares
        first: [(tag, pattern) for tag, pattern in known if tag != "tag:yaml.org,2002:timestamp"]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as refused:
            raise ConstructorError(
                problem="found a value that no program can read", problem_mark=node.start_mark
            ) from refused


def compose(text: str) -> yaml.Node | None:
    """The file as a tree of nodes, each with its mark. Raises `yaml.YAMLError`."""
    return yaml.compose(text, _Plain)


def construct(text: str) -> Any:
    """What the file says, in plain values. Raises `yaml.YAMLError`."""
    return yaml.load(text, _Plain)  # noqa: S506 - a safe loader


def of_error(broken: yaml.YAMLError) -> Mark:
    """Where the file ceases to be YAML."""
    mark = getattr(broken, "problem_mark", None) or getattr(broken, "context_mark", None)
    return of_mark(mark) if mark else Mark()


def of_mark(mark: Any) -> Mark:
    return Mark(mark.line + 1, mark.column + 1)


def of_value(root: yaml.Node | None, location: Location) -> Mark:
    """Where the value at a location stands, or else what is nearest around it."""
    if root is None:
        return Mark()
    for part in location:
        root = _inner(root, part) or root
    return of_mark(root.start_mark)


def of_member(root: yaml.Node | None, location: Location) -> Mark:
    """Where the name of the member at a location stands."""
    *around, name = location
    for part in around:
        root = (_inner(root, part) if root else None) or root
    for key, _ in _pairs(root):
        if key.value == name:
            return of_mark(key.start_mark)
    return of_value(root, ())


def repeated_members(root: yaml.Node | None) -> Iterator[tuple[Location, Mark]]:
    """Every member that an object has twice, at its second place."""
    seen: set[int] = set()
    waiting: list[tuple[Location, yaml.Node]] = [((), root)] if root else []
    while waiting:
        location, node = waiting.pop()
        # An alias leads to a node once more, perhaps to one that holds it.
        if id(node) in seen:
            continue
        seen.add(id(node))
        names: set[str] = set()
        for key, _ in _pairs(node):
            if key.value in names:
                yield (*location, key.value), of_mark(key.start_mark)
            names.add(key.value)
        waiting += [((*location, part), inner) for part, inner in _parts(node)]


def _inner(node: yaml.Node, part: int | str) -> yaml.Node | None:
    return next((inner for name, inner in _parts(node) if name == part), None)


def _parts(node: yaml.Node) -> list[tuple[int | str, yaml.Node]]:
    if isinstance(node, yaml.SequenceNode):
        return list(enumerate(node.value))
    return [(key.value, value) for key, value in _pairs(node)]


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
