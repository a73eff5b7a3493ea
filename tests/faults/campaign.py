"""A campaign: one fault after the other while commands go on, and what must hold after each."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic

import asyncpg

from eventstore.connect import create_pool
from tests.faults.clinic import client_of, open_clinic
from tests.faults.effects import Effects, effects_in
from tests.faults.faults import Disturbed, faults
from tests.faults.findings import of_receivers, of_the_log
from tests.faults.load import Load
from tests.faults.outside import outside
from tests.journeys.conftest import reachable_folder, stopped_at_the_end
from tests.journeys.installation import Installation, until
from workers.keys import Keys
from workers.log import encrypted_store

COMES_BACK = timedelta(seconds=120)
SETTLES = timedelta(seconds=300)
PORTS = ("notify", "benefits", "share")
"""Those of effects that receivers take."""

BEFORE_A_FAULT = 15
"""A fault comes after up to so many more commands were answered, and a part of a second."""

AFTER_A_FAULT = 12
"""So many commands are answered before the clinic counts as working again."""


@dataclass
class Campaign:
    """What was tried, how long each took to be over, and what was found to be wrong."""

    tried: Counter[str] = field(default_factory=Counter)
    over_after: dict[str, list[float]] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)


async def campaign(rounds: int, seed: int) -> Campaign:
    """Disturb an installation of its own so often: every kind in turn, in a drawn order."""
    random = Random(seed)  # noqa: S311 - the same campaign each time
    result = Campaign()
    async with _disturbed(random) as disturbed:
        running = asyncio.create_task(disturbed.load.run())
        for name in _drawn(list(faults(disturbed)), rounds, random):
            await _round(disturbed, name, random, result)
        disturbed.load.end()
        await asyncio.wait_for(running, COMES_BACK.total_seconds())
        await _judge(disturbed, result)
    return result


@asynccontextmanager
async def _disturbed(random: Random) -> AsyncIterator[Disturbed]:
    with reachable_folder() as folder, tempfile.TemporaryDirectory() as taken:
        async with outside(Path(taken)) as receivers:
            installation = Installation(folder / "data", receivers.environment)
            async with stopped_at_the_end(installation):
                await installation.up()
                async with client_of(installation) as http:
                    clinic = await open_clinic(installation, http, folder / "referred")
                    yield Disturbed(installation, receivers, Load(clinic, random))


def _drawn(kinds: list[str], rounds: int, random: Random) -> Iterator[str]:
    """Every kind once, in a drawn order, and again, so that none comes twice within a minute."""
    random.shuffle(kinds)
    return (kinds[number % len(kinds)] for number in range(rounds))


async def _round(disturbed: Disturbed, name: str, random: Random, result: Campaign) -> None:
    await disturbed.load.after(random.randint(1, BEFORE_A_FAULT))
    await asyncio.sleep(random.random() / 5)
    begun = monotonic()
    await faults(disturbed)[name]()
    try:
        await asyncio.wait_for(_works_again(disturbed), COMES_BACK.total_seconds())
    except TimeoutError:
        result.found.append(f"after {name}: not at work again within {COMES_BACK.seconds} s")
    result.tried[name] += 1
    result.over_after.setdefault(name, []).append(monotonic() - begun)


async def _works_again(disturbed: Disturbed) -> None:
    """Every part is there, what was under way is answered, and so is more."""
    await until(disturbed.is_ready, COMES_BACK)
    before = set(disturbed.load.waiting)
    while before & set(disturbed.load.waiting):
        await disturbed.load.after(1)
    await disturbed.load.after(AFTER_A_FAULT)


async def _judge(disturbed: Disturbed, result: Campaign) -> None:
    """Wait until everything is settled and seen, and look at all of it."""
    installation, load = disturbed.installation, disturbed.load
    silent = await silent_ones(load)
    effects = await _once_settled(disturbed, result)
    connection = await asyncpg.connect(installation.state.database_url)
    try:
        result.found += await of_the_log(connection, load.receipts)
        events = await connection.fetchval("SELECT count(*) FROM carepath_log.events")
    finally:
        await connection.close()
    taken = disturbed.outside.taken()
    result.found += [one for port in PORTS for one in of_receivers(taken, port, effects)]
    result.found += [f"{one} takes no command" for one in silent]
    result.found += await other_than_the_log(installation)
    result.figures |= {
        "commands accepted": len(load.receipts),
        "commands refused": load.refused.total(),
        "commands sent again": load.sent_again,
        "events": events,
        "effects": len(effects.asked),
    }
    for port in PORTS:
        came = Counter(one.id for one in taken if one.port == port)
        result.figures |= {
            f"{port}: taken": len(came),
            f"{port}: taken again, under one id": came.total() - len(came),
        }


async def _once_settled(disturbed: Disturbed, result: Campaign) -> Effects:
    """The effects, once none is under way and every view has seen the end of the log."""
    installation = disturbed.installation
    pool = await create_pool(str(installation.state.database_url), max_size=2)
    store = encrypted_store(pool, Keys(installation.settings.keys_dir))

    async def nothing_is_left() -> bool:
        return not (await effects_in(store)).under_way and await installation.is_caught_up()

    try:
        await until(nothing_is_left, SETTLES)
    except AssertionError:
        result.found.append(f"effects or views are behind after {SETTLES.seconds} s")
    try:
        return await effects_in(store)
    finally:
        await pool.close()


async def silent_ones(load: Load) -> list[str]:
    """The entities that take no command any more."""
    return [one for one in load.clinic.entities if not await load.is_taken(one)]


async def other_than_the_log(
    installation: Installation, *, anchor: Path | None = None
) -> list[str]:
    """Where workflows, views or proofs differ from the log; `anchor` unless it is at hand."""
    found = []
    kept = ("--anchor", str(anchor)) if anchor else ()
    for words in (("audit", "reconcile"), ("views", "check"), ("audit", "verify", *kept)):
        ended = await installation.run(*words, "--json")
        if ended.code:
            found.append(f"{' '.join(words)}: {ended.out or ended.err}")
    return found
