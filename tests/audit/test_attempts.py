"""What the rules refuse is recorded by codes, and reported; what is accepted is not."""

from typing import Any

from domain.events.reads import AttemptRefused
from eventstore.connect import Pool
from eventstore.reads import access_stream_of
from eventstore.store import EventStore
from tests.projections.given import settle
from tests.web.api import Api
from tests.web.conftest import api, clinic, clock, definition, entities, services

__all__ = ("api", "clinic", "clock", "definition", "entities", "services")

REPORT = "/api/audit/reports/refused-attempts"


async def attempts(clinic: Api, store: EventStore, pathway: str) -> list[Any]:
    await clinic.access_log().written()
    stream = await store.read_stream(access_stream_of(pathway))
    return [one for one in stream if isinstance(one.event, AttemptRefused)]


async def test_a_refused_command_is_recorded_with_who_asked_and_every_code(
    clinic: Api, store: EventStore
) -> None:
    pathway = await clinic.opened()
    data = {"phase": "introduction", "reason": "She insists."}
    refused = await clinic.submit(pathway, "enter_phase", **data)
    [attempt] = await attempts(clinic, store, pathway)
    assert refused.status_code == 409
    assert attempt.event.command == "enter_phase"
    assert attempt.event.entity_id == pathway
    assert set(attempt.event.reasons) == {one["code"] for one in refused.json()["reasons"]}
    assert attempt.origin.actor.role == "coordinator"
    assert "insists" not in attempt.event.model_dump_json()


async def test_an_accepted_command_is_no_attempt(clinic: Api, store: EventStore) -> None:
    pathway = await clinic.opened()
    assert (await clinic.submit(pathway, "discharge", reason="patient_withdrew")).is_success
    assert await attempts(clinic, store, pathway) == []


async def test_attempts_are_reported(clinic: Api, store: EventStore, pool: Pool) -> None:
    pathway = await clinic.opened()
    await clinic.submit(pathway, "resume")
    [attempt] = await attempts(clinic, store, pathway)
    await settle(pool)
    found = (await clinic.get(REPORT)).json()
    rows = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    [row] = [one for one in rows if one["entity_id"] == pathway]
    assert (row["command"], row["reasons"]) == ("resume", " ".join(attempt.event.reasons))
    of_another = {"of": await clinic.opened()}
    asked = [(await clinic.get(REPORT, params=one)).json() for one in ({"of": pathway}, of_another)]
    assert [len(one["rows"]) for one in asked] == [1, 0]
