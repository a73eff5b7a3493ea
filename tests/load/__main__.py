"""`python -m tests.load --coordinators 50 --minutes 10`: prints a table by minute, and findings."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from tests.load.minutes import table
from tests.load.plot import picture
from tests.load.run import Worked, worked
from workers.exit import leave
from workers.logs import configure_logs


def main() -> int:
    """1 if anything was found."""
    parser = argparse.ArgumentParser(prog="tests.load", description=__doc__)
    parser.add_argument("--coordinators", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--picture", type=Path, help="where to write an SVG of the minutes")
    chosen = parser.parse_args()
    configure_logs("warning")
    length = timedelta(minutes=chosen.minutes)
    done = asyncio.run(worked(chosen.coordinators, length, chosen.seed))
    sys.stdout.write("\n".join(_told(done)) + "\n")
    if chosen.picture:
        title = f"{chosen.coordinators} coordinators, {done.killed} processes killed"
        chosen.picture.write_text(picture(done.minutes, title), encoding="utf-8")
    return int(bool(done.found))


def _told(done: Worked) -> Iterator[str]:
    yield from table(done.minutes)
    yield ""
    yield f"commands accepted {done.accepted}, refused {done.refused}, sent again {done.sent_again}"
    yield f"processes killed {done.killed}"
    yield from (f"FOUND {one}" for one in done.found)


if __name__ == "__main__":
    leave(main())
