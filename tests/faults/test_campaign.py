"""Every kind of fault, under load: nothing is lost, nothing happens twice, nothing stands still."""

import pytest

from tests.faults.campaign import PORTS, campaign

EVERY_KIND = 13


@pytest.mark.long
async def test_nothing_is_lost_doubled_or_stuck_whatever_is_killed_or_cut() -> None:
    done = await campaign(rounds=EVERY_KIND, seed=7)
    assert len(done.tried) == EVERY_KIND
    assert done.found == []
    assert done.figures["commands accepted"] > 0
    assert all(done.figures[f"{port}: taken"] > 0 for port in PORTS)
