"""What changed between two versions of a programme, place by place."""

from collections.abc import Iterator
from typing import Any

from pydantic import JsonValue

from domain.programmes.definition import Definition
from domain.value import Value

_NAMED_BY = ("id", "kind", "state")
"""Members that name an entry of a list: entries of the same name are compared with each other."""


class Change(Value):
    """One difference, by its dotted place; `None` says that there is nothing at that place."""

    path: str
    before: JsonValue
    after: JsonValue


def changes(before: Definition, after: Definition) -> tuple[Change, ...]:
    """Every difference, in the order of the definition's members."""
    return tuple(_differences("", before.model_dump(mode="json"), after.model_dump(mode="json")))


def _differences(path: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    old, new = _by_name(before), _by_name(after)
    if old is None or new is None:
        yield Change(path=path, before=before, after=after)
        return
    for name in [*old, *(name for name in new if name not in old)]:
        inner = f"{path}.{name}" if path else name
        yield from _differences(inner, old.get(name), new.get(name))
    if set(old) == set(new) and list(old) != list(new):
        yield Change(path=f"{path} (order)", before=list(old), after=list(new))


def _by_name(value: Any) -> dict[str, Any] | None:
    """The members of an object, or the entries of a list by their names; `None` for the rest."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        return None
    for member in _NAMED_BY:
        names = [entry[member] for entry in value if member in entry]
        if names and len(set(names)) == len(value):
            return dict(zip(names, value, strict=True))
    return None
