"""Processor time of one transition, beside a no-op Update: on a busy machine the steadier figure.

`python -m bench.cost` writes `bench/results/cost.json`. The time is that of the whole process,
client and worker together; the servers' own is not in it.
"""

import asyncio
import json
import tempfile
from pathlib import Path
from statistics import median
from time import process_time

from bench.amounts import QUICK
from bench.kept import keep_figures
from bench.log import log_on
from bench.rounds import Comparison, Round
from bench.transitions import transitions
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.logs import configure_logs

ROUNDS = 5


async def _measure() -> None:
    with tempfile.TemporaryDirectory(prefix="carepath-bench-") as folder:
        async with (
            postgres_server() as dsn,
            log_on(dsn, "bench_cost") as pool,
            transitions(pool, Path(folder), QUICK) as comparisons,
        ):
            figures = await _figures(comparisons[-1])
    print(json.dumps(figures, indent=2))
    keep_figures("cost", figures)


async def _figures(side_by_side: Comparison) -> dict[str, float]:
    """Milliseconds of processor time for one call, each the median of the rounds."""
    await side_by_side.ours()
    await side_by_side.reference()
    ours, reference = [], []
    for _ in range(ROUNDS):
        ours.append(await _cost(side_by_side.ours))
        reference.append(await _cost(side_by_side.reference))
    return {
        "transition_ms": round(median(ours), 2),
        "no_op_ms": round(median(reference), 2),
        "no_op_over_transition": round(
            median(b / a for a, b in zip(ours, reference, strict=True)), 2
        ),
    }


async def _cost(run: Round) -> float:
    before = process_time()
    await run()
    return (process_time() - before) / QUICK.side_by_side * 1000


if __name__ == "__main__":
    configure_logs("error")
    asyncio.run(_measure())
    leave(0)
