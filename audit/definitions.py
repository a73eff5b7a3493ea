"""What changed between two versions of a programme, place by place."""

from collections.abc import Iterator
from typing import Any

from pydantic import JsonValue

from domain.programmes.definition import Definition
from domain.programmes.places import by_name
from domain.value import Value


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
    old, new = by_name(before), by_name(after)
    if old is None or new is None:
        yield Change(path=path, before=before, after=after)
        return
    for name in [*old, *(name for name in new if name not in old)]:
        inner = f"{path}.{name}" if path else name
        yield from _differences(inner, old.get(name), new.get(name))
    if set(old) == set(new) and list(old) != list(new):
        yield Change(path=f"{path} (order)", before=list(old), after=list(new))
