"""A decision comes out the same in every process: nothing follows the order of a set of strings."""

import ast
import asyncio
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
REPLAYED = [file for folder in ("domain", "workflows") for file in (ROOT / folder).rglob("*.py")]
SETS = {"set", "frozenset"}


async def lived_with(hash_seed: str) -> str:
    """What a process says that hashes strings by this seed."""
    living = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.workflows.living_once"),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    said, _ = await living.communicate()
    assert living.returncode == 0
    return said.decode()


async def test_a_clinic_lives_the_same_life_whatever_strings_hash_to() -> None:
    first, second = await asyncio.gather(lived_with("1"), lived_with("2"))

    assert first == second
    assert int(first.split()[1]) > 500, "the life is long enough to say something"


def test_nothing_that_is_replayed_hashes_or_follows_the_order_of_a_set() -> None:
    found = {file: list(unsteady(ast.parse(file.read_text()))) for file in REPLAYED}
    assert {str(file.relative_to(ROOT)): lines for file, lines in found.items() if lines} == {}


def unsteady(tree: ast.Module) -> Iterator[int]:
    """The lines that call `hash`, or go through a set as it comes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and is_call(node, {"hash"}):
            yield node.lineno
        if isinstance(node, ast.For | ast.comprehension) and is_set(node.iter):
            yield node.iter.lineno


def is_set(node: ast.expr) -> bool:
    return isinstance(node, ast.Set | ast.SetComp) or is_call(node, SETS)


def is_call(node: ast.expr, names: set[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names
