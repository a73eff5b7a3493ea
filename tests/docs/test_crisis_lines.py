"""Whoever looks at a patient's risk finds whom to call on the same page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

TEMPLATES = ROOT / "web" / "pages" / "templates"

_PART = re.compile(r'{% (?:include|import|from) "([^"]+)"')


def made_of(template: Path) -> Iterator[str]:
    """The text of a template and of all that it is made of."""
    seen: set[Path] = set()
    waiting = [template]
    while waiting:
        part = waiting.pop()
        if part not in seen:
            seen.add(part)
            text = part.read_text(encoding="utf-8")
            waiting += [TEMPLATES / name for name in _PART.findall(text)]
            yield text


def pages_with_a_risk() -> list[Path]:
    pages = [one for one in TEMPLATES.rglob("*.html") if "{% extends" in one.read_text()]
    return [one for one in pages if any("tags.risk(" in text for text in made_of(one))]


@pytest.mark.parametrize("page", pages_with_a_risk(), ids=lambda one: one.stem)
def test_every_page_that_shows_a_risk_shows_whom_to_call(page: Path) -> None:
    """Demand 26: 988 and 911 on every page on which a patient's risk is shown."""
    assert "lists.crisis_lines()" in page.read_text(encoding="utf-8")


def test_pages_with_a_risk_are_found_by_their_parts_too() -> None:
    found = {str(one.relative_to(TEMPLATES)) for one in pages_with_a_risk()}
    assert found >= {"patient/patient.html", "running/session.html", "today/today.html"}
