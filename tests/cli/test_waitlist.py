"""The waitlist from the command line: a page of it at a time."""

import json
from pathlib import Path

from eventstore.connect import Pool
from eventstore.settle import tick
from tests.cli.carepath import Carepath
from tests.cli.taken_in import opened

WAITS = {
    "group_kind": "introduction",
    "modalities": ["virtual"],
    "urgency": "routine",
    "zone": "America/New_York",
}


async def test_it_shows_so_many_places_and_says_how_to_go_on(
    clinic: Carepath, tmp_path: Path, pool: Pool
) -> None:
    waiting = [await opened(clinic, tmp_path) for _ in range(3)]
    for one in waiting:
        joined = await clinic("submit", one, "join_waitlist", "--data", json.dumps(WAITS))
        assert joined.code == 0, joined.err
    async with pool.acquire() as connection:
        await tick(connection)
    await clinic("views", "rebuild", "waitlist")

    whole = await clinic("waitlist")
    first = await clinic("waitlist", "--limit", "2")
    second = (await clinic("waitlist", "--limit", "2", "--after", "2", "--json")).document

    assert all(one in whole.out for one in waiting)
    assert "--after" not in whole.err
    assert [one for one in waiting if one not in first.out] == [second["places"][0]["pathway_id"]]
    assert "3 wait: go on with --after 2" in first.err
    assert (len(second["places"]), second["waiting"]) == (1, 3)
