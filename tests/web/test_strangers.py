"""A name finds those in one's care; of others it is told that they are here, and no more."""

from uuid import UUID, uuid4

from eventstore.connect import Pool
from eventstore.reads import access_stream_of
from eventstore.store import EventStore
from tests.web.api import Api
from tests.web.conftest import Clock
from tests.web.test_rights_lists import lists_of
from tests.web.test_views import settle_and_rebuild
from web.rights.strangers import MOST

SEARCH = "/api/views/caseload/search"
CLINICIAN = "account-2"
"""Whose token names no clinician: everybody is a stranger to them."""


async def test_a_stranger_is_told_that_somebody_is_there_and_reads_on_for_a_reason(
    clinic: Api, store: EventStore, pool: Pool
) -> None:
    family = f"Stranger-{uuid4()}"
    pathway = await clinic.opened(name=[{"family": family}])
    await settle_and_rebuild(clinic, pool, "caseload")

    with clinic.acting_as("clinician"):
        found = (await clinic.post(SEARCH, json={"name": family})).json()
        listed = (await clinic.get("/api/views/caseload")).json()
        given = await clinic.post(f"/api/entities/{pathway}/break-glass", json={"reason": "Asked"})

    assert found == {"cases": [], "next": None, "not_in_care": [pathway]}
    assert listed == {"cases": [], "next": None, "not_in_care": []}
    assert given.status_code == 200
    told_of = (UUID(pathway.partition("-")[2]),)
    lists = await lists_of(clinic.access_log(), store, CLINICIAN)
    assert told_of in [one.pathways for one in lists]
    assert len(await store.read_stream(access_stream_of(pathway))) == 1


async def test_a_coordinator_has_no_strangers(clinic: Api, pool: Pool) -> None:
    family = f"Known-{uuid4()}"
    pathway = await clinic.opened(name=[{"family": family}])
    await settle_and_rebuild(clinic, pool, "caseload")

    found = (await clinic.post(SEARCH, json={"name": family})).json()

    assert [one["pathway_id"] for one in found["cases"]] == [pathway]
    assert found["not_in_care"] == []


async def test_nobody_is_told_apart_of_more_strangers_than_a_name_leads_to(
    clinic: Api, pool: Pool, clock: Clock
) -> None:
    family = f"Many-{uuid4()}"
    for _ in range(MOST + 1):
        clock.pass_time(minutes=1)
        await clinic.opened(name=[{"family": family}])
    await settle_and_rebuild(clinic, pool, "caseload")

    with clinic.acting_as("clinician"):
        found = (await clinic.post(SEARCH, json={"name": family})).json()

    assert found == {"cases": [], "next": None, "not_in_care": []}
