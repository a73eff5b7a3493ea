"""Places in a definition: dotted paths in which entries of lists go by their own names.

`phases.introduction.sessions.group.at_least` is the same place in every version, wherever the
phase stands in its list: sign-offs and comparisons name values so.
"""

from collections.abc import Mapping
from typing import Any

NAMED_BY = ("id", "kind", "state")
"""Members that name an entry of a list."""

NOWHERE = object()
"""What stands at a place that a definition does not have."""


def by_name(value: Any) -> Mapping[str, Any] | None:
    """The members of an object, or the entries of a list by their names; `None` for the rest."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
        return None
    for member in NAMED_BY:
        names = [str(entry[member]) for entry in value if member in entry]
        if names and len(set(names)) == len(value):
            return dict(zip(names, value, strict=True))
    return None


def value_at(document: Any, place: str) -> Any:
    """The value at a place of a plain document, or `NOWHERE`."""
    for name in place.split("."):
        document = (by_name(document) or {}).get(name, NOWHERE)
    return document
