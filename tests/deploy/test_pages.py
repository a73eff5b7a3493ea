"""Runbooks and the threat model name tests that are there, and every runbook is reached."""

from pathlib import Path

import pytest

from tests.deploy.files import ROOT
from tests.deploy.named import missing, named_in

RUNBOOKS = ROOT / "docs" / "runbooks"
PAGES = sorted(path for path in RUNBOOKS.glob("*.md") if path.name != "README.md")
THREATS = ROOT / "docs" / "threat-model.md"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.stem))
def test_a_runbook_says_what_is_seen_what_to_do_and_which_tests_do_it(page: Path) -> None:
    headings = [line for line in page.read_text().splitlines() if line.startswith("## ")]
    assert {"## What you see", "## What to do"} <= set(headings)
    assert headings[-1] == "## Executed by"
    assert missing(page) == []


def test_every_runbook_is_listed() -> None:
    listed = (RUNBOOKS / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if f"({page.name})" not in listed] == []


def test_every_threat_names_a_test_or_says_that_it_is_not_stopped() -> None:
    lines = THREATS.read_text(encoding="utf-8").splitlines()
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if line[:2] == "| "
    ]
    threats = [row for row in rows if len(row) == 3 and row[-1] != "shown by" and "---" not in row]
    bare = [row[0] for row in threats if not named_in(row[-1]) and "**not stopped**" not in row[1]]
    assert len(threats) > 20
    assert bare == []
    assert missing(THREATS) == []
