"""Every read of one patient's data is an event, and a stranger to the patient says why."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.actor import Actor
from domain.events.reads import GlassBroken, PatientRead, RequestRefused
from eventstore.errors import StoreUnavailable
from eventstore.reads import ReadLog, access_stream_of
from eventstore.store import EventStore
from tests.web.api import Api
from tests.web.conftest import Clock
from web.rights.access_log import AccessLog, ReadsNotRecorded

SOMEBODY = Actor(subject="account-1", role="coordinator")
WHEN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


async def reads_of(api: Api, store: EventStore, pathway_id: str) -> list[Any]:
    """What the log says was read, with by whom."""
    await api.access_log().written()
    recorded = await store.read_stream(access_stream_of(pathway_id))
    read = [one for one in recorded if not isinstance(one.event, RequestRefused)]
    return [(one.origin.actor.role, one.event) for one in read]


async def test_reading_a_pathway_is_recorded_with_who_what_and_what_for(
    clinic: Api, store: EventStore
) -> None:
    pathway = await clinic.opened()

    await clinic.shown(pathway)
    await clinic.get(f"/api/entities/{pathway}/permitted")
    await clinic.get("/api/audit/replay", params={"entity": pathway})

    read = {
        (role, event.what, event.purpose, event.break_glass)
        for role, event in await reads_of(clinic, store, pathway)
    }
    assert read == {
        ("coordinator", "/api/entities/{entity_id}", "treatment", False),
        ("coordinator", "/api/entities/{entity_id}/permitted", "treatment", False),
        ("auditor", "/api/audit/replay", "audit", False),
    }


async def test_reading_does_not_lengthen_the_patients_own_stream(
    clinic: Api, store: EventStore
) -> None:
    pathway = await clinic.opened()
    before = await store.read_stream(pathway)

    for _ in range(5):
        await clinic.shown(pathway)

    assert await store.read_stream(pathway) == before
    assert sum(event.times for _, event in await reads_of(clinic, store, pathway)) == 5


async def test_the_access_log_is_no_entity(clinic: Api, store: EventStore) -> None:
    pathway = await clinic.opened()
    await clinic.shown(pathway)
    await clinic.access_log().written()

    assert not [one for one in await store.streams(None, "", 500) if one.startswith("access-")]
    assert access_stream_of(pathway) in await store.streams("access", "", 500)
    assert (await clinic.get(f"/api/entities/{access_stream_of(pathway)}")).status_code == 404


async def test_what_concerns_no_patient_is_no_read(clinic: Api, store: EventStore) -> None:
    before = await store.streams("access", "", 500)
    await clinic.get("/api/entities/programme-mbt-g")
    await clinic.access_log().written()
    assert await store.streams("access", "", 500) == before


async def test_an_escalation_is_read_as_data_of_its_patient(clinic: Api, store: EventStore) -> None:
    pathway = await clinic.opened()
    raised = await clinic.submit(pathway, "raise_concern", source="clinician", level="low")
    assert raised.status_code == 200, raised.text
    [escalation] = (await clinic.shown(pathway))["state"]["escalations"]

    await clinic.get(f"/api/entities/{escalation}")

    assert len(await reads_of(clinic, store, pathway)) >= 2


@pytest.mark.parametrize("role", ["clinician", "facilitator"])
async def test_a_stranger_gives_a_reason_first_and_it_counts_for_an_hour(
    clinic: Api, store: EventStore, clock: Clock, role: Any
) -> None:
    pathway = await clinic.opened()
    path = f"/api/entities/{pathway}"
    with clinic.acting_as(role):
        refused = await clinic.get(path)
        blank = await clinic.post(f"{path}/break-glass", json={"reason": " "})
        broken = await clinic.post(f"{path}/break-glass", json={"reason": "Called by the ED"})
        let_in = await clinic.get(path)
        clock.pass_time(minutes=61)
        again = await clinic.get(path)

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "break_glass")
    assert blank.status_code == 400
    assert broken.status_code == 200
    assert let_in.status_code == 200
    assert again.status_code == 403
    [(_, reason), (_, read)] = await reads_of(clinic, store, pathway)
    assert isinstance(reason, GlassBroken)
    assert reason.reason == "Called by the ED"
    assert isinstance(read, PatientRead)
    assert read.break_glass


FORM = "/entities/{}/commands/raise_concern"


async def test_the_form_of_a_command_is_a_read_of_the_patient(
    clinic: Api, store: EventStore
) -> None:
    pathway = await clinic.opened()

    shown = await clinic.get(FORM.format(pathway))
    again = await clinic.post(FORM.format(pathway), data={"command_id": str(uuid4())})

    assert (shown.status_code, again.status_code) == (200, 400)
    reads = await reads_of(clinic, store, pathway)
    assert sum(event.times for _, event in reads) == 2


async def test_a_measure_that_is_shown_again_is_a_read_of_the_patient(
    clinic: Api, store: EventStore
) -> None:
    pathway = await clinic.opened()

    again = await clinic.post(f"/pathways/{pathway}/measures/phq-9", data={"form": str(uuid4())})

    assert again.status_code == 409
    [(_, read)] = await reads_of(clinic, store, pathway)
    assert read.what == "/pathways/{pathway_id}/measures/{measure}"


async def test_a_stranger_learns_nothing_from_a_form_that_is_shown_again(clinic: Api) -> None:
    pathway = await clinic.opened()
    with clinic.acting_as("facilitator"):
        shown = await clinic.get(FORM.format(pathway))
        again = await clinic.post(FORM.format(pathway), data={"command_id": str(uuid4())})

    assert (shown.status_code, again.status_code) == (403, 403)
    assert again.json()["error"]["code"] == "break_glass"


async def test_a_reason_is_one_persons_own(clinic: Api) -> None:
    pathway = await clinic.opened()
    with clinic.acting_as("facilitator"):
        await clinic.post(f"/api/entities/{pathway}/break-glass", json={"reason": "Covering"})
    with clinic.acting_as("clinician"):
        assert (await clinic.get(f"/api/entities/{pathway}")).status_code == 403


@pytest.mark.parametrize("role", ["administrator", "service"])
async def test_no_reason_opens_a_record_to_whom_it_is_closed(clinic: Api, role: Any) -> None:
    pathway = await clinic.opened()
    with clinic.acting_as(role):
        path = f"/api/entities/{pathway}/break-glass"
        assert (await clinic.post(path, json={"reason": "I want to"})).status_code == 403


class Failing(ReadLog):
    """A log that takes nothing until it is told to."""

    def __init__(self, store: EventStore) -> None:
        self.kept = store.reads()
        self.away = True
        self.tried = asyncio.Event()

    async def append(self, readings: Any) -> None:
        self.tried.set()
        if self.away:
            raise StoreUnavailable("away")
        await self.kept.append(readings)


async def test_a_short_silence_of_the_log_is_bridged_and_a_long_one_ends_all_reading(
    store: EventStore, clock: Clock
) -> None:
    pathway, reads = f"pathway-{uuid4()}", Failing(store)
    log = AccessLog(reads, clock)
    log.note(pathway, SOMEBODY, "/a")
    await reads.tried.wait()
    log.note(pathway, SOMEBODY, "/b")
    clock.pass_time(seconds=6)
    with pytest.raises(ReadsNotRecorded):
        log.note(pathway, SOMEBODY, "/c")

    reads.away = False
    await log.written()

    what = [one.event for one in await store.read_stream(access_stream_of(pathway))]
    assert {one.what for one in what if isinstance(one, PatientRead)} == {"/a", "/b"}
    log.note(pathway, SOMEBODY, "/c")
    await log.written()


async def test_two_processes_record_reads_of_one_patient_at_once(store: EventStore) -> None:
    pathway, here, there = f"pathway-{uuid4()}", store.reads(), store.reads()
    for number in range(4):
        for one in (here, there):
            log = AccessLog(one, lambda: WHEN + timedelta(seconds=1))
            log.note(pathway, SOMEBODY, f"/{number}")
            log.note(pathway, SOMEBODY.model_copy(update={"subject": "another"}), f"/{number}")
            await log.written()

    recorded = await store.read_stream(access_stream_of(pathway))
    assert [one.version for one in recorded] == list(range(1, 17))
