"""The whole Temporal database is lost: the log brings every open pathway back to life."""

import asyncio
import json

import pytest

from tests.journeys.clinic import Clinic, measure_of
from tests.journeys.installation import Installation, until
from workers.embedded.temporal import program


@pytest.mark.long
async def test_every_open_pathway_goes_on_from_the_log(clinic: Clinic) -> None:
    carepath = clinic.installation
    await carepath.down()
    log_file = carepath.settings.temporal_db
    for file in log_file.parent.glob(f"{log_file.name}*"):
        file.unlink()
    await carepath.up()
    before = await carepath.batches()
    assert await running_pathways(carepath) == 0

    early = measure_of(clinic.pathways[0], "gad-7")
    assert (await clinic.send(early)).code == 0, "a command wakes its pathway without recovery"

    first = await carepath.ask("recover")
    assert first["started"] > 0
    assert first["started"] + first["running"] == first["open"]
    assert await carepath.ask("recover") == {
        "open": first["open"],
        "started": 0,
        "running": first["open"],
    }
    await until_running(carepath, await open_pathways(carepath))

    assert [one for one in await carepath.batches() if one not in before] == [
        one for one in await carepath.batches() if one.command_id == early.command_id
    ], "nothing but the command was written"
    for pathway in clinic.pathways[:3]:
        await clinic.agrees_with_its_log(pathway)
    assert (await carepath.ask("views", "check"))["ok"]


async def until_running(carepath: Installation, count: int) -> None:
    async def all_run() -> bool:
        return await running_pathways(carepath) == count

    await until(all_run)


async def open_pathways(carepath: Installation) -> int:
    census = await carepath.ask("audit", "replay")
    return sum(one["status"] != "closed" for one in census["pathways"])


async def running_pathways(carepath: Installation) -> int:
    """How many Temporal itself says are running."""
    query = "WorkflowType='PatientPathway' AND ExecutionStatus='Running'"
    asking = await asyncio.create_subprocess_exec(
        *(str(program()), "workflow", "count", "--query", query, "--output", "json"),
        *("--address", str(carepath.state.temporal_address), "--disable-config-file"),
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await asking.communicate()
    return int(json.loads(said).get("count", 0))
