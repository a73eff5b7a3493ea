"""One process is killed while the rest runs: it is started again, and the clinic goes on."""

import os
import signal

import pytest

from tests.journeys.clinic import Clinic, measure_of
from tests.journeys.installation import until


@pytest.mark.long
@pytest.mark.parametrize("part", ["worker", "projector", "web", "postgres", "temporal"])
async def test_it_is_started_again_and_commands_are_taken(clinic: Clinic, part: str) -> None:
    carepath = clinic.installation
    before = carepath.state.parts[part].restarts
    os.kill(carepath.pid_of(part), signal.SIGKILL)

    async def is_back() -> bool:
        return carepath.state.parts[part].restarts > before and await carepath.is_well()

    await until(is_back)
    sent = measure_of(clinic.pathways[0], "phq-9")

    async def is_accepted() -> bool:
        ended = await clinic.send(sent)
        assert ended.code in (0, 3), ended
        return ended.code == 0

    await until(is_accepted)
    batches = [one for one in await carepath.batches() if one.command_id == sent.command_id]
    assert [one.appends for one in batches] == [1]
    await clinic.agrees_with_its_log(clinic.pathways[0])
    await until(carepath.is_caught_up)
