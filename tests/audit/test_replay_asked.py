"""Replaying over the API: rights, the record of the question, and documents that are streamed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.projections.given import settle
from tests.web.api import Api
from tests.web.conftest import Clock, api, clinic, clock, definition, entities, services

__all__ = ("api", "clinic", "clock", "definition", "entities", "services")


@pytest_asyncio.fixture
async def asked(clinic: Api, pool: Pool, clock: Clock) -> AsyncIterator[tuple[Api, str]]:
    """A clinic with a patient who was referred, and withdrew ten days later."""
    pathway = await clinic.opened()
    clock.pass_time(days=10)
    await clinic.submit(pathway, "discharge", reason="patient_withdrew")
    await settle(pool)
    yield clinic, pathway


async def test_an_entity_is_stepped_through_with_what_was_permitted(
    asked: tuple[Api, str],
) -> None:
    clinic, pathway = asked
    answer = await clinic.get("/api/audit/steps", params={"entity": pathway})
    steps = answer.json()["steps"]
    assert [one["version"] for one in steps] == list(range(1, len(steps) + 1))
    assert steps[0]["type"] == "pathway.referred"
    assert steps[-1]["state"] is None
    alone = await clinic.get("/api/audit/steps", params={"entity": pathway, "last": 1, "state": 1})
    [only] = alone.json()["steps"]
    assert only["state"]["status"] == "open"


async def test_an_auditor_steps_through_no_name(asked: tuple[Api, str]) -> None:
    clinic, pathway = asked
    steps = (await clinic.get("/api/audit/steps", params={"entity": pathway, "state": 1})).text
    diff = (
        await clinic.get("/api/audit/diff", params={"entity": pathway, "from": "2020-01-01"})
    ).text
    assert "Sample" not in steps + diff
    assert "family_name" not in steps + diff


async def test_the_difference_between_two_instants_is_what_happened_between(
    asked: tuple[Api, str],
) -> None:
    clinic, pathway = asked
    found = (
        await clinic.get("/api/audit/diff", params={"entity": pathway, "from": "2026-11-25"})
    ).json()
    assert found["existed_before"]
    assert "pathway.discharged" in {one["type"] for one in found["came"]}
    changed = {one["path"]: (one["before"], one["after"]) for one in found["changes"]}
    assert changed["status"] == ("open", "closed")
    everything = (await clinic.get("/api/audit/diff", params={"from": "2026-11-25"})).json()
    [row] = [one for one in everything["differing"] if one["entity_id"] == pathway]
    assert (row["before"]["status"], row["after"]["status"]) == ("open", "closed")


@pytest.mark.parametrize("question", ["replay", "steps", "diff"])
async def test_every_question_is_in_the_access_log(
    asked: tuple[Api, str], store: EventStore, pool: Pool, question: str
) -> None:
    clinic, pathway = asked
    await clinic.get(f"/api/audit/{question}", params={"entity": pathway})
    if question != "steps":
        await clinic.get(f"/api/audit/{question}")
    await clinic.access_log().written()
    own = await store.read_stream(f"access-{pathway.partition('-')[2]}")
    assert [one.event.what for one in own] == [f"/api/audit/{question}"]  # type: ignore[attr-defined]
    lists = [
        one.event.what  # type: ignore[attr-defined]
        for stream in await access_streams(pool)
        for one in await store.read_stream(stream)
        if one.type == "access.list_read"
    ]
    assert (f"/api/audit/{question}" in lists) == (question != "steps")


async def access_streams(pool: Pool) -> list[str]:
    rows = await pool.fetch(
        "SELECT DISTINCT stream_id FROM carepath_log.events WHERE stream_id LIKE 'access-%'"
    )
    return [one["stream_id"] for one in rows]


@pytest.mark.parametrize("question", ["replay", "steps", "diff"])
async def test_nobody_but_an_auditor_asks(asked: tuple[Api, str], question: str) -> None:
    clinic, pathway = asked
    with clinic.acting_as("supervisor"):
        answer = await clinic.get(f"/api/audit/{question}", params={"entity": pathway})
    assert answer.status_code == 403


async def test_a_clinic_in_which_nothing_had_happened_is_a_whole_document(
    asked: tuple[Api, str],
) -> None:
    clinic, _ = asked
    found = (await clinic.get("/api/audit/replay", params={"as_of": "1990-01-01"})).json()
    assert (found["groups"], found["pathways"], found["events"]) == ([], [], 0)
    assert found["position"] > 0


@pytest.mark.parametrize("asking", [{"from": "yesterday"}, {"known_to": "2026-11-25T10:00"}])
async def test_an_instant_that_is_none_is_refused(
    asked: tuple[Api, str], asking: dict[str, str]
) -> None:
    clinic, pathway = asked
    answer = await clinic.get("/api/audit/diff", params={"entity": pathway, **asking})
    assert answer.status_code == 400
