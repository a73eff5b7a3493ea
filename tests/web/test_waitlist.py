"""The waitlist over HTTP."""

import pytest

from eventstore.connect import Pool
from eventstore.settle import tick
from eventstore.store import EventStore
from projections.rebuild import rebuild
from projections.waitlist.view import WAITLIST
from tests.web.api import Api


async def seen(store: EventStore, pool: Pool) -> None:
    """Let the view catch up with all that has happened."""
    async with pool.acquire() as connection:
        await tick(connection)
    await rebuild(WAITLIST, store, pool)


async def form(clinic: Api, kind: str) -> str:
    formed = await clinic.submit(
        "group-new",
        "form",
        programme="mbt-g@1",
        kind=kind,
        modality="virtual",
        first_on="2026-12-01",
    )
    group = str(formed.json()["entity_id"])
    await clinic.submit(group, "schedule", weekdays=[1], starts="18:00", zone="America/New_York")
    return group


async def test_who_waits_is_told_with_every_reason_why_nothing_fits(
    clinic: Api, store: EventStore, pool: Pool
) -> None:
    pathway = await clinic.opened()
    await seen(store, pool)
    places = (await clinic.get("/api/waitlist")).json()["places"]
    assert pathway not in {one["pathway_id"] for one in places}
    joined = await clinic.submit(
        pathway,
        "join_waitlist",
        group_kind="introduction",
        modalities=["virtual"],
        urgency="urgent",
        zone="America/New_York",
    )
    assert joined.status_code == 200, joined.text
    group = await form(clinic, "introduction")
    await seen(store, pool)

    places = (await clinic.get("/api/waitlist")).json()["places"]

    [place] = [one for one in places if one["pathway_id"] == pathway]
    assert place["urgency"] == "urgent"
    assert (place["proposed"], place["fitting"]) == (None, [])
    [against] = [one for one in place["against"] if one["group_id"] == group]
    assert [reason["code"] for reason in against["reasons"]] == ["too_few_facilitators"]


async def test_a_page_of_the_waitlist_goes_on_where_the_one_before_ended(
    clinic: Api, store: EventStore, pool: Pool
) -> None:
    for _ in range(3):
        joined = await clinic.submit(
            await clinic.opened(),
            "join_waitlist",
            group_kind="introduction",
            modalities=["virtual"],
            urgency="routine",
            zone="America/New_York",
        )
        assert joined.status_code == 200, joined.text
    await seen(store, pool)
    whole = (await clinic.get("/api/waitlist")).json()
    assert whole["waiting"] == len(whole["places"])
    second = await clinic.get("/api/waitlist", params={"after": 1, "limit": 1})
    assert second.json() == {**whole, "places": whole["places"][1:2]}
    refused = await clinic.get("/api/waitlist", params={"limit": 0})
    assert refused.status_code == 400


async def test_seats_to_come_are_forecast_for_slow_open_groups(
    clinic: Api, store: EventStore, pool: Pool
) -> None:
    group = await form(clinic, "ongoing")
    cohort = await form(clinic, "introduction")
    await seen(store, pool)

    answer = await clinic.get("/api/waitlist/forecast", params={"weeks": 3, "kind": "ongoing"})

    groups = {one["group_id"]: one["openings"] for one in answer.json()["groups"]}
    assert cohort not in groups
    assert [(one["week"], one["expected"], one["low"], one["high"]) for one in groups[group]] == [
        (week, 8, 8, 8) for week in (1, 2, 3)
    ]
    assert {one["since"] for one in answer.json()["dropping_out"]} == {0, 4, 12, 26}


@pytest.mark.parametrize("path", ["/api/waitlist", "/api/waitlist/forecast"])
async def test_without_its_view_the_waitlist_says_that_it_is_not_built(
    clinic: Api, pool: Pool, path: str
) -> None:
    await pool.execute("DROP SCHEMA IF EXISTS view_waitlist CASCADE")
    answer = await clinic.get(path)
    assert answer.status_code == 503
    assert "waitlist" in answer.json()["error"]["message"]
