"""Replaying the log and waking what it holds."""

from uuid import uuid4

from eventstore.connect import Pool
from tests.projections.given import settle
from tests.web.api import Api
from tests.web.conftest import Clock
from tests.web.entities import EntitiesHere
from workflows.client import Unreachable


async def test_all_pathways_are_replayed_as_of_an_instant(
    clinic: Api, clock: Clock, pool: Pool
) -> None:
    early = await clinic.opened()
    clock.pass_time(days=10)
    late = await clinic.opened()
    await clinic.submit(early, "discharge", reason="patient_withdrew")
    await settle(pool)

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

    with clinic.acting_as("auditor"):
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

    assert first["read"] > first["open"] == first["started"] > 1
    assert (again["started"], again["running"]) == (0, first["open"])
    assert lost in entities.awake
    assert closed not in entities.awake


async def test_recovery_goes_on_where_an_earlier_run_stopped(
    clinic: Api, entities: EntitiesHere
) -> None:
    lost = {await clinic.opened() for _ in range(3)}
    entities.awake.clear()

    after, started = "", 0
    while after is not None:
        page = (await clinic.post("/api/recover", params={"after": after, "limit": 1})).json()
        assert page["read"] <= 1
        after, started = page["next"], started + page["started"]

    assert lost <= entities.awake
    assert started == len(entities.awake)


async def test_workflows_that_hold_what_the_log_says_are_reconciled(
    clinic: Api, entities: EntitiesHere
) -> None:
    pathway = await clinic.opened()
    await clinic.post("/api/recover")

    assert await differences(clinic, pathway) == []

    entities.awake.discard(pathway)
    assert await differences(clinic, pathway) == [("not_running", [])]


async def differences(clinic: Api, entity: str) -> list[tuple[str, list[str]]]:
    found = (await clinic.get("/api/audit/reconcile")).json()["differences"]
    return [(one["what"], one["where"]) for one in found if one["entity_id"] == entity]


async def test_a_workflow_that_went_astray_is_listed_by_the_fields_and_never_their_values(
    clinic: Api, entities: EntitiesHere
) -> None:
    pathway = await clinic.opened()
    snapshot = await entities.snapshot_of_log(pathway)
    astray = snapshot.state | {"months": 18, "referral": None}

    entities.held[pathway] = snapshot.model_copy(update={"state": astray})
    assert await differences(clinic, pathway) == [("other_state", ["months", "referral"])]

    entities.held[pathway] = snapshot.model_copy(update={"version": snapshot.version - 1})
    assert await differences(clinic, pathway) == [("other_version", [])]

    entities.held[pathway] = snapshot.model_copy(update={"pending": (uuid4(),)})
    assert await differences(clinic, pathway) == [("other_effects", [])]


async def test_a_workflow_that_goes_on_although_its_entity_is_closed_is_listed(
    clinic: Api, entities: EntitiesHere
) -> None:
    pathway = await clinic.opened()
    await clinic.submit(pathway, "discharge", reason="patient_withdrew")

    entities.awake.add(pathway)

    assert await differences(clinic, pathway) == [("running", [])]


async def test_recovery_without_temporal_says_so(clinic: Api, entities: EntitiesHere) -> None:
    entities.failing = Unreachable("x")

    answer = await clinic.post("/api/recover")

    assert answer.status_code == 503
