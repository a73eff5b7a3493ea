"""Whoever is refused something for want of a right leaves a record, and a loop leaves two."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from domain.actor import ROLES, Actor
from domain.events.reads import RequestRefused
from eventstore.cipher import PLAINTEXT
from eventstore.connect import Pool
from eventstore.reads import ReadLog, access_stream_by, access_stream_of
from eventstore.store import EventStore
from projections.access_log.reading import read_by_subject, read_of_pathway
from projections.access_log.view import ACCESS_LOG
from projections.rebuild import rebuild
from tests.projections.given import settle
from tests.web.api import Api
from tests.web.conftest import api, clinic, clock, definition, entities, services
from web.rights.access_log import AccessLog
from web.rights.reads import OfRequest
from web.rights.repeats import MOST, ONE_SITTING, Repeats

__all__ = ("api", "clinic", "clock", "definition", "entities", "services")

NOW = datetime(2040, 3, 2, 12, 0, tzinfo=UTC)
ADA = Actor(subject="ada", role="administrator")
ROUTE = "/api/entities/{entity_id}"


async def refusals(clinic: Api, store: EventStore, stream: str) -> list[RequestRefused]:
    await clinic.access_log().written()
    events = [one.event for one in await store.read_stream(stream)]
    return [one for one in events if isinstance(one, RequestRefused)]


async def test_a_role_without_the_permission_stands_with_the_patient(
    clinic: Api, store: EventStore
) -> None:
    pathway = await clinic.opened()
    with clinic.acting_as("administrator") as ada:
        assert (await ada.get(f"/api/entities/{pathway}")).status_code == 403
    [refused] = await refusals(clinic, store, access_stream_of(pathway))
    assert (refused.what, refused.code, refused.missing, refused.entity_id) == (
        ROUTE,
        "forbidden",
        ("read_patient",),
        pathway,
    )


async def test_a_command_of_another_role_names_the_command(clinic: Api, store: EventStore) -> None:
    pathway = await clinic.opened()
    with clinic.acting_as("facilitator") as one:
        answer = await one.submit(pathway, "discharge", reason="completed")
    assert answer.status_code == 403
    [refused] = await refusals(clinic, store, access_stream_of(pathway))
    assert (refused.code, refused.missing) == ("refused", ("pathway.discharge",))


async def test_a_record_that_is_not_in_ones_care_is_told(clinic: Api, store: EventStore) -> None:
    pathway = await clinic.opened()
    with clinic.acting_as("facilitator") as one:
        assert (await one.get(f"/api/entities/{pathway}")).status_code == 403
    [refused] = await refusals(clinic, store, access_stream_of(pathway))
    assert (refused.code, refused.missing) == ("break_glass", ())


async def test_what_is_about_nobody_stands_with_who_asked_and_keeps_no_invented_id(
    clinic: Api, store: EventStore
) -> None:
    nobody = f"pathway-{uuid4()}"
    with clinic.acting_as("administrator") as ada:
        assert (await ada.get("/api/audit/replay")).status_code == 403
        assert (await ada.get(f"/api/entities/{nobody}")).status_code == 403
    assert await refusals(clinic, store, access_stream_of(nobody)) == []
    subject = f"account-{ROLES.index('administrator') + 1}"
    told = await refusals(clinic, store, access_stream_by(subject))
    assert {(one.what, one.entity_id) for one in told} >= {
        ("/api/audit/replay", None),
        (ROUTE, None),
    }


async def test_it_is_in_the_access_log_and_in_the_reports(
    clinic: Api, store: EventStore, pool: Pool
) -> None:
    pathway = await clinic.opened()
    with clinic.acting_as("administrator") as ada:
        await ada.get(f"/api/entities/{pathway}")
    await clinic.access_log().written()
    await settle(pool)
    await rebuild(ACCESS_LOG, store, pool)
    [line] = await read_of_pathway(pool, pathway, limit=10)
    assert (line.what, line.refused, line.purpose) == (ROUTE, "forbidden read_patient", None)
    for report in ("access-of-patient", "refused-attempts"):
        found = await clinic.get(f"/api/audit/reports/{report}", params={"of": pathway})
        assert "forbidden read_patient" in found.text, report


async def test_a_loop_is_recorded_when_it_begins_and_when_it_is_over(
    pool: Pool, store: EventStore
) -> None:
    clock = [NOW]
    log = AccessLog(ReadLog(pool, PLAINTEXT), lambda: clock[0])
    asked = OfRequest("/audit", "forbidden", ("read_audit",))
    for _ in range(10):
        for _ in range(50):
            log.note_refusal(ADA, asked)
        assert log._task
        await log._task
    clock[0] += ONE_SITTING
    log.note_refusal(ADA, asked)
    await log.written()
    events = [one.event for one in await store.read_stream(access_stream_by("ada"))]
    assert sum(getattr(one, "times", 0) for one in events) == 501
    assert len(events) == 2
    await settle(pool)
    await rebuild(ACCESS_LOG, store, pool)
    lines = await read_by_subject(pool, "ada", limit=10)
    assert {one.pathway_id for one in lines} == {None}


def test_repeats_are_told_with_the_last_and_no_more_is_remembered_than_there_is_room_for() -> None:
    repeats = Repeats[int]()
    assert repeats.is_new(1, NOW)
    assert not repeats.is_new(1, NOW + timedelta(minutes=1))
    assert list(repeats.over(NOW + timedelta(minutes=2))) == []
    assert list(repeats.over(NOW + ONE_SITTING)) == [(1, NOW + timedelta(minutes=1), 1)]
    assert repeats.is_new(1, NOW)
    assert all(repeats.is_new(one, NOW) for one in range(2, MOST + 1))
    assert list(repeats.over(NOW)) == []
    assert repeats.is_new(1, NOW)
