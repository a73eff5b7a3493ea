"""So many coordinators for so long, and what must hold afterwards."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from time import monotonic

from tests.faults.campaign import other_than_the_log, silent_ones
from tests.faults.clinic import open_clinic
from tests.faults.findings import of_the_log
from tests.faults.load import Load
from tests.journeys.installation import Installation, until
from tests.load.clinic import Two, two_of_everything
from tests.load.minutes import Attempt, Minute, by_minute
from tests.load.switching import Switching

PAUSE = timedelta(seconds=2)
"""Between two commands of one coordinator, on average: more than anybody does by hand."""

PATIENTS = 30
ANSWERED_WITHIN = timedelta(minutes=3)


@dataclass
class Worked:
    """What coordinators noticed, and what was found to be wrong afterwards."""

    minutes: list[Minute] = field(default_factory=list)
    accepted: int = 0
    refused: int = 0
    sent_again: int = 0
    killed: int = 0
    found: list[str] = field(default_factory=list)


async def worked(coordinators: int, length: timedelta, seed: int) -> Worked:
    """Let them work on an installation of their own, and look at all of it."""
    random = Random(seed)  # noqa: S311 - the same load each time
    async with two_of_everything() as (two, folder):
        transport = Switching(list(two.ports.values()))
        async with two.client(transport) as http:
            operator = two.apart.operator
            clinic = await open_clinic(operator, http, folder / "referred", PATIENTS)
            load = Load(clinic, random, callers=coordinators, pause=PAUSE)
            begun = monotonic()
            await _disturbed(load, two, random, length)
            minutes = by_minute(begun, _since(begun, transport), load.waited, two.killed)
            found = await _found(load, two, operator)
        await two.apart.end_all()
    return Worked(
        minutes,
        len(load.receipts),
        load.refused.total(),
        load.sent_again,
        len(two.killed),
        found,
    )


def _since(begun: float, transport: Switching) -> list[Attempt]:
    return [one for one in transport.attempts if one.at - one.seconds >= begun]


async def _disturbed(load: Load, two: Two, random: Random, length: timedelta) -> None:
    """Every command that was begun is answered in the end."""
    working = asyncio.create_task(load.run())
    killing = asyncio.create_task(two.kill_at_random(random))
    done, _ = await asyncio.wait(
        {working, killing}, timeout=length.total_seconds(), return_when=asyncio.FIRST_COMPLETED
    )
    for ended_early in done:
        ended_early.result()
    killing.cancel()
    with suppress(asyncio.CancelledError):
        await killing
    await two.all_ready()
    load.end()
    await asyncio.wait_for(working, ANSWERED_WITHIN.total_seconds())


async def _found(load: Load, two: Two, operator: Installation) -> list[str]:
    silent = [f"{one} takes no command" for one in await silent_ones(load)]
    owner = await two.postgres.owner()
    try:
        in_log = await of_the_log(owner, load.receipts)
    finally:
        await owner.close()

    async def is_reconciled() -> bool:
        return (await operator.run("audit", "reconcile", "--json")).code == 0

    with suppress(AssertionError):
        await until(is_reconciled, timedelta(minutes=2))
    return [*in_log, *silent, *await other_than_the_log(operator, anchor=two.anchor)]
