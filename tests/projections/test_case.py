"""A case is the same whether its past is remembered whole or in part."""

from dataclasses import replace
from random import Random
from uuid import uuid4

import pytest

from domain.events.base import Event
from domain.events.envelope import Origin, RecordedEvent, event_id_of
from domain.events.registry import type_of
from domain.pathway import Pathway
from projections.caseload.case import CaseFolding, case_of, remembered
from projections.caseload.view import PATHWAYS
from projections.folded.entity import Folding
from tests.domain.histories import ONGOING_AT, in_ongoing, weekly_groups
from tests.domain.specification import COORDINATOR
from tests.projections.given import a_life, seeded

STREAM = "pathway-1"


def stepped(folding: CaseFolding | None, recorded: RecordedEvent) -> CaseFolding:
    before = folding.state if folding else PATHWAYS.state
    return Folding(PATHWAYS.evolve(before, recorded.event), recorded.version, recorded.effective_at)


@pytest.mark.parametrize("seed", range(40))
def test_forgetting_the_past_between_batches_changes_no_column(seed: int) -> None:
    random = seeded(seed)
    whole: CaseFolding | None = None
    in_part: CaseFolding | None = None
    for recorded in recorded_life(random):
        whole, in_part = stepped(whole, recorded), stepped(in_part, recorded)
        if random.random() < 0.5:
            in_part = replace(in_part, state=remembered(in_part.state))
        assert case_of(STREAM, in_part) == case_of(STREAM, whole)
        same = remembered(in_part.state) == remembered(whole.state)
        assert same, "so checking a view finds no difference"


def test_a_long_past_is_forgotten() -> None:
    whole = Pathway()
    for event in (*in_ongoing(), *weekly_groups(70, first=ONGOING_AT, phase="ongoing")):
        whole = PATHWAYS.evolve(whole, event)
    kept = remembered(whole)
    assert (len(whole.sessions), len(kept.sessions)) == (78, 1)
    assert len(kept.model_dump_json()) < len(whole.model_dump_json()) / 4


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
