"""How long the server takes for every page when its views are those of a very large clinic.

`python -m bench.pages` writes `bench/results/pages.json`. The views take in a demo clinic by their
own handlers; then they get copies of the whole clinic (`queries/crowd.sql`) until they have as many
pathways as asked for. Every page is asked for within this process, one request after the other, by
each role that may see it: so a figure is the server's time, without a network and without queueing.
The projector has stopped by then, so that it takes no time from the pages.

`first` is the first time that anybody in this role asks in this process; what is worked out behind
the page then is waited for, and not counted. `processor` is the median of this process's own
processor time, and `database` the mean of what PostgreSQL's processes took: other work on the
machine changes these two little, and on an idle one a page takes about their sum. All are in
milliseconds.
"""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, get_args

import httpx
import psutil
from fastapi import FastAPI
from fastapi.routing import APIRoute

from bench.clinic import publish, shipped_programme
from bench.kept import keep_figures
from bench.log import log_on, query
from domain.actor import Role
from domain.fold import fold
from domain.group import GROUP
from domain.group.state import Group
from domain.pathway import PATHWAY
from eventstore.connect import Pool, create_pool
from eventstore.store import EventStore
from projections.runner import run_projector
from projections.states import view_states
from tests.pages.desk import services_of
from tests.web.entities import EntitiesHere
from web.app import create_app
from web.pages.routes import PAGES
from web.services import Services
from web.sessions import Sessions
from web.signin.personas import personas
from workers.demo.load import load_demo
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.history.log import Log
from workers.logs import configure_logs

PATHWAYS = 20_000
DEMO_PATIENTS = 140
DEMO_MONTHS = 18
TIMES = 30
SLOW_MS = 100.0

ADDRESSES = {
    "/audit/entities/{entity_id}": ("/audit/entities/{pathway}",),
    "/audit/reports/{name}": (
        "/audit/reports/access-of-patient?of={pathway}",
        "/audit/reports/group-breaches",
    ),
    "/audit/why/{event}": ("/audit/why/{event}",),
    "/today": ("/today", "/today?owner=team&due=ever", "/today?owner=all&due=ever"),
    "/caseload": ("/caseload", "/caseload?phase=ongoing", "/caseload?status=closed"),
    "/calendars/{entity_id}": ("/calendars/{group}",),
    "/clinicians/{clinician_id}": ("/clinicians/{clinician}",),
    "/clinicians/on-call/{on_call_id}": ("/clinicians/on-call/oncall-mbt-g",),
    "/entities/{entity_id}": ("/entities/{escalation}",),
    "/entities/{entity_id}/commands/{command}": (
        "/entities/{pathway}/commands/assign_therapist",
        "/entities/{waiting}/commands/offer_seat",
        "/entities/{group}/commands/assign_facilitator",
    ),
    "/groups/{group_id}": ("/groups/{group}",),
    "/groups/{group_id}/sessions/{number}": (
        "/groups/{group}/sessions/{held}",
        "/groups/{group}/sessions/{planned}",
    ),
    "/groups/{group_id}/sessions/{number}/news": (
        "/groups/{group}/sessions/{planned}/news?seen=1",
    ),
    "/outcomes": ("/outcomes", "/outcomes?period=12"),
    "/outcomes/{figure_id}.csv": ("/outcomes/change.csv",),
    "/pathways/{pathway_id}": ("/pathways/{pathway}",),
    "/pathways/{pathway_id}/sessions/{which}": ("/pathways/{pathway}/sessions/individual",),
    "/pathways/{pathway_id}/discharge": ("/pathways/{pathway}/discharge",),
    "/pathways/{pathway_id}/measures": ("/pathways/{pathway}/measures",),
    "/pathways/{pathway_id}/measures/{measure}": ("/pathways/{pathway}/measures/phq-9",),
    "/programmes/{programme_id}": ("/programmes/mbt-g",),
    "/referrals/{pathway_id}": ("/referrals/{pathway}?outcome=accepted",),
    "/today/steps/{entity_id}": ("/today/steps/{pathway}?kind=progress_review",),
    "/waitlist/{pathway_id}": ("/waitlist/{waiting}",),
}
"""What is asked for by a page's route; a route without a parameter is asked for as it stands.

`addresses` tells the route that is missing here, and the one that is gone: a test asks it.
"""

Figures = dict[str, float]


@dataclass(frozen=True)
class Asking:
    """Somebody in a role who is signed in."""

    role: Role
    app: FastAPI
    client: httpx.AsyncClient
    database: psutil.Process


def main() -> None:
    """Fill the views, ask for every page, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.pages", description=__doc__)
    parser.add_argument("--pathways", type=int, default=PATHWAYS)
    parser.add_argument("--demo", type=int, default=DEMO_PATIENTS, help="patients that are copied")
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--only", default="", help="a part of the pages' addresses")
    parser.add_argument("--dsn", help="a database whose views are filled already")
    chosen = parser.parse_args()
    configure_logs("error")
    addresses()
    asyncio.run(_measure(chosen))


async def _measure(chosen: argparse.Namespace) -> None:
    async with _filled(chosen) as pool:
        services = services_of(pool, EventStore(pool), EntitiesHere(EventStore(pool), _now))
        rows = await _counted(pool)
        print(json.dumps(rows), flush=True)
        found = await _times(services, chosen.times, chosen.only)
    if not chosen.only:
        keep_figures("pages", {"rows": rows, "milliseconds": found})


@asynccontextmanager
async def _filled(chosen: argparse.Namespace) -> AsyncIterator[Pool]:
    if chosen.dsn:
        async with await create_pool(chosen.dsn, max_size=16) as pool:
            yield pool
        return
    async with postgres_server() as dsn, log_on(dsn, "bench_pages") as pool:
        await _loaded(pool, chosen.demo)
        await _crowded(pool, chosen.pathways // chosen.demo - 1)
        yield pool


async def _loaded(pool: Pool, patients: int) -> None:
    """The demo clinic, in the log and in every view."""
    store = EventStore(pool)
    await publish(store, shipped_programme())
    await load_demo(Log(pool), "mbt-g", patients=patients, months=DEMO_MONTHS, seed=7)
    stop = asyncio.Event()
    projector = asyncio.create_task(run_projector(pool, stop, store))
    while any(one.lag or one.state != "running" for one in await view_states(pool)):  # noqa: ASYNC110 - views tell nobody
        await asyncio.sleep(0.2)
    stop.set()
    await projector


async def _crowded(pool: Pool, copies: int) -> None:
    async with pool.acquire() as connection:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute(query("crowd").replace("COPIES", str(copies)))
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("RESET statement_timeout")


async def _counted(pool: Pool) -> dict[str, int]:
    row = await pool.fetchrow(query("crowded"))
    return dict(row) if row else {}


async def _times(services: Services, times: int, only: str) -> dict[str, dict[str, Figures]]:
    """Of each page the figures of every role that may see it."""
    app = create_app(services)
    shown = await _shown(services.store)
    database = psutil.Process(await services.pool.fetchval(query("postmaster")))
    asking = [
        await _signed_in(app, services, role, database)
        for role in get_args(Role)
        if role != "service"
    ]
    found: dict[str, dict[str, Figures]] = {}
    for address in (one for one in addresses() if only in one):
        by_role = {one.role: await _timed(one, address.format(**shown), times) for one in asking}
        found[address] = {role: figures for role, figures in by_role.items() if figures}
        _print(address, found[address])
    await app.state.access_log.written()
    return found


def addresses() -> list[str]:
    """Every page. Raises `LookupError` for routes that have no address, or no longer exist."""
    routes = [one for module in PAGES for one in module.router.routes if isinstance(one, APIRoute)]
    paths = dict.fromkeys(one.path for one in routes if "GET" in (one.methods or ()))
    missing = [one for one in paths if "{" in one and one not in ADDRESSES]
    gone = [one for one in ADDRESSES if one not in paths]
    if missing or gone:
        raise LookupError(f"ADDRESSES lacks {missing}, and has {gone}, which no page serves")
    return [one for path in paths for one in ADDRESSES.get(path, (path,))]


async def _shown(store: EventStore) -> dict[str, Any]:
    """The entities whose pages are looked at: in each case the one with the longest history."""
    pathways = {one: await _state(store, one) for one in await store.streams("pathway", "", 10_000)}
    ongoing = [one for one, pathway in pathways.items() if pathway.phase == "ongoing"]
    groups = await store.streams("group", "", 10_000)
    states = {one: fold(GROUP, await store.read_stream(one)).state for one in groups}
    pathway = max(ongoing, key=lambda one: len(pathways[one].sessions))
    group = max(states, key=lambda one: _sessions(states[one], "planned", "held"))
    return {
        "pathway": pathway,
        "event": (await store.read_stream(pathway))[-1].event_id,
        "waiting": next(one for one, pathway in pathways.items() if pathway.waiting),
        "group": group,
        "held": _last(states[group], "held"),
        "planned": _last(states[group], "planned"),
        "clinician": (await store.streams("clinician", "", 1))[0],
        "escalation": (await store.streams("escalation", "", 1))[0],
    }


async def _state(store: EventStore, pathway_id: str) -> Any:
    return fold(PATHWAY, await store.read_stream(pathway_id)).state


def _sessions(group: Group, *stages: str) -> int:
    """How many sessions an open group has, if it has some of each stage."""
    counts = [sum(one.stage == stage for one in group.sessions) for stage in stages]
    return sum(counts) if group.status == "open" and all(counts) else 0


def _last(group: Group, stage: str) -> int:
    found = [one.number for one in group.sessions if one.stage == stage]
    return found[0] if stage == "planned" else found[-1]


async def _signed_in(
    app: FastAPI, services: Services, role: Role, database: psutil.Process
) -> Asking:
    chosen = await personas(services.store)
    person = next(one.person for one in chosen if one.person.actor.role == role)
    sessions = Sessions(services.pool, services.signing_in.lasting)
    session = await sessions.begin(person, services.now())
    return Asking(
        role,
        app,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://desk",
            cookies={services.signing_in.cookie.name: session.secret},
            headers={"accept": "text/html"},
            timeout=120,
        ),
        database,
    )


async def _timed(asking: Asking, address: str, times: int) -> Figures:
    """The figures of a page; none for whoever may not see it, or must give a reason first."""
    client, begun = asking.client, perf_counter()
    if (await client.get(address)).status_code not in (200, 204):
        return {}
    first = (perf_counter() - begun) * 1000
    await asking.app.state.kept.behind.idle()
    taken, used, before = [], [], _worked(asking.database)
    for _ in range(times):
        begun, began = perf_counter(), process_time()
        await client.get(address)
        taken.append((perf_counter() - begun) * 1000)
        used.append((process_time() - began) * 1000)
    cuts = quantiles(taken, n=20)
    named = {
        "first": first,
        "p50": cuts[9],
        "p95": cuts[18],
        "processor": median(used),
        "database": (_worked(asking.database) - before) / times,
    }
    return {name: round(one, 1) for name, one in named.items()}


def _worked(database: psutil.Process) -> float:
    """The processor time of PostgreSQL's processes so far, those that have ended among them."""
    spent = database.cpu_times()
    ended = spent.children_user + spent.children_system
    running = sum(sum(one.cpu_times()[:2]) for one in database.children())
    return float(ended + running) * 1000


def _print(address: str, by_role: dict[str, Figures]) -> None:
    """A page as the role has it to whom it comes slowest."""
    if not by_role:
        print(f"{address:50} nobody may see it", flush=True)
        return
    role, one = max(by_role.items(), key=lambda of: of[1]["p95"])
    told = " ".join(f"{name} {one[name]:8.1f}" for name in one)
    slow = " *" if one["p95"] > SLOW_MS else ""
    print(f"{address:50} {role:13} {told}{slow}", flush=True)


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    main()
    leave(0)
