"""Coordinators at work while processes are killed: what was accepted is in the log, once."""

from datetime import timedelta

import httpx
import pytest

from tests.load.minutes import Attempt, by_minute, table
from tests.load.plot import picture
from tests.load.run import worked
from tests.load.switching import Switching
from workers.embedded.ports import any_free_port


@pytest.mark.long
async def test_no_accepted_command_is_lost_or_doubled_while_processes_are_killed() -> None:
    done = await worked(coordinators=8, length=timedelta(seconds=60), seed=8)
    assert done.found == []
    assert done.killed >= 2
    assert done.accepted > 50
    assert not any(minute.failed for minute in done.minutes)


def test_what_was_noticed_stands_in_the_minute_in_which_it_ended() -> None:
    attempts = [
        *(Attempt(1000 + at, 0.1, 200) for at in range(3)),
        *(Attempt(1061, seconds, status) for seconds, status in ((0.2, 409), (5, None), (3, 500))),
        Attempt(1062, 1, 429),
    ]
    first, second = by_minute(1000, attempts, [(1061, 5.2)], [(1065, "web"), (1066, "web")])
    assert (first.accepted, first.error_rate) == (3, 0)
    assert (second.refused, second.failed, second.error_rate) == (1, 1, 0.75)
    assert list(table([first, second]))[-1] == (
        "| 2 | 0 | 1 | 1 | 0 | 1 | 1 | 1000 | 3000 | 5.2 | 5.2 | 2 web |"
    )
    assert "75.0 %" in picture([first, second], "two minutes")


async def test_who_got_no_answer_goes_elsewhere_next_time() -> None:
    gone, there = any_free_port(), any_free_port()
    transport = Switching([gone, there])
    async with httpx.AsyncClient(transport=transport, base_url=transport.base_url) as client:
        for _ in range(3):
            with pytest.raises(httpx.ConnectError):
                await client.get("/")
    assert [one.status for one in transport.attempts] == [None, None, None]
    assert transport.base_url.endswith(str(there))
