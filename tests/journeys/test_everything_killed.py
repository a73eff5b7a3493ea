"""Every process is killed while commands are under way: none is lost, none happens twice."""

import asyncio
from collections.abc import Sequence
from itertools import groupby

from tests.journeys.clinic import Clinic, Sent, stream_of_commands
from tests.journeys.installation import Batch, until

SENDERS = 4
ACCEPTED_BEFORE = 5


async def test_each_command_is_in_the_log_exactly_once(clinic: Clinic) -> None:
    carepath = clinic.installation
    before = await carepath.batches()
    commands = stream_of_commands(clinic.pathways[:3], each=4)

    codes = await send_until_killed(clinic, commands)
    assert 3 in codes, "the test needs commands that were cut off"
    await carepath.up()
    await asyncio.gather(*(send_until_accepted(clinic, part) for part in dealt(commands)))

    written = [one for one in await carepath.batches() if one not in before]
    assert without_gaps(await carepath.batches())
    assert sorted(one.command_id for one in written) == sorted(one.command_id for one in commands)
    assert all(one.appends == 1 for one in written)

    await clinic.agrees_with_its_log(clinic.pathways[0])
    await until(carepath.is_caught_up)
    assert (await carepath.ask("views", "check"))["ok"]
    assert await carepath.is_well()


async def send_until_killed(clinic: Clinic, commands: Sequence[Sent]) -> list[int]:
    """The exit codes; everything is killed once a few commands were accepted."""
    codes: list[int] = []

    async def send(some: Sequence[Sent]) -> None:
        for one in some:
            codes.append((await clinic.send(one)).code)
            if codes.count(0) == ACCEPTED_BEFORE and 3 not in codes:
                clinic.installation.kill_everything()

    await asyncio.gather(*(send(some) for some in dealt(commands)))
    return codes


async def send_until_accepted(clinic: Clinic, commands: Sequence[Sent]) -> None:
    for one in commands:

        async def accepted(sent: Sent = one) -> bool:
            ended = await clinic.send(sent)
            assert ended.code in (0, 3), ended
            return ended.code == 0

        await until(accepted)


def dealt(commands: Sequence[Sent]) -> list[Sequence[Sent]]:
    """The commands, a share for each sender."""
    return [commands[number::SENDERS] for number in range(SENDERS)]


def without_gaps(batches: Sequence[Batch]) -> bool:
    """In every stream each command's events follow the ones before it, from version 1."""
    for _, of_stream in groupby(batches, key=lambda one: one.stream):
        version = 0
        for one in of_stream:
            if (one.first, one.last) != (version + 1, version + one.events):
                return False
            version = one.last
    return True
