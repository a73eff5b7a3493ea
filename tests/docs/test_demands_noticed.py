"""The tests that the page of demands names: each guard, left out, makes one of its row fail."""

from collections.abc import Iterator
from contextlib import suppress
from functools import cache, reduce
from importlib import import_module
from inspect import get_annotations, isfunction
from itertools import product
from typing import Any

import pytest

from domain.decider import Reason
from tests.docs.test_demands import Named, named_in, rows

RULES = "domain/"
TESTS = "tests/domain/"
FAILURES = (Exception, pytest.fail.Exception)


def no_reason(*_: object, **__: object) -> None:
    return None


def empty_list(*_: object, **__: object) -> list[Reason | None]:
    return []


def empty_tuple(*_: object, **__: object) -> tuple[Reason, ...]:
    return ()


LEFT_OUT: dict[object, Any] = {
    Reason | None: no_reason,
    list[Reason | None]: empty_list,
    list[Reason]: empty_list,
    tuple[Reason, ...]: empty_tuple,
}
"""What stands in for a guard that is left out, or for several, by what they give."""


def found(named: Named) -> Any:
    """The object that a file and a name stand for; the function behind a property."""
    path, name = named
    module = import_module(path.removesuffix(".py").replace("/", "."))
    thing: Any = reduce(getattr, filter(None, name.split(".")), module)
    return thing.fget if isinstance(thing, property) else thing


def stand_in(rule: Any) -> Any:
    """What stands in for a rule, or nothing if it is no guard."""
    return LEFT_OUT.get(get_annotations(rule).get("return")) if isfunction(rule) else None


def guards() -> Iterator[tuple[str, Named, list[Named]]]:
    """Each row that names a guard of the domain: its demand, that guard and the row's tests."""
    for cells in rows():
        tests = [one for one in named_in(cells[-1]) if one[0].startswith(TESTS)]
        for rule in named_in(cells[-2]):
            if rule[0].startswith(RULES) and stand_in(found(rule)):
                yield " ".join(cells[:-2]), rule, tests


def values(mark: pytest.Mark) -> list[dict[str, object]]:
    """What a test is called with, by the names of its parameters."""
    names, sets = mark.args
    if isinstance(names, str):
        return [{names: one} for one in sets]
    return [dict(zip(names, one, strict=True)) for one in sets]


def run(test: Named) -> None:
    """Call a test as pytest would, once for each of its parameters."""
    called = found(test)
    marks = [one for one in getattr(called, "pytestmark", []) if one.name == "parametrize"]
    for chosen in product(*map(values, marks)):
        called(**{name: value for one in chosen for name, value in one.items()})


def fails(test: Named) -> bool:
    with suppress(*FAILURES):
        run(test)
        return False
    return True


@cache
def fails_anyway(test: Named) -> bool:
    return fails(test)


@pytest.mark.parametrize(
    ("rule", "tests"),
    [pytest.param(rule, tests, id=f"{demand}: {rule[1]}") for demand, rule, tests in guards()],
)
def test_a_guard_that_is_left_out_makes_a_test_of_its_row_fail(
    rule: Named, tests: list[Named], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [test for test in tests if fails_anyway(test)] == []
    guard = found(rule)
    monkeypatch.setattr(guard, "__code__", stand_in(guard).__code__)

    assert any(fails(test) for test in tests), "none of the tests of this row notices"
