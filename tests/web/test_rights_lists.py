"""Lists that name patients: who read which, and how many patients it named."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.actor import Actor
from domain.events.reads import ListRead, RequestRefused
from eventstore.connect import Pool
from eventstore.reads import access_stream_by, access_stream_of
from eventstore.store import EventStore
from projections.views import VIEWS
from tests.web.api import Api
from tests.web.conftest import Clock
from tests.web.test_views import settle_and_rebuild
from web.past import OF_VIEW
from web.rights.access_log import AccessLog

PATH = "/caseload"
WHOM = [UUID(int=one, version=4) for one in range(1, 5)]


def somebody() -> Actor:
    """Whose stream no other test has written to."""
    return Actor(subject=f"reader-{uuid4()}", role="coordinator")


async def lists_of(log: AccessLog, store: EventStore, subject: str) -> list[Any]:
    await log.written()
    events = [one.event for one in await store.read_stream(access_stream_by(subject))]
    return [one for one in events if not isinstance(one, RequestRefused)]


def pathways(*whom: UUID) -> list[str]:
    return [f"pathway-{one}" for one in whom]


async def test_a_list_is_one_read_of_the_patients_whom_it_names(
    store: EventStore, clock: Clock
) -> None:
    log, reader = AccessLog(store.reads(), clock), somebody()

    log.note_list(reader, PATH, pathways(WHOM[1], WHOM[0], WHOM[1]))
    log.note_list(reader, PATH, [])

    [read] = await lists_of(log, store, reader.subject)
    named = (WHOM[0], WHOM[1])
    assert read == ListRead(at=clock.at, what=PATH, patients=2, purpose="treatment", pathways=named)


async def test_a_question_about_the_whole_clinic_says_of_how_many(
    store: EventStore, clock: Clock
) -> None:
    log, reader = AccessLog(store.reads(), clock), somebody()

    log.note_clinic(reader, PATH, 20_000)
    log.note_clinic(reader, PATH, 0)

    [read] = await lists_of(log, store, reader.subject)
    assert (read.patients, read.pathways) == (20_000, ())


async def test_a_list_that_refreshes_itself_is_recorded_for_whoever_comes_to_it(
    store: EventStore, clock: Clock
) -> None:
    log, reader = AccessLog(store.reads(), clock), somebody()
    for shown in (WHOM[:2], WHOM[:2], WHOM[1:3]):
        log.note_list(reader, PATH, pathways(*shown), by_itself=True)
        await log.written()

    reads = [one.pathways for one in await lists_of(log, store, reader.subject)]
    assert reads == [tuple(WHOM[:2]), (WHOM[2],)]


async def test_a_list_that_refreshes_itself_is_recorded_anew_every_ten_minutes(
    store: EventStore, clock: Clock
) -> None:
    log, reader = AccessLog(store.reads(), clock), somebody()
    for _ in range(4):
        log.note_list(reader, PATH, pathways(*WHOM), by_itself=True)
        await log.written()
        clock.pass_time(minutes=4)

    assert [one.patients for one in await lists_of(log, store, reader.subject)] == [4, 4]


async def test_what_somebody_asks_for_again_is_read_again(store: EventStore, clock: Clock) -> None:
    log, reader = AccessLog(store.reads(), clock), somebody()
    for whom in (WHOM[:2], WHOM[:3]):
        log.note_list(reader, PATH, pathways(*whom))

    assert [one.patients for one in await lists_of(log, store, reader.subject)] == [2, 3]


async def test_the_caseload_names_its_patients_to_whom_the_log_then_names(
    clinic: Api, store: EventStore, pool: Pool
) -> None:
    await clinic.opened()
    await settle_and_rebuild(clinic, pool, "caseload")
    before = len(await lists_of(clinic.access_log(), store, "account-1"))

    listed = await clinic.get("/api/views/caseload")
    await clinic.post("/api/views/caseload/search", json={"name": "Sample"})

    reads = (await lists_of(clinic.access_log(), store, "account-1"))[before:]
    assert {one.what for one in reads} == {"/api/views/caseload", "/api/views/caseload/search"}
    assert [f"pathway-{one}" for one in reads[0].pathways] == sorted(
        case["pathway_id"] for case in listed.json()["cases"]
    )


async def test_the_waitlist_is_a_list_of_those_who_wait(
    clinic: Api, store: EventStore, pool: Pool
) -> None:
    pathway = await clinic.opened()
    joined = await clinic.submit(
        pathway,
        "join_waitlist",
        group_kind="introduction",
        modalities=["virtual"],
        urgency="urgent",
        zone="America/New_York",
    )
    assert joined.status_code == 200, joined.text
    await settle_and_rebuild(clinic, pool, "caseload", "groups", "waitlist", "worklist")
    before = len(await lists_of(clinic.access_log(), store, "account-1"))

    told = await clinic.get("/api/waitlist")
    page = await clinic.get("/waitlist")

    assert page.status_code == 200
    reads = (await lists_of(clinic.access_log(), store, "account-1"))[before:]
    assert {one.what for one in reads} == {"/api/waitlist", "/waitlist"}
    assert {one.patients for one in reads} == {len(told.json()["places"])}


def test_every_view_says_what_reading_its_past_takes() -> None:
    assert OF_VIEW.keys() == {view.name for view in VIEWS}


async def test_reading_a_view_as_of_an_instant_is_recorded_and_shows_the_roles_fields(
    clinic: Api, store: EventStore, pool: Pool, clock: Clock
) -> None:
    pathway = await clinic.opened()
    await settle_and_rebuild(clinic, pool, "caseload", "timeline")
    path, then = "/api/views/caseload/as-of", clock.at.isoformat()

    before = await clinic.post(path, json={"as_of": "2026-01-01T00:00:00Z", "of": pathway})
    now = await clinic.post(path, json={"of": pathway})
    everybody = await clinic.post(path, json={"as_of": then, "limit": 500})
    with clinic.acting_as("auditor"):
        told = await clinic.post("/api/views/timeline/as-of", json={"as_of": then, "of": pathway})
        closed = await clinic.post(path, json={"as_of": then})

    assert before.json()["rows"] == []
    assert now.json()["rows"][0]["row"]["patient_name"]
    assert len(everybody.json()["rows"]) >= 1
    assert "Sample" not in told.text
    assert closed.status_code == 403
    await clinic.access_log().written()
    reads = await store.read_stream(access_stream_of(pathway))
    assert [(one.origin.actor.role, one.event.model_dump()["what"]) for one in reads] == [
        ("coordinator", path),
        ("auditor", "/api/views/timeline/as-of"),
    ]
    lists = await lists_of(clinic.access_log(), store, "account-1")
    assert lists[-1].patients == len(everybody.json()["rows"])


@pytest.mark.parametrize("role", ["clinician", "facilitator", "administrator", "service"])
async def test_the_past_of_the_whole_clinic_is_closed_to_other_roles(
    clinic: Api, role: Any
) -> None:
    with clinic.acting_as(role):
        answer = await clinic.post("/api/views/caseload/as-of", json={})
    assert answer.status_code == 403
