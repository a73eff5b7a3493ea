"""The drill of docs/runbooks/upgrade.md: one release follows another while a clinic works."""

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from tests.deploy.apart import Apart
from tests.deploy.releases import next_migration, next_release
from tests.faults.campaign import other_than_the_log, silent_ones
from tests.faults.clinic import open_clinic
from tests.faults.findings import of_the_log
from tests.faults.load import Load
from tests.journeys.installation import Installation, until
from tests.load.clinic import BOTH, Two, two_of_everything
from tests.load.run import ANSWERED_WITHIN
from tests.load.switching import Switching
from workers.embedded.temporal import program

pytestmark = pytest.mark.long

COORDINATORS = 6
PAUSE = timedelta(milliseconds=500)
MOVES_WITHIN = timedelta(minutes=4)
"""Sleepers are looked for once a minute."""

HAS_COLUMN = """SELECT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'events'
    AND table_schema = 'carepath_log' AND column_name = 'of_the_next_release')"""


@dataclass
class Drill:
    """A clinic at work; `two` are its processes, and `release` chooses the next one's code."""

    two: Two
    load: Load
    release: dict[str, str]

    def of_the_next_release(self, somebody: Installation) -> Installation:
        """The same person, with the next release's command."""
        return Installation(somebody.data_dir, {**somebody.environment, **self.release})

    async def goes_on(self) -> None:
        """Commands are answered as before."""
        await asyncio.wait_for(self.load.after(2 * COORDINATORS), 60)


async def test_a_release_follows_another_while_a_clinic_works() -> None:
    async with two_of_everything() as (two, folder):
        transport = Switching(list(two.ports.values()))
        async with two.client(transport) as http:
            clinic = await open_clinic(two.apart.operator, http, folder / "referred")
            random = Random(8)  # noqa: S311 - the same commands each time
            load = Load(clinic, random, callers=COORDINATORS, pause=PAUSE)
            release = await asyncio.to_thread(next_release, folder / "next")
            drill = Drill(two, load, release)
            async with asyncio.TaskGroup() as working:
                working.create_task(load.run())
                await upgraded(drill, folder)
                load.end()
            await is_whole(drill, transport)


async def upgraded(drill: Drill, folder: Path) -> None:
    """The steps of the runbook, in its order."""
    before = builds_in(folder)
    await drill.goes_on()
    await migrated(drill)
    for name in ("projector", "sealer", "web"):
        for number in BOTH:
            await drill.two.end(name, number)
            await drill.two.start(name, number)
            await drill.goes_on()
    for number in (3, 4):
        await drill.two.start("worker", number)
    [build] = before
    await until(lambda: nobody_runs_on(drill.two.apart, build), MOVES_WITHIN)
    for number in BOTH:
        await drill.two.end("worker", number)
    assert len(builds_in(folder)) == 2
    await drill.goes_on()


async def migrated(drill: Drill) -> None:
    """By the next release; from then on processes of this one go on, and none starts any more."""
    owner = drill.of_the_next_release(drill.two.apart.as_("owner", "migrate"))
    assert (await owner.ask("migrate"))["applied"] == [next_migration()]
    await drill.goes_on()
    too_late = await drill.two.apart.start("projector", 9)
    drill.two.apart.running.remove(too_late)
    assert await too_late.process.wait() == 3
    assert "it was migrated by a later version" in too_late.log.read_text()
    drill.two.release = drill.release


def builds_in(folder: Path) -> set[str]:
    """The builds that workers have logged."""
    logs = "".join(one.read_text() for one in folder.glob("worker-*.log")).splitlines()
    said = [json.loads(line) for line in logs if line.startswith("{")]
    return {one["build"] for one in said if one["event"] == "worker_ready"}


async def nobody_runs_on(processes: Apart, build: str) -> bool:
    """Temporal knows of no entity that is on the build still."""
    told = processes.told("worker", processes.folder / "worker-1")
    query = f"ExecutionStatus = 'Running' AND TemporalWorkerDeploymentVersion = 'carepath:{build}'"
    process = await asyncio.create_subprocess_exec(
        *(str(program()), "workflow", "count", "--query", query, "--output", "json"),
        *("--namespace", told["TEMPORAL_NAMESPACE"]),
        *("--address", told["TEMPORAL_ADDRESS"], "--tls"),
        *("--tls-ca-path", told["TEMPORAL_TLS_SERVER_CA_CERT_PATH"]),
        *("--tls-cert-path", told["TEMPORAL_TLS_CLIENT_CERT_PATH"]),
        *("--tls-key-path", told["TEMPORAL_TLS_CLIENT_KEY_PATH"]),
        *("--tls-server-name", told["TEMPORAL_TLS_SERVER_NAME"]),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return int(json.loads(out or "{}").get("count", 0)) == 0


async def is_whole(drill: Drill, transport: Switching) -> None:
    """No command was lost, done twice or answered with an error; the log agrees with all."""
    assert {one.status for one in transport.attempts if (one.status or 0) >= 500} == set()
    assert await silent_ones(drill.load) == []
    owner = await drill.two.postgres.owner()
    assert await owner.fetchval(HAS_COLUMN)
    assert await of_the_log(owner, drill.load.receipts) == []
    await owner.close()
    operator = drill.of_the_next_release(drill.two.apart.operator)

    async def is_reconciled() -> bool:
        return (await operator.run("audit", "reconcile", "--json")).code == 0

    await until(is_reconciled, ANSWERED_WITHIN)
    assert await other_than_the_log(operator, anchor=drill.two.anchor) == []
    assert all(codes == {0} for codes in (await drill.two.apart.end_all()).values())
