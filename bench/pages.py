"""How long the server takes for every page when its lists are those of a large clinic.

`python -m bench.pages` writes `bench/results/pages.json`. The demo clinic is followed by the
views' own handlers; then the lists get copies of each patient's rows until they have as many
patients as asked for, and every page is asked for as a supervisor, one after the other.
"""

import argparse
import asyncio
import json
from statistics import quantiles
from time import perf_counter

import httpx

from bench.kept import keep_figures
from bench.log import log_on, query
from eventstore.connect import Pool
from tests.pages.desk import Desk, open_desk
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.logs import configure_logs

PATIENTS = 20_000
DEMO_PATIENTS = 14
TIMES = 40
PAGES = (
    "/",
    "/today",
    "/caseload",
    "/caseload?phase=ongoing",
    "/waitlist",
    "/groups",
    "/clinicians",
    "/safety",
    "/outcomes",
    "/operations",
    "/pathways/{pathway}",
    "/pathways/{pathway}/measures",
    "/pathways/{pathway}/discharge",
    "/groups/{group}",
    "/clinicians/{clinician}",
)


def main() -> None:
    """Fill the lists, ask for every page, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.pages", description=__doc__)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    chosen = parser.parse_args()
    configure_logs("error")
    asyncio.run(_measure(chosen.patients))


async def _measure(patients: int) -> None:
    async with (
        postgres_server() as dsn,
        log_on(dsn, "bench_pages") as pool,
        open_desk(pool) as desk,
    ):
        await _fill(pool, patients // DEMO_PATIENTS - 1)
        figures = {"patients": patients, "milliseconds": await _times(desk)}
    print(json.dumps(figures, indent=2))
    keep_figures("pages", figures)


async def _fill(pool: Pool, copies: int) -> None:
    async with pool.acquire() as connection:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute(query("crowd").replace("COPIES", str(copies)))
        await connection.execute("ANALYZE")


async def _times(desk: Desk) -> dict[str, dict[str, float]]:
    """Of each page the median and the 95th percentile, in milliseconds; the status if refused."""
    name, secret = await desk.session("supervisor")
    shown = {
        "pathway": await desk.pathway_in("ongoing"),
        **{
            kind: (await desk.services.store.streams(kind, "", 1))[0]
            for kind in ("group", "clinician")
        },
    }
    async with httpx.AsyncClient(
        base_url=desk.url, cookies={name: secret}, timeout=60, trust_env=False
    ) as client:
        return {page: await _timed(client, page.format(**shown)) for page in PAGES}


async def _timed(client: httpx.AsyncClient, address: str) -> dict[str, float]:
    taken = []
    for _ in range(TIMES):
        begun = perf_counter()
        answer = await client.get(address, follow_redirects=True)
        taken.append((perf_counter() - begun) * 1000)
        if not answer.is_success:
            return {"status": answer.status_code}
    cuts = quantiles(taken, n=20)
    return {"p50": round(cuts[9], 1), "p95": round(cuts[18], 1)}


if __name__ == "__main__":
    main()
    leave(0)
