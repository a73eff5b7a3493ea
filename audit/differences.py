"""What differs between two documents, place by place."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import JsonValue

from domain.programmes.places import by_name
from domain.value import Value

Parts = Callable[[Any], Mapping[str, Any] | None]
"""The named parts of a value; `None` for what is compared as a whole."""


class Change(Value):
    """One difference, by its dotted place; `None` says that there is nothing at that place."""

    path: str
    before: JsonValue
    after: JsonValue


def differences(
    before: Any, after: Any, path: str = "", parts: Parts = by_name
) -> Iterator[Change]:
    """Every difference, in the order of the members."""
    if before == after:
        return
    old, new = parts(before), parts(after)
    if old is None or new is None:
        yield Change(path=path, before=before, after=after)
        return
    for name in [*old, *(name for name in new if name not in old)]:
        inner = f"{path}.{name}" if path else name
        yield from differences(old.get(name), new.get(name), inner, parts)
    if set(old) == set(new) and list(old) != list(new):
        yield Change(path=f"{path} (order)", before=list(old), after=list(new))


def by_place(value: Any) -> Mapping[str, Any] | None:
    """The members of an object, or the entries of a list by their numbers, from 0."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list):
        return {str(number): one for number, one in enumerate(value)}
    return None
