"""A case is the same whether its past is remembered whole or in part."""

from random import Random
from uuid import uuid4

import pytest

from domain.events.base import Event
from domain.events.envelope import Origin, RecordedEvent, event_id_of
from domain.events.registry import type_of
from domain.pathway import PATHWAY
from projections.caseload.case import Folding, case_of, remembered, step
from tests.domain.histories import ONGOING_AT, in_ongoing, weekly_groups
from tests.domain.specification import COORDINATOR
from tests.projections.given import a_life, seeded

STREAM = "pathway-1"


@pytest.mark.parametrize("seed", range(40))
def test_forgetting_the_past_between_batches_changes_no_column(seed: int) -> None:
    random = seeded(seed)
    whole = in_part = Folding(PATHWAY.initial())
    for recorded in recorded_life(random):
        whole, in_part = step(whole, recorded), step(in_part, recorded)
        if random.random() < 0.5:
            in_part = remembered(in_part)
        assert case_of(STREAM, in_part) == case_of(STREAM, whole)
        assert remembered(in_part) == remembered(whole), "so checking a view finds no difference"


def test_a_long_past_is_forgotten() -> None:
    folding = Folding(PATHWAY.initial())
    events = (*in_ongoing(), *weekly_groups(70, first=ONGOING_AT, phase="ongoing"))
    for version, event in enumerate(events, start=1):
        folding = step(folding, recorded(event, version))
    whole, kept = folding.pathway, remembered(folding).pathway
    assert (len(whole.sessions), len(kept.sessions)) == (78, 1)
    assert len(kept.model_dump_json()) < len(whole.model_dump_json()) / 4


def test_pathway_without_events_is_no_case() -> None:
    with pytest.raises(LookupError, match="no events"):
        case_of(STREAM, Folding(PATHWAY.initial()))


def recorded_life(random: Random, steps: int = 60) -> list[RecordedEvent]:
    events = [event for decision in a_life(random, steps) for event in decision]
    return [recorded(event, version) for version, event in enumerate(events, start=1)]


def recorded(event: Event, version: int) -> RecordedEvent:
    origin = Origin(command_id=uuid4(), actor=COORDINATOR)
    return RecordedEvent(
        seq=version,
        stream_id=STREAM,
        version=version,
        event_id=event_id_of(origin.command_id, 0),
        type=type_of(event).name,
        schema_version=1,
        recorded_at=event.at,
        effective_at=event.at,
        origin=origin,
        programme_version="mbt-g@1",
        relied_on={},
        key_id=None,
        event=event,
    )
