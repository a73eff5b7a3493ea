"""The auditor's questions on the command line: documents, sentences and exit codes."""

from pathlib import Path

import pytest_asyncio

from eventstore.connect import Pool
from tests.cli.carepath import Carepath
from tests.cli.conftest import carepath, clinic, url
from tests.cli.taken_in import opened
from tests.projections.given import settle
from tests.web.conftest import clock, definition, entities, log_dsn, pool, services

__all__ = (
    "carepath",
    "clinic",
    "clock",
    "definition",
    "entities",
    "log_dsn",
    "pool",
    "services",
    "url",
)


@pytest_asyncio.fixture
async def patient(clinic: Carepath, tmp_path: Path, pool: Pool) -> str:
    pathway = await opened(clinic, tmp_path)
    data = '{"reason": "patient_withdrew"}'
    assert (await clinic("submit", pathway, "discharge", "--data", data)).code == 0
    await settle(pool)
    return pathway


async def test_a_pathway_is_stepped_through_and_one_step_shown_whole(
    clinic: Carepath, patient: str
) -> None:
    every = await clinic("audit", "step", patient)
    one = await clinic("audit", "step", patient, "--at", "1", "--json")
    assert every.code == 0
    assert "pathway.referred" in every.out
    assert "pathway.discharged" in every.out
    [step] = one.document["steps"]
    assert step["state"]["status"] == "open"


async def test_two_instants_are_compared_of_one_and_of_all(clinic: Carepath, patient: str) -> None:
    one = await clinic("audit", "diff", patient, "--from", "2020-01-01", "--json")
    every = await clinic("audit", "diff", "--from", "2020-01-01")
    assert not one.document["existed_before"]
    assert one.document["came"]
    assert patient in every.out
    assert "did not exist" in every.out


async def test_the_clinic_is_replayed_with_its_position(clinic: Carepath, patient: str) -> None:
    found = (await clinic("audit", "replay", "--json")).document
    assert patient in {one["entity_id"] for one in found["pathways"]}
    assert found["position"] >= found["events"] > 0


async def test_a_history_that_the_rules_made_conforms(clinic: Carepath, patient: str) -> None:
    ended = await clinic("audit", "conformance", patient)
    assert (ended.code, "exceptions  0" in ended.out) == (0, True)


async def test_a_history_that_they_did_not_make_ends_with_1(
    clinic: Carepath, patient: str, pool: Pool
) -> None:
    await pool.execute("ALTER TABLE carepath_log.events DISABLE TRIGGER ALL")
    await pool.execute(
        "DELETE FROM carepath_log.events WHERE stream_id = $1 AND version = 2", patient
    )
    await pool.execute("ALTER TABLE carepath_log.events ENABLE TRIGGER ALL")
    ended = await clinic("audit", "conformance", patient, "--json")
    assert ended.code == 1
    assert "gap" in {one["why"] for one in ended.document["departures"]}
