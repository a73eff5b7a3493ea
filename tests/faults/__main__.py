"""`python -m tests.faults --rounds 60 --seed 1`: prints how often what was tried, and findings."""

import argparse
import asyncio
import json
import sys
from statistics import median

from tests.faults.campaign import Campaign, campaign
from workers.exit import leave
from workers.logs import configure_logs


def main() -> int:
    """1 if anything was found."""
    parser = argparse.ArgumentParser(prog="tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    configure_logs("warning")
    done = asyncio.run(campaign(chosen.rounds, chosen.seed))
    sys.stdout.write(json.dumps(_told(done), indent=2) + "\n")
    return int(bool(done.found))


def _told(done: Campaign) -> dict[str, object]:
    """Of each kind how often it was tried, and the seconds until everything worked again."""
    tried = {
        name: {
            "tried": count,
            "median_s": round(median(done.over_after[name]), 1),
            "longest_s": round(max(done.over_after[name]), 1),
        }
        for name, count in sorted(done.tried.items())
    }
    return {"tried": tried, "figures": done.figures, "found": done.found}


if __name__ == "__main__":
    leave(main())
