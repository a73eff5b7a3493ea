"""From bytes as received to a JSON object whose every value can be stored."""

import json
import math
import re
from collections import Counter
from typing import Any

from activities.fhir.problems import Path, Problems

MAX_BYTES = 5 * 1024 * 1024
"""The longest document taken, in bytes."""

MAX_DEPTH = 64
"""How deep lists and objects may be nested."""

MAX_VALUES = 100_000
"""How many values a document may hold: a referral has some hundred, so that refusal stays quick."""

_MOST_DIGITS = 30
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
UNSTORABLE = "contains a control character or half of a surrogate pair: remove it."

Members = dict[str, Any]


class RepeatedMembers(Members):
    """An object in which members are repeated; it keeps the last of each, and their names."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        times = Counter(name for name, _ in pairs)
        self.repeated = tuple(name for name in self if times[name] > 1)


def parse(document: bytes, problems: Problems) -> Members:
    """The JSON object in `document`.

    Values that cannot be stored or are ambiguous (U+0000, numbers without bounds, repeated members)
    are noted in `problems`. Raises `InvalidDocument` where there is no object to read.
    """
    if len(document) > MAX_BYTES:
        problems.add_text(
            f"the document: is longer than {MAX_BYTES} bytes; send one referral with only the "
            "resources that it needs."
        )
        raise problems.refusal()
    tree = _loaded(_decoded(document, problems), problems)
    if not isinstance(tree, dict):
        problems.add((), f"must be a JSON object with the resourceType {problems.root}.")
        raise problems.refusal()
    _check_values(tree, problems)
    return tree


def _decoded(document: bytes, problems: Problems) -> str:
    try:
        return document.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        before = document[: broken.start]
        line, column = before.count(b"\n") + 1, broken.start - before.rfind(b"\n")
        problems.add_text(
            f"line {line}, byte {column}: is not UTF-8; save the bundle as UTF-8 "
            "(not UTF-16 or Latin-1) and send it again."
        )
        raise problems.refusal() from None


def _loaded(text: str, problems: Problems) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=_integer)
    except json.JSONDecodeError as broken:
        problems.add_text(
            f"line {broken.lineno}, column {broken.colno}: is not valid JSON "
            f"({broken.msg.partition(':')[0]}); correct it there and send the bundle again."
        )
    except RecursionError:
        problems.add_text(_too_deep("the document"))
    raise problems.refusal()


def _too_deep(what: str) -> str:
    return f"{what}: is nested deeper than {MAX_DEPTH} levels; send a plain FHIR bundle."


def _object(pairs: list[tuple[str, Any]]) -> Members:
    members = dict(pairs)
    return members if len(members) == len(pairs) else RepeatedMembers(pairs)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MOST_DIGITS else math.inf


def _check_values(tree: Members, problems: Problems) -> None:
    left = MAX_VALUES
    waiting: list[tuple[Members | list[Any], Path]] = [(tree, ())]
    while waiting:
        container, path = waiting.pop()
        left -= len(container)
        if left < 0:
            problems.add_text(
                f"the document: holds more than {MAX_VALUES} values; send one referral with only "
                "the resources that it needs."
            )
            raise problems.refusal()
        if len(path) >= MAX_DEPTH:
            problems.add_text(_too_deep("the document"))
            raise problems.refusal()
        waiting += reversed(_checked_children(container, path, problems))


def _checked_children(
    container: Members | list[Any], path: Path, problems: Problems
) -> list[tuple[Members | list[Any], Path]]:
    if isinstance(container, dict):
        _check_names(container, path, problems)
        children: Any = container.items()
    else:
        children = enumerate(container)
    deeper = []
    for step, value in children:
        if isinstance(value, dict | list):
            deeper.append((value, (*path, step)))
        elif sentence := _fault(value):
            problems.add((*path, step), sentence)
    return deeper


def _check_names(members: Members, path: Path, problems: Problems) -> None:
    if isinstance(members, RepeatedMembers):
        for name in members.repeated:
            problems.add((*path, name), "stands more than once in its object: send it once.")
    for name in members:
        if FORBIDDEN.search(name):
            problems.add((*path, name), UNSTORABLE)


def _fault(value: object) -> str | None:
    if isinstance(value, str) and FORBIDDEN.search(value):
        return UNSTORABLE
    if isinstance(value, float) and not math.isfinite(value):
        return "is not a number within bounds: send a finite number or leave the element out."
    return None
