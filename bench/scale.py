"""A large clinic through some simulated weeks, on one worker and the server that skips time.

`python -m bench.scale --patients 2320 --groups 176` has some 2,000 open pathways and 250 groups,
introductions among them; `--patients 130` a twentieth of that. The clinic's past is written into
the log, its workflows begin from there as `carepath recover` would have them, and then everybody
goes on with what they did in the simulation. After each week the figures so far go to
`bench/results/scale.json`; at the end, whatever does not hold is counted.
"""

import argparse
import asyncio
import gc
import json
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from psutil import Process
from temporalio.testing import WorkflowEnvironment

from bench.clinic import publish, shipped_programme
from bench.kept import keep_figures
from bench.living import Living, living, write
from bench.log import log_on
from domain.decider import Rejected
from domain.deciders import decider_of
from domain.fold import start, step
from eventstore.store import EventStore
from tests.long.invariants import AT_REST
from tests.long.playing import Played, obliging_outside
from tests.long.script import Asked
from tests.workflows.clinic import register_search_attributes
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.keys import ensure_keys
from workers.logs import configure_logs
from workers.temporal import converter, create_worker
from workflows.client import EntityClient

Figures = dict[str, float]

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
MONTHS = 5
STEP = timedelta(hours=1)
ROOM = 2
"""Everybody is kept in memory, with those who come to it: else the figures are of replaying."""
AT_ONCE = 16
EVERYBODY = 100_000
PATIENCE = timedelta(minutes=3)
"""A busy machine is no fault of what is measured."""


def main() -> None:
    """Live, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__)
    parser.add_argument("--patients", type=int, default=130, help="referred within five months")
    parser.add_argument("--groups", type=int, help="ongoing ones, if not as many as it needs")
    parser.add_argument("--weeks", type=int, default=4)
    chosen = parser.parse_args()
    configure_logs("error")
    asyncio.run(_live(chosen.patients, chosen.groups, chosen.weeks))


async def _live(patients: int, groups: int | None, weeks: int) -> None:
    with tempfile.TemporaryDirectory(prefix="carepath-bench-") as name:
        server = await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
            data_converter=converter(ensure_keys(Path(name) / "keys")),
        )
        async with postgres_server() as dsn, log_on(dsn, "bench_scale") as pool, server as skipping:
            await register_search_attributes(skipping.client)
            store = EventStore(pool)
            await publish(store, shipped_programme())
            midnight = (await skipping.get_current_time()).replace(hour=0, minute=0, second=0)
            clinic = await living(midnight + DAY, patients, MONTHS, weeks * WEEK, groups)
            past = await write(store, clinic)
            clinic = replace(clinic, histories={})
            # What stays until the end is not looked through again and again while tasks wait.
            gc.collect()
            gc.freeze()
            async with create_worker(
                skipping.client,
                store,
                obliging_outside(),
                max_cached_workflows=ROOM * len(clinic.open),
            ):
                played = Played(skipping, EntityClient(skipping.client, PATIENCE), store, PATIENCE)
                await played.until(midnight + DAY)
                async for figures in _figures(played, clinic, midnight + DAY, weeks):
                    _keep({"past_events": past, **figures})
                _keep({"past_events": past, **figures, **await _wrong(played)})
                _tell_otherwise(played)


def _keep(figures: Figures) -> None:
    print(json.dumps(figures, indent=2), flush=True)
    keep_figures("scale", figures)


async def _figures(
    played: Played, clinic: Living, since: datetime, weeks: int
) -> AsyncIterator[Figures]:
    """What it took to begin, and then to live on, after each week."""
    begun, busy, before = perf_counter(), process_time(), await played.store.last_seq()
    await _all(_begin(played, one) for one in clinic.open)
    figures: Figures = {
        "open_pathways": len(clinic.open_of("pathway")),
        "open_groups": len(clinic.open_of("group")),
        "open_entities": len(clinic.open),
        "seconds_to_recover": round(perf_counter() - begun, 1),
        "processor_ms_to_recover_one": round((process_time() - busy) / len(clinic.open) * 1000, 1),
    }
    begun, busy, given = perf_counter(), process_time(), 0
    for week in range(1, weeks + 1):
        script = [one for one in clinic.script if (one.at - since) // WEEK == week - 1]
        await _play(played, script)
        given += len(script)
        lived, living_on = perf_counter() - begun, process_time() - busy
        yield figures | {
            "weeks": week,
            "commands": given,
            "decided_otherwise_than_simulated": len(played.otherwise),
            "events": await played.store.last_seq() - before,
            "seconds_a_week": round(lived / week, 1),
            "processor_seconds_a_week": round(living_on / week, 1),
            "resident_mb": round(Process().memory_info().rss / 1e6),
            "deadlines_missed": await _missed(played),
        }


async def _begin(played: Played, entity_id: str) -> None:
    """Start it, and wait until it has read its stream."""
    await played.entities.start(entity_id)
    await played.entities.snapshot(entity_id)


async def _play(played: Played, script: Sequence[Asked]) -> None:
    """Hour by hour, everybody at once; each hour is told on standard error, to be watched."""
    for hour, asked in groupby(script, key=lambda one: one.at.replace(minute=0, second=0)):
        print(f"{hour:%a %d %b, %H:%M}", file=sys.stderr, flush=True)
        everything = list(asked)
        await played.until(max(hour + STEP, everything[-1].at))
        by_entity: dict[str, list[Asked]] = {}
        for one in everything:
            by_entity.setdefault(one.entity_id, []).append(one)
        await _all(_give(played, each) for each in by_entity.values())
        await played.at_rest()


async def _give(played: Played, asked: Iterable[Asked]) -> None:
    for one in asked:
        refused_for: tuple[str, ...] = ()
        try:
            await played.entities.submit_starting(one.entity_id, one.submission)
        except Rejected as refusal:
            refused_for = tuple(reason.code for reason in refusal.reasons)
        if refused_for != one.refused_for:
            played.otherwise.append((one, refused_for))


def _tell_otherwise(played: Played) -> None:
    """How often which command was refused for other reasons than in the simulation."""
    for (command, before, now), count in Counter(
        (one.submission.command, one.refused_for, now) for one, now in played.otherwise
    ).most_common():
        print(f"{count} x {command}: simulated {before or 'accepted'}, now {now or 'accepted'}")


async def _wrong(played: Played) -> Figures:
    """How many workflows differ from the log, and how often an invariant of rest is broken."""
    folds: dict[str, Any] = {}
    for id_ in await played.store.streams(None, "", EVERYBODY):
        if not id_.startswith("programme-"):
            folds[id_] = await _fold(played.store, id_)
    broken = [f"{holds.__name__}: {id_}" for holds in AT_REST for id_ in holds(AtLast(folds))]
    print("\n".join(broken))
    return {
        "holding_something_else_than_the_log": len(await played.disagreeing()),
        "invariants_broken": len(broken),
    }


async def _fold(store: EventStore, entity_id: str) -> Any:
    """The state that a stream says, whose versions have no gap."""
    decider = decider_of(entity_id)
    folded = start(decider)
    for version, one in enumerate(await store.read_stream(entity_id), start=1):
        assert one.version == version, f"{entity_id} has a gap before {one.version}"
        folded = step(decider, folded, one.event, one.event_id, one.programme_version)
    return folded.state


@dataclass(frozen=True)
class AtLast:
    """The states of all entities in the end, by id."""

    folds: Mapping[str, Any]

    def of_kind(self, kind: str) -> dict[str, Any]:
        """Those of one kind."""
        return {id_: one for id_, one in self.folds.items() if id_.startswith(f"{kind}-")}


async def _missed(played: Played) -> int:
    """Deadlines of those who changed that have passed and were not met."""
    now = await played.environment.get_current_time()
    return sum(
        any(deadline.at <= now for deadline in decider_of(id_).deadlines(one.state))
        for id_, one in played.known.items()
    )


async def _all(calls: Iterable[Any]) -> list[Any]:
    """What all of them give back, some at a time."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(call: Awaitable[Any]) -> Any:
        async with free:
            return await call

    return await asyncio.gather(*(one(call) for call in calls))


if __name__ == "__main__":
    main()
    leave(0)
