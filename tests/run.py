"""Runs the tests as `make test` does: prints the coverage and insists on all of every Decider.

It ends by `workers.exit.leave`, because a process that imported `temporalio` may not be left to the
interpreter's own shutdown.
"""

import argparse
import os
import sys

import coverage
import pytest

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
    "domain/programme.py",
    "domain/decider.py",
    "domain/fold.py",
]


def main() -> int:
    """The exit code of pytest, or 1 if a Decider has a branch that no test takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="also what takes minutes")
    chosen, rest = parser.parse_known_args()
    if chosen.long:
        os.environ["CAREPATH_TEST_LONG"] = "1"
    selected = [] if chosen.long else ["-m", "not long"]
    failed = pytest.main(["--cov", "--cov-report=term:skip-covered", *selected, *rest])
    return int(failed) or _uncovered_branches()


def _uncovered_branches() -> int:
    data = coverage.Coverage()
    data.load()
    covered = data.report(include=DECIDERS, skip_covered=True, show_missing=True)
    sys.stdout.write(f"Deciders: {covered:.2f} % of lines and branches\n")
    return 0 if covered == 100 else 1


if __name__ == "__main__":
    leave(main())
