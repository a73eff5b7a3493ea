"""Replaying the log and waking what it holds."""

from tests.web.api import Api
from tests.web.conftest import Clock
from tests.web.entities import EntitiesHere
from workflows.client import Unreachable


async def test_all_pathways_are_replayed_as_of_an_instant(clinic: Api, clock: Clock) -> None:
    early = await clinic.opened()
    clock.pass_time(days=10)
    late = await clinic.opened()
    await clinic.submit(early, "discharge", reason="patient_withdrew")

    then = (await clinic.get("/api/audit/replay", params={"as_of": "2026-11-25"})).json()
    now = (await clinic.get("/api/audit/replay")).json()

    rows_then = {one["entity_id"]: one["status"] for one in then["pathways"]}
    rows_now = {one["entity_id"]: one["status"] for one in now["pathways"]}
    assert (rows_then[early], rows_then.get(late)) == ("open", None)
    assert (rows_now[early], rows_now[late]) == ("closed", "open")
    assert sum(now["by_phase"].values()) == len(now["pathways"]) == sum(now["by_status"].values())


async def test_one_entity_is_replayed_and_nothing_is_said_of_one_that_was_not(clinic: Api) -> None:
    pathway = await clinic.opened()

    found = (await clinic.get("/api/audit/replay", params={"entity": pathway})).json()
    before = {"entity": pathway, "known_at": "2020-01-01"}
    absent = (await clinic.get("/api/audit/replay", params=before)).json()

    assert found == await clinic.shown(pathway)
    assert (absent["state"], absent["timeline"]) == (None, [])
    assert absent["says"]


async def test_replaying_nobody_is_not_found(clinic: Api) -> None:
    answer = await clinic.get("/api/audit/replay", params={"entity": "x\0"})

    assert answer.status_code == 404


async def test_recovery_wakes_open_entities_and_leaves_the_closed(
    clinic: Api, entities: EntitiesHere
) -> None:
    lost, closed = await clinic.opened(), await clinic.opened()
    await clinic.submit(closed, "discharge", reason="patient_withdrew")
    entities.awake.clear()

    first = (await clinic.post("/api/recover")).json()
    again = (await clinic.post("/api/recover")).json()

    assert first["started"] == first["open"] > 1
    assert again == {"open": first["open"], "started": 0, "running": first["open"]}
    assert lost in entities.awake
    assert closed not in entities.awake


async def test_recovery_without_temporal_says_so(clinic: Api, entities: EntitiesHere) -> None:
    entities.failing = Unreachable("x")

    answer = await clinic.post("/api/recover")

    assert answer.status_code == 503
