"""The views over HTTP."""

import pytest

from eventstore.connect import Pool
from eventstore.settle import tick
from projections.views import VIEWS
from tests.web.api import Api
from tests.web.conftest import Clock


async def settle_and_rebuild(api: Api, pool: Pool, *views: str) -> None:
    async with pool.acquire() as connection:
        await tick(connection)
    for view in views:
        answer = await api.post(f"/api/views/{view}/rebuild")
        assert answer.status_code == 200, answer.text
        assert answer.json()["seq"] > 0


async def test_a_view_that_is_not_built_says_so(clinic: Api, pool: Pool) -> None:
    await pool.execute("DROP SCHEMA IF EXISTS view_caseload CASCADE")

    answer = await clinic.get("/api/views/caseload")

    assert answer.status_code == 503
    assert "carepath views rebuild caseload" in answer.json()["error"]["message"]


async def test_views_are_listed_rebuilt_and_checked(clinic: Api, pool: Pool) -> None:
    await clinic.opened()
    await settle_and_rebuild(clinic, pool, *(view.name for view in VIEWS))

    states = (await clinic.get("/api/views")).json()["views"]
    checked = (await clinic.post("/api/views/caseload/check")).json()

    assert {one["name"]: one["state"] for one in states} == {view.name: "running" for view in VIEWS}
    assert checked["differences"] == 0
    await pool.execute("UPDATE view_caseload.caseload SET phase = 'nowhere'")
    assert (await clinic.post("/api/views/caseload/check")).json()["differences"] > 0
    rebuilt = (await clinic.post("/api/views/caseload/rebuild")).json()
    states = (await clinic.get("/api/views")).json()["views"]
    assert rebuilt["differences"] > 0
    assert [one["differences"] for one in states if one["name"] == "caseload"] == [
        rebuilt["differences"]
    ]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"phase": "nope"}, "no such phase; there are: assessment, psychoeducation"),
        ({"status": "nope"}, "no such status; there are: open, paused, transferred, closed"),
        ({"status": "absent"}, "no such status"),
    ],
)
async def test_a_phase_or_status_that_no_case_can_have_is_told(
    clinic: Api, pool: Pool, wanted: dict[str, str], says: str
) -> None:
    await settle_and_rebuild(clinic, pool, "caseload")

    listed = await clinic.get("/api/views/caseload", params=wanted)
    found = await clinic.post("/api/views/caseload/search", json=wanted)
    empty = {"phase": "ongoing", "status": "paused", "name": "nobody has this name"}
    nobody = await clinic.post("/api/views/caseload/search", json=empty)

    assert (listed.status_code, found.status_code, nobody.status_code) == (400, 400, 200)
    assert says in listed.json()["error"]["message"]


async def test_the_caseload_is_read_page_by_page_and_by_name(clinic: Api, pool: Pool) -> None:
    opened = [await clinic.opened(name=[{"family": f"Page-{one}"}]) for one in "abc"]
    await settle_and_rebuild(clinic, pool, "caseload")

    found, after = [], None
    while True:
        sought = {"name": "page-", "limit": 2, "after": after}
        page = (await clinic.post("/api/views/caseload/search", json=sought)).json()
        found += [case["pathway_id"] for case in page["cases"]]
        after = page["next"]
        if after is None:
            break

    assert sorted(found) == sorted(opened)
    nobody = {"name": "page-", "phase": "ongoing"}
    found = (await clinic.post("/api/views/caseload/search", json=nobody)).json()["cases"]
    assert found == []


async def test_the_page_goes_on_after_a_case_with_something_due(
    clinic: Api, pool: Pool, clock: Clock
) -> None:
    pathways = [await clinic.opened(name=[{"family": "Due"}]) for _ in range(2)]
    for pathway in pathways:
        clock.pass_time(days=1)
        data = {"kind": "assessment", "held_at": clock.at.isoformat(), "attended": False}
        assert (await clinic.submit(pathway, "record_session", **data)).status_code == 200
    await settle_and_rebuild(clinic, pool, "caseload")

    sought = {"name": "due", "limit": 1}
    first = (await clinic.post("/api/views/caseload/search", json=sought)).json()
    further = {**sought, "after": first["next"]}
    second = (await clinic.post("/api/views/caseload/search", json=further)).json()

    assert first["cases"][0]["next_due_at"] < second["cases"][0]["next_due_at"]
    seen = [first["cases"][0]["pathway_id"], second["cases"][0]["pathway_id"]]
    assert seen == pathways


async def test_the_timeline_is_told_in_sentences(clinic: Api, pool: Pool) -> None:
    pathway = await clinic.opened()
    await settle_and_rebuild(clinic, pool, "timeline")

    told = (await clinic.get(f"/api/views/timeline/{pathway}", params={"limit": 2})).json()
    rest = (
        await clinic.get(f"/api/views/timeline/{pathway}", params={"after": told["next"]})
    ).json()

    versions = [one["version"] for one in told["entries"] + rest["entries"]]
    assert versions == list(range(1, (await clinic.shown(pathway))["version"] + 1))
    assert all(one["title"] for one in told["entries"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/views/caseload?limit=0", 400),
        ("/api/views/caseload?limit=many", 400),
        ("/api/views/caseload?phase=%00", 400),
        ("/api/views/caseload?after=x", 400),
        ("/api/views/caseload?after=x~pathway-00000000-0000-8000-8000-000000000000", 400),
        ("/api/views/timeline/pathway-7", 404),
        ("/api/views/timeline/%00", 404),
        ("/api/views/timeline/pathway-00000000-0000-8000-8000-000000000000?after=-1", 400),
    ],
)
async def test_what_cannot_be_asked(clinic: Api, path: str, status: int) -> None:
    assert (await clinic.get(path)).status_code == status


@pytest.mark.parametrize("action", ["rebuild", "check"])
async def test_an_unknown_view_is_not_found_and_the_known_ones_are_named(
    clinic: Api, action: str
) -> None:
    answer = await clinic.post(f"/api/views/nothing/{action}")

    assert answer.status_code == 404
    assert "caseload" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/api/waitlist", "/api/waitlist/forecast"])
async def test_a_view_that_other_code_built_answers_that_it_is_built_anew(
    clinic: Api, pool: Pool, path: str
) -> None:
    await settle_and_rebuild(clinic, pool, "waitlist")
    assert (await clinic.get(path)).status_code == 200
    await pool.execute(
        "UPDATE carepath_views.checkpoints SET version = 'of other code' WHERE view = 'waitlist'"
    )

    answer = await clinic.get(path)

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "waitlist is being built anew" in answer.json()["error"]["message"]
    await settle_and_rebuild(clinic, pool, "waitlist")
    assert (await clinic.get(path)).status_code == 200
