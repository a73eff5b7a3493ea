"""The access log says who read what of whom, in which role, for what, and with which reason."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.actor import Actor
from domain.events.base import Event
from domain.events.envelope import Origin, new_events
from domain.events.pathway import Erased
from domain.events.reads import GlassBroken, ListRead, PatientRead
from domain.events.receivers import SubscriptionChanged
from eventstore.connect import Pool
from eventstore.reads import access_stream_by
from eventstore.store import EventStore
from projections.access_log.access import BREAKING, Access
from projections.access_log.reading import (
    Period,
    Place,
    read_broken,
    read_by_subject,
    read_latest,
    read_of_pathway,
)
from projections.access_log.view import ACCESS_LOG
from projections.check import check
from projections.rebuild import rebuild
from tests.domain import histories
from tests.domain.histories import REFERRED_AT
from tests.projections.given import append, settle

UUID_OF_PATIENT = "1a2b3c4d-5e6f-4708-9182-736455463728"
PATHWAY = f"pathway-{UUID_OF_PATIENT}"
OTHER = "2a2b3c4d-5e6f-4708-9182-736455463728"
HOUR = timedelta(hours=1)
CAROL = Actor(subject="carol", role="coordinator")
DANA = Actor(subject="dana", role="clinician")


class Readers:
    """People who read, one after the other, an hour apart."""

    def __init__(self, store: EventStore, pool: Pool) -> None:
        self._store, self._pool, self._read = store, pool, 0

    async def read(self, who: Actor, patient: str = UUID_OF_PATIENT, **details: object) -> None:
        what = {"what": "timeline", "purpose": "treatment", **details}
        await self._append(who, patient, PatientRead.model_validate({"at": self._now(), **what}))

    async def break_glass(self, who: Actor, reason: str) -> None:
        now = self._now()
        broken = GlassBroken(at=now, reason=reason, until=now + HOUR)
        await self._append(who, UUID_OF_PATIENT, broken)

    async def add_receiver(self, who: Actor) -> None:
        added = SubscriptionChanged(at=self._now(), subscription="lab", change="added", position=0)
        await self._append(who, access_stream_by(who.subject).removeprefix("access-"), added)

    async def built(self) -> None:
        await settle(self._pool)
        await rebuild(ACCESS_LOG, self._store, self._pool)

    def _now(self) -> datetime:
        return REFERRED_AT + self._read * HOUR

    async def _append(self, who: Actor, patient: str, event: Event) -> None:
        self._read += 1
        stream = f"access-{patient}"
        origin = Origin(command_id=UUID(int=self._read, version=4), actor=who)
        version = len(await self._store.read_stream(stream))
        await self._store.append(stream, version, new_events([event], origin))


@pytest.fixture
def readers(store: EventStore, pool: Pool) -> Readers:
    return Readers(store, pool)


def told(lines: Sequence[Access]) -> list[tuple[str, str]]:
    return [(one.subject, one.what) for one in lines]


async def test_each_read_says_who_what_of_whom_and_for_what(readers: Readers, pool: Pool) -> None:
    await readers.read(CAROL, times=3)
    await readers.read(DANA, OTHER, what="measures")
    await readers.built()
    [line] = await read_of_pathway(pool, PATHWAY, limit=10)
    assert (line.subject, line.role, line.what, line.purpose, line.times) == (
        "carol",
        "coordinator",
        "timeline",
        "treatment",
        3,
    )
    assert (line.pathway_id, line.at, line.break_glass) == (PATHWAY, REFERRED_AT, False)
    assert told(await read_by_subject(pool, "dana", limit=10)) == [("dana", "measures")]
    assert told(await read_latest(pool, limit=10)) == [("dana", "measures"), ("carol", "timeline")]
    assert told(await read_latest(pool, "coordinator", limit=10)) == [("carol", "timeline")]


async def test_who_tells_another_system_of_the_log_is_seen_and_no_patient_s_record_with_it(
    readers: Readers, pool: Pool
) -> None:
    await readers.add_receiver(CAROL)
    await readers.built()
    [line] = await read_by_subject(pool, "carol", limit=10)
    assert (line.what, line.pathway_id, line.purpose) == ("subscriptions/lab/added", None, None)


async def test_whoever_breaks_the_glass_is_seen_with_the_reason(
    readers: Readers, pool: Pool
) -> None:
    await readers.read(CAROL)
    await readers.break_glass(DANA, "Called at night, the therapist is away")
    await readers.read(DANA, break_glass=True)
    await readers.built()
    read, broken = await read_broken(pool, limit=10)
    assert (broken.what, broken.reason) == (BREAKING, "Called at night, the therapist is away")
    assert (broken.purpose, broken.until) == (None, broken.at + HOUR)
    assert (read.what, read.reason, read.break_glass) == ("timeline", None, True)
    assert await read_broken(pool, "coordinator", limit=10) == []


async def test_pages_and_periods_cut_the_log_without_gap(readers: Readers, pool: Pool) -> None:
    for number in range(5):
        await readers.read(CAROL, what=f"route-{number}")
    await readers.built()
    seen, place = [], None
    while page := await read_of_pathway(pool, PATHWAY, limit=2, after=place):
        seen += [one.what for one in page]
        place = Place(page[-1].at, page[-1].seq)
    assert seen == [f"route-{number}" for number in (4, 3, 2, 1, 0)]
    period = Period(REFERRED_AT + HOUR, REFERRED_AT + 3 * HOUR)
    lines = await read_latest(pool, limit=10, period=period)
    assert [one.what for one in lines] == ["route-2", "route-1"]


async def test_who_read_an_erased_patient_is_still_told_and_the_reason_is_not(
    readers: Readers, store: EventStore, pool: Pool
) -> None:
    await readers.read(CAROL)
    await readers.break_glass(DANA, "Called at night, the therapist is away")
    await readers.read(CAROL, OTHER)
    erased = Erased(at=REFERRED_AT + 9000 * HOUR, reason="patient_request")
    await append(store, PATHWAY, [[one] for one in (*histories.closed(), erased)])
    await readers.built()

    lines = await read_of_pathway(pool, PATHWAY, limit=10)

    assert told(lines) == [("dana", BREAKING), ("carol", "timeline")]
    assert {(one.reason, one.until) for one in lines} == {(None, None)}
    assert len(await read_latest(pool, limit=10)) == 3
    assert (await check(ACCESS_LOG, store, pool)).differences == 0


async def test_a_list_is_a_read_of_each_patient_whom_it_named(
    store: EventStore, pool: Pool
) -> None:
    named = [UUID(UUID_OF_PATIENT), UUID(OTHER)]
    lists: list[Event] = [
        ListRead(at=REFERRED_AT, what=what, patients=2, purpose="treatment", pathways=pathways)
        for what, pathways in (("/caseload", named), ("/safety", named[1:]), ("/clinic", []))
    ]
    origin = Origin(command_id=UUID(int=1, version=4), actor=CAROL)
    await store.append(access_stream_by("carol"), 0, new_events(lists, origin))
    await settle(pool)
    await rebuild(ACCESS_LOG, store, pool)

    [line] = await read_of_pathway(pool, PATHWAY, limit=10)

    assert (line.pathway_id, line.what, line.number) == (None, "/caseload", 2)
    assert len(await read_of_pathway(pool, f"pathway-{OTHER}", limit=10)) == 2
    assert len(await read_by_subject(pool, "carol", limit=10)) == 3
