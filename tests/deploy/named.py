"""Tests that a page names, as `tests/FILE.py: NAME`."""

import re
from pathlib import Path

from tests.deploy.files import ROOT
from tests.docs.test_demands import definitions

_NAMED = re.compile(r"`(tests/[\w/]+\.py): (\w+)`")


def named_in(text: str) -> list[tuple[str, str]]:
    return _NAMED.findall(text)


def missing(page: Path) -> list[tuple[str, str]]:
    """What the page names and is not there."""
    named = named_in(page.read_text(encoding="utf-8"))
    assert named, f"{page} names no test"
    return [
        (path, name)
        for path, name in named
        if not (ROOT / path).is_file() or name not in definitions(path)
    ]
