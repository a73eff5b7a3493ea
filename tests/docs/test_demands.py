"""The page of demands: nothing is left out, and what it names is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page

PAGE = Page(ROOT / "docs" / "demands.md")
DEMANDS = range(1, 27)
LAYERS = ("domain", "eventstore", "projections", "activities", "workflows", "audit", "web")

_NAMED = re.compile(r"`((?:tests|" + "|".join(LAYERS) + r")/[\w/.-]+)(?:: ([\w.]+))?`")
_LETTERS = re.compile(r"[a-z0-9]{4,}")

Named = tuple[str, str]
"""A file of the repository, and what is named in it; an empty name is the whole file."""


def rows() -> list[list[str]]:
    """The cells of each row of each table but the heads."""
    lines = [line for line in PAGE.prose.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [one for one in cells if not one[-1].startswith("---") and one[-1] != "tests"]


def demanded() -> dict[int, list[str]]:
    """The rows of the programme's demands by their numbers."""
    return {int(cells[0]): cells for cells in rows() if cells[0].isdigit()}


def named_in(cell: str) -> list[Named]:
    return [(path, name) for path, name in _NAMED.findall(cell)]


@cache
def definitions(path: str) -> dict[str, ast.AST]:
    """Functions, classes and constants of a module, methods as `Class.method`."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id: node for one in targets if isinstance(one, ast.Name)}
        if isinstance(node, ast.ClassDef):
            methods = (one for one in node.body if isinstance(one, ast.FunctionDef))
            found |= {f"{node.name}.{one.name}": one for one in methods}
    return found


def said(test: Named) -> str:
    """What a test says of itself: its name and its docstring."""
    path, name = test
    node = definitions(path)[name]
    documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    docstring = ast.get_docstring(node) if isinstance(node, documented) else None
    return f"{name.replace('_', ' ')} {docstring or ''}".lower()


def words(text: str) -> set[str]:
    """Its words of four letters or more, by how they begin."""
    return {word[:4] for word in _LETTERS.findall(text.lower())}


def test_every_demand_of_the_programme_has_one_row() -> None:
    numbers = [cells[0] for cells in rows() if cells[0].isdigit()]

    assert numbers == [str(number) for number in DEMANDS]


def test_every_row_names_a_rule_and_a_test_or_says_what_is_not_yet_there() -> None:
    bare = [
        cells
        for cells in rows()
        if "**Not yet**: " not in cells[-2] and not (named_in(cells[-2]) and named_in(cells[-1]))
    ]

    assert bare == []


@pytest.mark.parametrize(("path", "name"), sorted(set(named_in(PAGE.text))))
def test_what_the_page_names_is_there(path: str, name: str) -> None:
    assert (ROOT / path).is_file()
    if Path(path).suffix == ".py" and name:
        assert name in definitions(path)


@pytest.mark.parametrize("number", DEMANDS)
def test_each_test_of_a_demand_says_which_demand_it_is_of(number: int) -> None:
    silent = [
        test
        for test in named_in(demanded()[number][-1])
        if not re.search(rf"demands? ([\d, and]* )?{number}\b", said(test))
    ]

    assert silent == []


def test_every_other_test_speaks_of_what_its_row_demands() -> None:
    astray = [
        (cells[0], test)
        for cells in rows()
        if not cells[0].isdigit()
        for test in named_in(cells[-1])
        if not words(" ".join(cells[:-1])) & words(said(test))
    ]

    assert astray == []
