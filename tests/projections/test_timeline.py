"""The timeline tells each event of a pathway in a sentence, without what anybody wrote."""

import json
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import get_args
from uuid import UUID

import pytest

from domain.events import registry
from domain.events.agreements import SafetyPlanAgreed
from domain.events.base import Event
from domain.events.pathway import EffectSettled, PathwayEvent
from domain.events.programme import Published
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.rebuild import rebuild
from projections.timeline.arranged import arranged
from projections.timeline.corrected import corrected
from projections.timeline.entry import entry_of
from projections.timeline.reading import read_latest, read_timeline
from projections.timeline.telling import told
from projections.timeline.view import TIMELINE
from tests.domain import histories
from tests.domain.histories import MBT_G, PLAN, REFERRED_AT
from tests.domain.specification import COORDINATOR
from tests.projections.given import a_life, a_pathway, append, seeded, settle

WRITTEN = ("Avery", "Example", "MRN-1", "Agreed", "Done", "Away", "Moved on", "dr-1", "Walking")
"""What people wrote in the lives of these tests, and who the patient is."""


def test_every_event_of_a_pathway_has_a_sentence_of_its_own() -> None:
    pathway_types = [known for known in registry.TYPES if known.name.startswith("pathway.")]
    assert {known.model for known in pathway_types} == set(get_args(PathwayEvent))
    untold = [known for known in pathway_types if not _taught(known.model)]
    assert [known.name for known in untold] == []


def _taught(model: type[Event]) -> bool:
    return any(
        tell.dispatch(model) is not tell.dispatch(Event) for tell in (told, arranged, corrected)
    )


def test_event_that_nobody_taught_to_tell_is_an_error() -> None:
    with pytest.raises(TypeError, match="Published has no sentence yet"):
        told(Published(at=REFERRED_AT, definition=MBT_G))


def test_sentences_and_details_hold_no_free_text() -> None:
    random = seeded(5)
    events = [event for _ in range(30) for decision in a_life(random) for event in decision]
    told_of = json.dumps([told(event) for event in events])
    assert [word for word in WRITTEN if word in told_of] == []
    assert len({type(event) for event in events}) >= 18


def test_revised_safety_plan_is_told_apart_from_the_first() -> None:
    first, second = (
        SafetyPlanAgreed(at=REFERRED_AT, plan=PLAN, revision=revision) for revision in (1, 2)
    )
    assert told(first)[0] == "Safety plan agreed"
    assert told(second)[0] == "Safety plan revised, revision 2"


@pytest.mark.parametrize(
    ("reasons", "sentence"),
    [
        (("opted_out",), "Share record 1: suppressed"),
        (("opted_out", "perhaps_received"), "Share record 1: suppressed, perhaps received"),
    ],
)
def test_what_perhaps_arrived_is_told(reasons: tuple[str, ...], sentence: str) -> None:
    settled = EffectSettled(
        at=REFERRED_AT,
        effect_id=UUID(int=1),
        effect="share_record-1",
        outcome="suppressed",
        reasons=reasons,
    )
    assert told(settled)[0] == sentence


async def test_lines_of_a_pathway_are_read_in_order_and_in_pages(
    store: EventStore, pool: Pool, random: Random
) -> None:
    stream, other = a_pathway(random), a_pathway(random)
    await append(store, stream, a_life(random, steps=10))
    await append(store, other, a_life(random, steps=10))
    await settle(pool)
    await rebuild(TIMELINE, store, pool)

    expected = [entry_of(recorded) for recorded in await store.read_stream(stream)]
    assert await read_timeline(pool, stream, limit=1000) == expected
    first = await read_timeline(pool, stream, limit=4)
    rest = await read_timeline(pool, stream, limit=1000, after_version=first[-1].version)
    assert first + rest == expected
    newest = await read_latest(pool, stream, limit=3)
    before = await read_latest(pool, stream, limit=2, before_version=newest[-1].version)
    assert newest + before == expected[:-6:-1]


async def test_line_says_who_when_and_whether_it_was_recorded_late(
    store: EventStore, random: Random
) -> None:
    stream = a_pathway(random)
    await append(store, stream, [histories.referred()])
    (recorded, *_) = await store.read_stream(stream)
    entry = entry_of(recorded)
    assert (entry.subject, entry.role) == (COORDINATOR.subject, COORDINATOR.role)
    assert entry.title == "Referred to mbt-g@1, priority routine"
    assert entry.effective_at == REFERRED_AT


@pytest.mark.parametrize(
    ("after", "late"), [(timedelta(days=1), False), (timedelta(days=1, seconds=1), True)]
)
async def test_more_than_a_day_after_it_happened_is_late(
    store: EventStore, random: Random, after: timedelta, late: bool
) -> None:
    stream = a_pathway(random)
    await append(store, stream, [histories.referred()])
    (recorded, *_) = await store.read_stream(stream)
    assert entry_of(replace(recorded, recorded_at=recorded.effective_at + after)).late is late
