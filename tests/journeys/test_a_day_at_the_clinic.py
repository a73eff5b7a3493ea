"""From the first referral to the next morning: everything agrees, and nothing is forgotten."""

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.clinic import Clinic
from tests.journeys.installation import Installation, until
from tests.journeys.referrals import invented_referrals, sample_referrals
from tests.web.api import as_auditors_see


@pytest.mark.parametrize("kind", ["invented", "sample"])
async def test_referrals_end_as_they_must_and_again_as_duplicates(
    clinic: Clinic, folder: Path, kind: str
) -> None:
    files = invented_referrals(folder / "more") if kind == "invented" else sample_referrals()
    if not files:
        pytest.skip("the sample referrals are not beside the project")
    carepath = clinic.installation
    first = await carepath.ask("refer", *map(str, files), code=1)
    again = await carepath.ask("refer", *map(str, files), code=1)

    assert {Path(one["file"]): one["outcome"] for one in first} == files
    duplicates = {name: one for name, one in files.items() if one == "accepted"}
    assert {Path(one["file"]): one["outcome"] for one in again} == {
        **files,
        **dict.fromkeys(duplicates, "duplicate"),
    }
    assert [one["pathway_id"] for one in again] == [one["pathway_id"] for one in first]
    assert all(one["reasons"] for one in first if one["outcome"] != "accepted")


async def test_show_permitted_caseload_and_replay_tell_the_same(clinic: Clinic) -> None:
    carepath = clinic.installation
    await clinic.agrees_with_its_log(clinic.pathways[0])
    await until(carepath.is_caught_up)

    census = await carepath.ask("audit", "replay")
    cases = await caseload(carepath)
    by_replay = {one["entity_id"]: (one["status"], one["phase"]) for one in census["pathways"]}
    by_view = {one["pathway_id"]: (one["status"], one["phase"]) for one in cases}
    assert by_view == by_replay
    assert sum(census["by_phase"].values()) == sum(census["by_status"].values()) == len(cases)

    pathway = clinic.pathways[0]
    shown = await carepath.ask("show", pathway)
    row = next(one for one in census["pathways"] if one["entity_id"] == pathway)
    assert row["version"] == shown["version"]
    assert await carepath.ask("audit", "replay", pathway) == as_auditors_see(shown)
    assert (await carepath.ask("views", "check"))["ok"]


async def test_a_second_up_says_that_it_runs(clinic: Clinic) -> None:
    carepath = clinic.installation
    status = await carepath.ask("status")
    second = await carepath.up()
    assert second["already_running"]
    assert second["url"] == status["url"]
    assert {part["state"] for part in status["parts"].values()} == {"ready"}
    assert (await carepath.ask("status"))["parts"] == status["parts"]


async def replayed(carepath: Installation) -> object:
    """The clinic as the log has it; how long the log is, grows with each question."""
    census = await carepath.ask("audit", "replay")
    assert census.pop("position") > 0
    return census


async def test_after_a_night_everything_is_there(clinic: Clinic) -> None:
    carepath = clinic.installation
    await until(carepath.is_caught_up)
    evening = await replayed(carepath), await caseload(carepath)
    assert (await carepath.down())["stopped"]
    assert (await carepath.run("show", clinic.pathways[0])).code == 3
    await carepath.up()
    assert (await replayed(carepath), await caseload(carepath)) == evening
    assert (await carepath.ask("recover"))["started"] == 0
    await clinic.agrees_with_its_log(clinic.pathways[0])


async def caseload(carepath: Installation) -> list[dict[str, Any]]:
    document = await carepath.ask("views", "show", "caseload", "--limit", "500")
    assert document["next"] is None
    cases: list[dict[str, Any]] = document["cases"]
    return cases
