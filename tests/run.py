"""Runs the tests as `make test` does: prints the coverage and insists on all of every Decider.

The pages are tested in the Chromium that is found; where there is none, Debian's is installed if
that is allowed, and otherwise the last lines say that those tests did not run. With
CAREPATH_TEST_BROWSER=required, as in continuous integration, that is a failure.

It ends by `workers.exit.leave`, because a process that imported `temporalio` may not be left to the
interpreter's own shutdown.
"""

import argparse
import os
import sys

import coverage
import pytest

from tests.pages.chromium import NOT_HERE, ensure_chromium
from workers.exit import leave

DECIDERS = [
    "domain/pathway/*",
    "domain/group/*",
    "domain/clinician/*",
    "domain/on_call/*",
    "domain/escalation/*",
    "domain/records_request/*",
    "domain/instruments/*",
    "domain/waitlist/*",
    "domain/calendar.py",
    "domain/programme.py",
    "domain/timing.py",
    "domain/undone.py",
    "domain/weekly.py",
    "domain/decider.py",
    "domain/fold.py",
]

AT_ONCE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""Two processes, each with servers of its own.

A file's tests stay together, slow folders first.
"""

RULES = "tests/domain"
COVERED = ("--cov", "--cov-report=")
"""Counted where the rules are tested, and only there: everything else would take a quarter more."""


def main() -> int:
    """The exit code of pytest, or 1 if a Decider has a branch that no test takes.

    Also 1 if the pages had to be tested and were not.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="also what takes minutes")
    chosen, rest = parser.parse_known_args()
    if chosen.long:
        os.environ["CAREPATH_TEST_LONG"] = "1"
    selected = [] if chosen.long else ["-m", "not long"]
    browser = ensure_chromium()
    rules = pytest.main([*AT_ONCE, *COVERED, RULES, *selected, *rest])
    others = pytest.main([*AT_ONCE, "tests", f"--ignore={RULES}", *selected, *rest])
    uncovered, untested = _uncovered_branches(), _pages_untested(browser)
    return int(rules) or int(others) or uncovered or untested


def _pages_untested(browser: str | None) -> int:
    if browser is not None:
        return 0
    sys.stdout.write(f"The browser tests did not run: {NOT_HERE}.\n")
    return int(os.environ.get("CAREPATH_TEST_BROWSER") == "required")


def _uncovered_branches() -> int:
    data = coverage.Coverage()
    data.load()
    covered = data.report(include=DECIDERS, skip_covered=True, show_missing=True)
    sys.stdout.write(f"Deciders: {covered:.2f} % of lines and branches\n")
    return 0 if covered == 100 else 1


if __name__ == "__main__":
    leave(main())
