"""Whoever changes what a view relies on makes it be built anew: so all of it has to be named."""

import ast
from importlib.util import find_spec
from pathlib import Path

import pytest

from projections.view import View
from projections.views import VIEWS

SHAPES = (
    "domain.actor",
    "domain.commands",
    "domain.decider",
    "domain.events.base",
    "domain.events.envelope",
    "domain.identity",
    "domain.programmes",
    "domain.value",
)
"""What the rest is written with: types, and definitions that come from the log."""

DOOR = "domain.pathway"
"""The package itself only gathers what stands in its modules."""


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_names_every_module_that_its_content_comes_from(view: View) -> None:  # type: ignore[type-arg] # of any batch
    named = set(view.relies_on)
    reached = {module for file in view.folder.glob("*.py") for module in imported(file)}
    while (
        followed := {module for one in reached & named for module in imported(source_of(one))}
        - reached
    ):
        reached |= followed

    missing = {module for module in reached - named if not module.startswith(SHAPES)}
    assert missing - {DOOR} == set()


def imported(file: Path) -> set[str]:
    """The modules of the domain that a file imports by name."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("domain"):
            names = {f"{node.module}.{one.name}" for one in node.names}
            modules = {name for name in names if is_module(name)}
            found |= modules or {node.module}
    return found


def is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def source_of(module: str) -> Path:
    found = find_spec(module)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin)
