"""The caseload says of each pathway what the fold of its stream says."""

from datetime import timedelta
from random import Random

import pytest
import pytest_asyncio

from domain.events.care import TherapistAssigned
from domain.events.envelope import RecordedEvent
from domain.events.pathway import TaskCompleted
from domain.fold import as_of, fold
from domain.pathway import PATHWAY, Pathway
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.caseload.case import Case
from projections.caseload.reading import (
    Caring,
    Place,
    Wanted,
    count_by_phase,
    find_case,
    list_cases,
)
from projections.caseload.view import CASELOAD
from projections.errors import ViewAbsent
from projections.follow import Copy, Until, catch_up, checkpoint
from projections.patients.patient import display_name
from projections.rebuild import rebuild
from projections.replay import scratch
from projections.tables import create_copy
from tests.domain import histories
from tests.domain.histories import FIRST_GROUP, REFERRED_AT, WEEK, session, task
from tests.projections.given import a_life, a_pathway, append, seeded, settle

THERAPIST = "clinician-6a1d3f84-0b5c-4e8e-9f70-2d7c1a9b3e55"

Histories = dict[str, list[RecordedEvent]]


def expected(pathway_id: str, events: list[RecordedEvent]) -> Case:
    """The row, said from the whole state, column by column."""
    pathway: Pathway = fold(PATHWAY, events).state
    referral = pathway.referral
    assert referral is not None
    return Case(
        pathway_id=pathway_id,
        version=events[-1].version,
        programme=pathway.programme,
        phase=pathway.phase,
        phase_entered_at=pathway.stays[-1].entered_at if pathway.stays else None,
        status=pathway.status,
        urgency=referral.urgency,
        state=referral.patient.state,
        payer=referral.coverage.payer if referral.coverage else None,
        patient_name=display_name(referral.patient),
        birth_date=referral.patient.birth_date,
        referred_at=pathway.referred_at,
        next_due_at=pathway.next_due_at(),
        open_tasks=len(pathway.tasks),
        missed_in_a_row=pathway.missed_in_a_row(),
        planned_end=pathway.treatment_ends_at,
        discharged_for=pathway.discharged_for,
        last_event_at=events[-1].effective_at,
        therapist=pathway.therapist,
    )


async def written(store: EventStore, pool: Pool, random: Random, pathways: int) -> Histories:
    """Lives in the log, with the decisions of different pathways between each other's."""
    lives = {a_pathway(random): a_life(random) for _ in range(pathways)}
    while lives:
        stream = random.choice(list(lives))
        await append(store, stream, lives[stream][:5])
        lives[stream] = lives[stream][5:]
        if not lives[stream]:
            del lives[stream]
    await settle(pool)
    streams = await store.streams("pathway", "", 1000)
    return {stream: await store.read_stream(stream) for stream in streams}


@pytest.mark.parametrize("batch", [1, 7, 10_000])
@pytest.mark.usefixtures("catalogue")
async def test_every_case_equals_the_fold_of_its_stream_in_batches_of_any_size(
    store: EventStore, pool: Pool, random: Random, batch: int
) -> None:
    histories = await written(store, pool, random, pathways=8)
    async with pool.acquire() as connection:
        await create_copy(connection, CASELOAD, CASELOAD.schema)
    copy = Copy(store, pool, CASELOAD, CASELOAD.schema, batch=batch)
    await catch_up(copy, await checkpoint(copy), await settle(pool))

    cases = {case.pathway_id: case for case in await list_cases(pool, limit=1000)}
    assert cases == {stream: expected(stream, events) for stream, events in histories.items()}
    assert any(case.missed_in_a_row for case in cases.values())
    assert any(case.open_tasks for case in cases.values())


async def test_case_as_of_an_effective_instant_equals_the_fold_up_to_it(
    store: EventStore, pool: Pool, random: Random
) -> None:
    histories = await written(store, pool, random, pathways=3)
    instant = FIRST_GROUP + 3 * WEEK
    async with scratch(CASELOAD, store, pool, Until(effective=instant)) as copy:
        cases = await list_cases(pool, limit=1000, schema=copy.schema)
    before = {stream: as_of(events, instant, None) for stream, events in histories.items()}
    assert cases != []
    assert {case.pathway_id: case for case in cases} == {
        stream: expected(stream, events) for stream, events in before.items() if events
    }


async def test_case_as_of_a_seq_shows_nothing_later(store: EventStore, pool: Pool) -> None:
    stream = a_pathway(seeded(1))
    await append(store, stream, [histories.referred(), [task(1, "team_decision", FIRST_GROUP)]])
    await settle(pool)
    async with scratch(CASELOAD, store, pool, Until(seq=3)) as copy:
        case = await find_case(pool, stream, schema=copy.schema)
    assert case is not None
    assert (case.version, case.open_tasks) == (3, 0)


async def test_scratch_copy_is_gone_afterwards(store: EventStore, pool: Pool) -> None:
    async with scratch(CASELOAD, store, pool) as copy:
        pass
    with pytest.raises(ViewAbsent):
        await list_cases(pool, limit=1, schema=copy.schema)


async def test_session_entered_late_counts_among_those_missed_where_it_was_held(
    store: EventStore, pool: Pool
) -> None:
    stream = a_pathway(seeded(1))
    decisions = [
        histories.in_treatment(),
        [session(FIRST_GROUP + 3 * WEEK, "group", "introduction", "missed")],
        [session(FIRST_GROUP + 1 * WEEK, "group", "introduction", "missed")],
        [session(FIRST_GROUP + 2 * WEEK, "group", "introduction")],
        [session(FIRST_GROUP - WEEK, "group", "introduction", "missed")],
    ]
    found = []
    for decision in decisions:
        await append(store, stream, [decision])
        await settle(pool)
        await rebuild(CASELOAD, store, pool)
        case = await find_case(pool, stream)
        assert case is not None
        found.append(case.missed_in_a_row)
    assert found == [0, 1, 2, 1, 1]


@pytest_asyncio.fixture
async def due(store: EventStore, pool: Pool) -> list[str]:
    """Three pathways: due second, due first with a therapist, and discharged with nothing due."""
    random = seeded(3)
    streams = [a_pathway(random) for _ in range(3)]
    later, sooner = (task(1, "team_decision", REFERRED_AT + WEEK * n) for n in (2, 1))
    await append(store, streams[0], [histories.referred(), [later]])
    taken = TherapistAssigned(at=FIRST_GROUP, assignment=1, clinician_id=THERAPIST)
    await append(store, streams[1], [histories.in_ongoing(), [sooner], [taken]])
    done = TaskCompleted(at=REFERRED_AT + WEEK, task=1, outcome="Done")
    await append(store, streams[2], [histories.closed(), [sooner], [done]])
    await settle(pool)
    await rebuild(CASELOAD, store, pool)
    return streams


async def test_what_is_due_first_comes_first_and_what_is_not_due_last(
    pool: Pool, due: list[str]
) -> None:
    cases = await list_cases(pool, limit=10)
    assert [case.pathway_id for case in cases] == [due[1], due[0], due[2]]
    assert cases[0].next_due_at == REFERRED_AT + WEEK + timedelta(days=3)
    assert cases[2].next_due_at is None


async def test_pages_follow_each_other_without_gap_or_repetition(
    pool: Pool, due: list[str]
) -> None:
    seen: list[str] = []
    place: Place | None = None
    while page := await list_cases(pool, limit=1, after=place):
        seen += [case.pathway_id for case in page]
        place = Place(page[-1].next_due_at, page[-1].pathway_id)
    assert seen == [due[1], due[0], due[2]]


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        (Wanted(), {0, 1, 2}),
        (Wanted(phase="assessment"), {0}),
        (Wanted(status="closed"), {2}),
        (Wanted(programme="mbt-g@1"), {0, 1, 2}),
        (Wanted(programme="mbt-g@2"), set()),
        (Wanted(name="example, av"), {0, 1, 2}),
        (Wanted(name="%"), set()),
        (Wanted(name="exam", phase="ongoing", status="open"), {1}),
        (Wanted(cared_for_by=Caring(THERAPIST)), {0, 1}),
        (Wanted(cared_for_by=Caring(THERAPIST), strangers=True), {2}),
        (Wanted(cared_for_by=Caring("clinician-other")), {0}),
        (Wanted(cared_for_by=Caring("clinician-other"), strangers=True), {1, 2}),
        (Wanted(cared_for_by=Caring("")), set()),
        (Wanted(cared_for_by=Caring(""), strangers=True), {0, 1, 2}),
    ],
)
async def test_list_shows_only_what_is_wanted(
    pool: Pool, due: list[str], wanted: Wanted, places: set[int]
) -> None:
    cases = await list_cases(pool, wanted, limit=10)
    assert {case.pathway_id for case in cases} == {due[place] for place in places}


async def test_whom_a_clinician_cares_for_besides_is_in_their_care_too(
    pool: Pool, due: list[str]
) -> None:
    wanted = Wanted(cared_for_by=Caring("clinician-other", others=(due[2],)))
    cases = await list_cases(pool, wanted, limit=10)
    assert {case.pathway_id for case in cases} == {due[0], due[2]}


@pytest.mark.usefixtures("due")
async def test_counts_say_how_many_are_in_each_phase(pool: Pool) -> None:
    counts = {(count.phase, count.status): count.pathways for count in await count_by_phase(pool)}
    assert counts == {("assessment", "open"): 1, ("ongoing", "open"): 1, ("follow_up", "closed"): 1}


async def test_view_that_was_never_built_says_so(pool: Pool) -> None:
    with pytest.raises(ViewAbsent, match="caseload has not been built"):
        await find_case(pool, "pathway-1")


def test_patient_without_given_names_is_shown_by_family_name() -> None:
    patient = histories.PATIENT
    assert display_name(patient) == "Example, Avery"
    assert display_name(patient.model_copy(update={"given_names": ()})) == "Example"
