"""How long after a command was accepted an open page shows what it changed.

`python -m bench.screen` writes `bench/results/screen.json`. A colleague's commands come at a steady
pace to the pathways of the demo clinic; each fifth goes to the patient whose page stands open in a
browser, which notes when the change is on it. Then the log is lengthened, and it is done again.
Commands are decided and appended without Temporal: what it takes stands in `bench.transitions`.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from statistics import quantiles
from time import time
from typing import Any
from uuid import uuid4

from playwright.async_api import Page, async_playwright

from bench.kept import keep_figures
from bench.log import log_on
from domain.actor import Actor
from domain.events.envelope import Origin, new_events
from domain.events.reads import PatientRead
from eventstore.reads import Reading, access_stream_of
from projections.states import view_states
from tests.pages.chromium import NOT_HERE, chromium
from tests.pages.desk import Desk, load_clinic, open_desk
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.logs import configure_logs

A_MINUTE = 200
WATCHED = 5
"""Of so many commands one goes to the patient whose page is open."""

AT_ONCE = 500
READER = Actor(subject="a-reader", role="auditor")

WATCH = """
() => new MutationObserver(() => {
    const found = document.querySelector("main").textContent.match(/Dr\\. Number \\d+/);
    if (found && found[0] !== window.lastShown) {
        window.lastShown = found[0];
        window.shown(found[0], Date.now() / 1000);
    }
}).observe(document.querySelector("main"), {childList: true, subtree: true})
"""


def main() -> None:
    """Measure on the log as it is and on a longer one, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.screen", description=__doc__)
    parser.add_argument("--commands", type=int, default=400)
    parser.add_argument("--longer", type=int, default=20_000, help="events that are added between")
    chosen = parser.parse_args()
    configure_logs("error")
    asyncio.run(_measure(chosen.commands, chosen.longer))


async def _measure(commands: int, longer: int) -> None:
    async with postgres_server() as dsn, log_on(dsn, "bench_screen") as pool:
        await load_clinic(pool)
        async with open_desk(pool) as desk:
            figures = [await _shown(desk, commands)]
            await _lengthen(desk, longer)
            figures.append(await _shown(desk, commands))
    print(json.dumps(figures, indent=2))
    keep_figures("screen", {"a_minute": A_MINUTE, "rounds": figures})


async def _shown(desk: Desk, commands: int) -> dict[str, float]:
    """Seconds from accepted to shown, of those that the page showed before the next came."""
    events = await desk.services.store.count()
    async with async_playwright() as playwright:
        found = chromium()
        if found is None:
            raise SystemExit(NOT_HERE)
        browser = await playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        context = await browser.new_context(base_url=desk.url)
        name, secret = await desk.session("coordinator")
        await context.add_cookies([{"name": name, "value": secret, "url": desk.url}])
        taken = await _watched(desk, await context.new_page(), commands)
        await browser.close()
    return {"events": events, **_cuts(taken, commands // WATCHED)}


async def _watched(desk: Desk, page: Page, commands: int) -> list[float]:
    """The page of one patient stays open while commands come at their pace."""
    pathway, others = await _pathways(desk)
    accepted: dict[str, float] = {}
    shown: dict[str, float] = {}

    def note(doctor: str, at: float) -> None:
        shown[doctor] = at

    await page.expose_function("shown", note)
    await page.goto(f"/pathways/{pathway}")
    await page.evaluate(WATCH)
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for number in range(commands):
        await asyncio.sleep(max(0.0, begun + number * 60 / A_MINUTE - loop.time()))
        watched = number % WATCHED == 0
        doctor = f"Dr. Number {number}"
        await _name(desk, pathway if watched else others[number % len(others)], doctor)
        if watched:
            accepted[doctor] = time()
    await asyncio.sleep(60 / A_MINUTE * WATCHED)
    return [shown[one] - at for one, at in accepted.items() if one in shown]


async def _pathways(desk: Desk) -> tuple[str, list[str]]:
    """The patient who is watched, and others who are in the programme."""
    every = await desk.services.store.streams("pathway", "", 500)
    watched, *others = [one for one in every if (await desk.pathway(one)).status == "open"]
    return watched, others


async def _name(desk: Desk, pathway_id: str, doctor: str) -> None:
    pcp: dict[str, Any] = {"name": doctor}
    await desk.submit(pathway_id, "name_pcp", pcp=pcp)


async def _lengthen(desk: Desk, events: int) -> None:
    """More events in the log, and every view past them."""
    log = desk.services.store.reads()
    for _ in range(events // AT_ONCE):
        await log.append([_reading(desk) for _ in range(AT_ONCE)])
    while any(one.lag for one in await view_states(desk.services.pool)):  # noqa: ASYNC110 - views tell nobody
        await asyncio.sleep(0.2)


def _reading(desk: Desk) -> Reading:
    read = PatientRead(at=desk.services.now(), what="/bench", purpose="audit")
    [event] = new_events([read], Origin(command_id=uuid4(), actor=READER))
    return Reading(access_stream_of(f"pathway-{uuid4()}"), event)


def _cuts(taken: Sequence[float], sent: int) -> dict[str, float]:
    cuts = quantiles(taken, n=100)
    return {
        "sent": sent,
        "shown": len(taken),
        "p50_s": round(cuts[49], 2),
        "p99_s": round(cuts[98], 2),
    }


if __name__ == "__main__":
    main()
    leave(0)
