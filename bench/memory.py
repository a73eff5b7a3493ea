"""What a cached open pathway costs a worker: its resident memory with many of them and with one.

`python -m bench.memory --pathways 200` writes `bench/results/memory.json`.
"""

import argparse
import asyncio
import gc
import json
import tempfile
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import psutil

from activities.notify import FolderNotifier
from bench.clinic import ACTOR, clinic_of, publish, shipped_programme
from bench.kept import keep_figures
from bench.log import log_on
from bench.transitions import temporal
from domain.events.base import Event
from domain.events.envelope import NewEvent, Origin, new_events
from domain.events.registry import read
from domain.simulation import Entity
from eventstore.store import EventStore
from workers.embedded.postgres_server import postgres_server
from workers.exit import leave
from workers.logs import configure_logs
from workers.temporal import create_worker
from workflows.client import EntityClient, Unreachable

CLINIC = 40
AT_ONCE = 4


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(prog="bench.memory", description=__doc__)
    parser.add_argument(
        "--pathways", type=int, default=200, help="at most 900: a cache holds 1,000"
    )
    chosen = parser.parse_args()
    configure_logs("error")
    asyncio.run(_measure(chosen.pathways))


async def _measure(pathways: int) -> None:
    with tempfile.TemporaryDirectory(prefix="carepath-bench-") as name:
        folder = Path(name)
        async with (
            postgres_server() as dsn,
            log_on(dsn, "bench_memory") as pool,
            temporal(folder) as client,
        ):
            store = EventStore(pool)
            await publish(store, shipped_programme())
            ids = await _write(store, pathways + AT_ONCE)
            notify = {"notify": FolderNotifier(folder / "outbox")}
            async with create_worker(client, store, notify):
                figures = await _figures(EntityClient(client), ids)
    print(json.dumps(figures, indent=2))
    keep_figures("memory", figures)


async def _figures(entities: EntityClient, ids: list[str]) -> dict[str, float]:
    """Resident memory once a few are cached, and once all are, in kB."""
    await _cache(entities, ids[:AT_ONCE])
    before = _resident()
    await _cache(entities, ids[AT_ONCE:])
    after = _resident()
    more = len(ids) - AT_ONCE
    return {
        "pathways": more,
        "resident_before_kb": round(before),
        "resident_after_kb": round(after),
        "kb_a_pathway": round((after - before) / more, 1),
    }


async def _cache(entities: EntityClient, ids: list[str]) -> None:
    free = asyncio.Semaphore(AT_ONCE)

    async def begin(id_: str) -> None:
        async with free:
            await entities.start(id_)
            await _until_loaded(entities, id_)

    await asyncio.gather(*(begin(one) for one in ids))


async def _until_loaded(entities: EntityClient, id_: str) -> None:
    while True:
        with suppress(Unreachable):
            await entities.snapshot(id_)
            return


def _resident() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1000


async def _write(store: EventStore, many: int) -> list[str]:
    """Copies of a pathway in the middle of its treatment, each under an id of its own."""
    events = _middle()
    ids = [f"pathway-{uuid4()}" for _ in range(many)]
    for one in ids:
        await store.append(one, 0, _copied(events))
    return ids


def _middle() -> list[Event]:
    """The open pathway of the invented clinic that has as many events as most."""
    pathways = [one for one in clinic_of(CLINIC) if _treated(one)]
    middle = sorted(pathways, key=lambda one: len(one.history))[len(pathways) // 2]
    return [
        read(one.type, one.schema_version, json.loads(one.data), one.effective_at)
        for one in middle.history
    ]


def _treated(entity: Entity) -> bool:
    return entity.id.startswith("pathway-") and entity.state.phase == "ongoing"


def _copied(events: list[Event]) -> list[NewEvent]:
    """As one command's, so that one append writes them."""
    origin = Origin(command_id=uuid4(), actor=ACTOR)
    return new_events(events, origin, shipped_programme().label)


if __name__ == "__main__":
    main()
    leave(0)
