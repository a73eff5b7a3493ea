"""Views, replays and recovery from the command line."""

from pathlib import Path

from eventstore.connect import Pool
from eventstore.settle import tick
from projections.views import VIEWS
from tests.cli.carepath import Carepath
from tests.cli.taken_in import opened
from tests.web.entities import EntitiesHere


async def test_all_pathways_are_replayed(clinic: Carepath, tmp_path: Path, pool: Pool) -> None:
    pathway = await opened(clinic, tmp_path)
    async with pool.acquire() as connection:
        await tick(connection)

    census = (await clinic("audit", "replay", "--json")).document
    human = await clinic("audit", "replay", "--as-of", "2026-11-23")

    assert pathway in {one["entity_id"] for one in census["pathways"]}
    assert "assessment" in human.out


async def test_views_are_rebuilt_listed_shown_and_checked(
    clinic: Carepath, tmp_path: Path, pool: Pool
) -> None:
    pathway = await opened(clinic, tmp_path)
    async with pool.acquire() as connection:
        await tick(connection)

    for view in VIEWS:
        rebuilt = (await clinic("views", "rebuild", view.name, "--json")).document
        assert rebuilt["view"] == view.name
    listed = (await clinic("views", "list", "--json")).document
    cases = (await clinic("views", "show", "caseload", "--json")).document
    human = await clinic("views", "show", "caseload", "--limit", "1")
    fine = await clinic("views", "check", "--json")
    await pool.execute("UPDATE view_caseload.caseload SET status = 'odd'")
    differing = await clinic("views", "check", "caseload")
    told = await clinic("views", "rebuild", "caseload")

    assert {one["name"] for one in listed["views"]} == {view.name for view in VIEWS}
    assert pathway in {one["pathway_id"] for one in cases["cases"]}
    assert "Caseload" in human.out
    assert (fine.code, fine.document["ok"]) == (0, True)
    assert differing.code == 1
    assert "differ from before" in told.out or "differs from before" in told.out


async def test_a_view_is_shown_as_of_an_instant(
    clinic: Carepath, tmp_path: Path, pool: Pool
) -> None:
    pathway = await opened(clinic, tmp_path)
    async with pool.acquire() as connection:
        await tick(connection)
    shown = ("views", "show", "caseload", "--of", pathway, "--as-of")

    before = await clinic(*shown, "2020-01-01", "--json")
    later = await clinic(*shown, "2030-01-01", "--json")
    human = await clinic(*shown, "2030-01-01")
    wrong = await clinic(*shown, "yesterday")

    assert (before.code, before.document["rows"]) == (0, [])
    assert [one["row"]["pathway_id"] for one in later.document["rows"]] == [pathway]
    assert "caseload" in human.out
    assert wrong.code == 2


async def test_an_unknown_view_is_refused(clinic: Carepath) -> None:
    assert (await clinic("views", "rebuild", "nothing")).code == 1
    assert (await clinic("views", "check", "nothing", "--json")).code == 1


async def test_recovery_counts(clinic: Carepath, tmp_path: Path, entities: EntitiesHere) -> None:
    await opened(clinic, tmp_path)
    entities.awake.clear()

    first = (await clinic("recover", "--json")).document
    human = await clinic("recover")

    assert first["started"] == first["open"] > 0
    assert "0 started" in human.out
