"""What an export for analysts takes of memory: a small one first, then one of ten times the rows.

`python -m bench.analysts` writes `bench/results/analysts.json`. The peak of resident memory
only rises, so what the larger export adds to the peak is what grows with the rows.
"""

import asyncio
import resource
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import asyncpg

from audit.deidentified.columns import MEASURED
from audit.deidentified.explaining import Wanted
from audit.deidentified.export import BATCH, export_views
from bench.kept import keep_figures
from bench.log import dsn_of, log_on, query
from domain.actor import Actor
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.caseload.view import CASELOAD
from projections.measures.view import MEASURES
from projections.rebuild import rebuild
from projections.tables import ensure_catalogue
from workers.embedded.postgres_server import postgres_server

MEASURES_OF_ONE = 50
PATIENTS = (1_000, 10_000)

AUDITOR = Actor(subject="local-auditor", role="auditor")


def main() -> None:
    """Measure, print and keep."""
    exports = asyncio.run(_measure())
    keep_figures("analysts", {"rows_at_once": BATCH, "exports": exports})


async def _measure() -> list[dict[str, Any]]:
    exports = []
    with tempfile.TemporaryDirectory(prefix="carepath-bench-") as folder:
        async with postgres_server() as dsn:
            for patients in PATIENTS:
                name = f"bench_analysts_{patients}"
                async with log_on(dsn, name) as pool:
                    await _fill(pool, dsn_of(dsn, name), patients)
                    exports.append(await _export(pool, Path(folder) / name))
    return exports


async def _fill(pool: Pool, dsn: str, patients: int) -> None:
    await ensure_catalogue(pool)
    for view in (CASELOAD, MEASURES):
        await rebuild(view, EventStore(pool), pool)
    connection = await asyncpg.connect(dsn)  # with no limit to how long a statement takes
    await connection.execute(query("fill_measured_patients"), patients)
    await connection.execute(query("fill_measures"), MEASURES_OF_ONE)
    await connection.close()


async def _export(pool: Pool, folder: Path) -> dict[str, Any]:
    wanted = Wanted(tables=(MEASURED,), by=AUDITOR, purpose="audit", at=datetime.now(UTC), k=11)
    begun = perf_counter()
    found = await export_views(pool, EventStore(pool).reads(), wanted, folder)
    figures = {
        "rows": found.rows[MEASURED.name],
        "seconds": round(perf_counter() - begun, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "file_mb": round((folder / MEASURED.file).stat().st_size / 2**20, 1),
    }
    print(figures)
    return figures


if __name__ == "__main__":
    main()
