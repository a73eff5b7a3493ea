"""The page about views names every view, with its tables."""

import re
from pathlib import Path

from projections.views import VIEWS

PAGE = Path(__file__).parents[2] / "docs" / "views.md"
BESIDE = "folded"
"""What a view keeps for itself, and no list shows."""


def told() -> dict[str, set[str]]:
    """The tables that the page names, by view: the first of its tables of tables."""
    table = PAGE.read_text(encoding="utf-8").partition("| view |")[2].partition("\n\n")[0]
    rows = (line.strip("|").split("|") for line in table.splitlines() if line.startswith("| `"))
    return {view.strip(" `"): set(re.findall("`([a-z_]+)`", tables)) for view, _, tables in rows}


def test_the_page_about_views_names_each_with_its_tables() -> None:
    made = {
        view.name: set(re.findall(r"CREATE TABLE (\w+)", view.tables)) - {BESIDE} for view in VIEWS
    }
    assert told() == made
