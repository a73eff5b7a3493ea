"""The measures view shows each measure of each occasion, and what the events say of change."""

from datetime import timedelta

import pytest

from domain.events.envelope import RecordedEvent
from domain.events.measures import MeasuresBecameOverdue
from domain.events.pathway import Erased, MeasureRecorded, MeasuresExpired, PathwayEvent
from domain.instruments.change import Change
from domain.pathway import Pathway
from domain.simulation import Clinic
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.check import check
from projections.follow import Copy, catch_up, checkpoint
from projections.measures.reading import Place, read_changes, read_due, read_measures
from projections.measures.rows import MeasureRow
from projections.measures.view import MEASURES
from projections.rebuild import rebuild
from projections.tables import create_copy
from tests.domain import histories
from tests.domain.histories import FIRST_GROUP, REFERRED_AT, WEEK, fell_due, progress
from tests.projections.demo import demo_clinic, write
from tests.projections.given import a_pathway, append, seeded, settle

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return demo_clinic()


def scored(events: list[RecordedEvent]) -> list[MeasureRecorded]:
    return [one.event for one in events if isinstance(one.event, MeasureRecorded)]


@pytest.mark.parametrize("batch", [103, 10_000])
@pytest.mark.usefixtures("catalogue")
async def test_every_score_of_the_demo_clinic_stands_with_its_occasion_and_its_change(
    store: EventStore, pool: Pool, clinic: Clinic, batch: int
) -> None:
    await write(clinic, store, pool)
    async with pool.acquire() as connection:
        await create_copy(connection, MEASURES, MEASURES.schema)
    copy = Copy(store, pool, MEASURES, MEASURES.schema, batch=batch)
    await catch_up(copy, await checkpoint(copy), await settle(pool))

    latest: dict[tuple[str, str], Change | None] = {}
    for entity in clinic.entities.values():
        if not entity.id.startswith("pathway-"):
            continue
        rows = await read_measures(pool, entity.id)
        events = scored(await store.read_stream(entity.id))
        answered = {(one.measure, one.taken_at, one.score) for one in rows if one.taken_at}
        assert answered == {(one.measure, one.at, one.score) for one in events}
        told = {(one.measure, one.taken_at, one.change_class) for one in rows if one.change}
        assert told == {
            (one.measure, one.at, one.change.change_class)
            for one in events
            if one.change and one.change.difference
        }
        pathway: Pathway = entity.state
        waited = [one for one in rows if one.standing in ("due", "overdue")]
        assert sorted((one.occasion, one.measure) for one in waited) == sorted(
            (one.occasion, measure) for one in pathway.open_measures for measure in one.measures
        )
        for one in sorted(events, key=lambda one: one.at):
            latest[entity.id, one.measure] = one.change or latest.get((entity.id, one.measure))

    for changed in await read_changes(pool, "mbt-g"):
        classes = [
            one.change_class for (_, m), one in latest.items() if one and m == changed.measure
        ]
        assert changed.n == len(classes)
        assert changed.deteriorated.count == classes.count("deteriorated")
        assert changed.improved.count == classes.count("improved") + classes.count("recovered")
        assert changed.improved.n == len([one for one in classes if one])
    assert (await check(MEASURES, store, pool)).differences == 0


async def measures_after(
    store: EventStore, pool: Pool, *events: PathwayEvent, measure: str | None = None
) -> dict[tuple[str, str], MeasureRow]:
    stream = a_pathway(seeded(4))
    await append(store, stream, [[one] for one in events])
    await settle(pool)
    await rebuild(MEASURES, store, pool)
    rows = await read_measures(pool, stream, measure)
    return {(one.occasion, one.measure): one for one in rows}


FIRST = progress(1)
DUE = FIRST.due_at
ASKED = (*histories.in_treatment(), fell_due(FIRST, progress(2)))


def phq_9(
    score: float, at: timedelta, *occasions: str, change: Change | None = None
) -> PathwayEvent:
    return MeasureRecorded(
        at=DUE + at, measure="phq-9", score=score, occasions=occasions, change=change
    )


IMPROVED = Change(
    baseline=18,
    difference=-9,
    change_class="recovered",
    below_cut_off=True,
    responded=True,
    thresholds={"reliable": 6, "cut_off": 10, "response": 0.5},
)


async def test_what_is_asked_for_goes_from_planned_to_due_to_answered_with_its_change(
    store: EventStore, pool: Pool
) -> None:
    answered = phq_9(9, DAY, "progress-1", change=IMPROVED)
    rows = await measures_after(store, pool, *ASKED, answered)
    found = rows["progress-1", "phq-9"]
    assert (found.standing, found.score, found.taken_at) == ("answered", 9, DUE + DAY)
    assert (found.baseline, found.change, found.change_class) == (18, -9, "recovered")
    assert (found.reliable, found.cut_off, found.response) == (6, 10, 0.5)
    assert (found.phase, found.due_at, found.overdue_at) == ("introduction", DUE, DUE + WEEK)
    assert rows["progress-1", "gad-7"].standing == "due"
    assert rows["progress-2", "gad-7"].standing == "planned"
    assert rows["baseline", "phq-9"].standing == "answered"
    [changed] = await read_changes(pool, "mbt-g")
    assert (changed.measure, changed.n, changed.recovered.count) == ("phq-9", 1, 1)
    assert await read_changes(pool, "virtual-iop") == []


async def test_what_nobody_answers_becomes_overdue_and_is_lost(
    store: EventStore, pool: Pool
) -> None:
    missing = ("phq-9", "wsas")
    events = (
        *ASKED,
        MeasuresBecameOverdue(at=DUE + WEEK, occasion="progress-1", missing=missing),
        phq_9(4, 9 * DAY, "progress-1"),
    )
    rows = await measures_after(store, pool, *events)
    assert rows["progress-1", "wsas"].standing == "overdue"
    assert rows["progress-1", "phq-9"].standing == "answered"
    overdue = await read_due(pool, limit=10, overdue_only=True)
    assert [(one.measure, one.overdue) for one in overdue] == [("wsas", True)]
    expired = MeasuresExpired(at=DUE + 2 * WEEK, occasion="progress-1", missing=("wsas",))
    rows = await measures_after(store, pool, expired)
    assert rows["progress-1", "wsas"].standing == "expired"
    assert await read_due(pool, limit=10, overdue_only=True) == []


async def test_what_is_taken_on_demand_has_an_occasion_of_its_own(
    store: EventStore, pool: Pool
) -> None:
    rows = await measures_after(
        store, pool, *ASKED, phq_9(5, DAY), phq_9(6, 2 * DAY), measure="phq-9"
    )
    assert [
        (one.score, one.due_at) for (occasion, _), one in rows.items() if "on_demand" in occasion
    ] == [(5, None), (6, None)]


async def test_pages_of_what_is_due_follow_each_other(store: EventStore, pool: Pool) -> None:
    await measures_after(store, pool, *ASKED)
    seen, place = [], None
    while page := await read_due(pool, limit=3, after=place):
        seen += [(one.occasion, one.measure) for one in page]
        place = Place(page[-1].due_at or REFERRED_AT, page[-1].pathway_id, page[-1].measure)
    assert seen == [("progress-1", one) for one in sorted(histories.PROGRESS)]


async def test_patient_who_was_erased_has_no_measures(store: EventStore, pool: Pool) -> None:
    erased = Erased(at=FIRST_GROUP + 900 * WEEK, reason="patient_request")
    assert await measures_after(store, pool, *histories.closed(), erased) == {}
