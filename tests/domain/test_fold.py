"""Folding a stream: its state, its pending effects, and both clocks."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

import pytest

from domain.actor import CLOCK
from domain.decider import Context, Decider, known, open_transitions, require
from domain.deciders import DECIDERS, UnknownEntity, decider_of
from domain.events.base import Event
from domain.events.envelope import Origin, RecordedEvent
from domain.events.pathway import EffectSettled, MeasuresFellDue
from domain.events.registry import type_of
from domain.fold import as_of, fold, start, step
from domain.pathway import PATHWAY, Standing
from domain.programme import PROGRAMME
from tests.domain.histories import (
    FIRST_GROUP,
    READY_AT,
    REFERRED_AT,
    WEEK,
    given,
    in_treatment,
    progress,
    referred,
)

NAMESPACE = UUID("6f1f3a52-0f52-4d6e-9b1e-2f7f2f6f0a11")
STREAM = "pathway-8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11"
FELL_DUE = MeasuresFellDue(at=progress(1).due_at, planned=progress(1), next_measures=progress(2))


def recorded(
    *events: Event, late: timedelta = timedelta(0), programme: str | None = "mbt-g@1"
) -> list[RecordedEvent]:
    return [
        RecordedEvent(
            seq=100 + version,
            stream_id=STREAM,
            version=version,
            event_id=uuid5(NAMESPACE, str(version)),
            type=type_of(event).name,
            schema_version=1,
            recorded_at=event.at + late,
            effective_at=event.at,
            origin=Origin(command_id=NAMESPACE, actor=CLOCK),
            programme_version=programme if version == 1 else None,
            relied_on={},
            key_id=None,
            event=event,
        )
        for version, event in enumerate(events, start=1)
    ]


def test_nothing_folds_to_the_beginning() -> None:
    assert fold(PATHWAY, []) == start(PATHWAY)
    assert start(PATHWAY).version == 0
    assert start(PATHWAY).state.status == "absent"


def test_a_stream_folds_to_its_state_and_version() -> None:
    folded = fold(PATHWAY, recorded(*in_treatment()))
    assert folded.state == given(*in_treatment()).state
    assert folded.version == len(in_treatment())
    assert folded.programme_version == "mbt-g@1"
    assert folded.pending == {}


def test_the_version_is_that_of_the_last_event_even_where_some_are_left_out() -> None:
    events = recorded(*in_treatment())
    assert fold(PATHWAY, [events[0], events[-1]]).version == events[-1].version


def test_a_reaction_stands_until_it_is_settled() -> None:
    history = (*in_treatment(), FELL_DUE)
    caused_by = uuid5(NAMESPACE, str(len(history)))
    (pending,) = fold(PATHWAY, recorded(*history)).pending.values()
    assert pending.id == uuid5(caused_by, "remind_patient")
    assert pending.caused_by == caused_by
    assert pending.effect.template == "measures_due"
    settled = EffectSettled(
        at=FELL_DUE.at, effect_id=pending.id, effect=pending.effect.name, outcome="done"
    )
    assert fold(PATHWAY, recorded(*history, settled)).pending == {}


def test_settling_one_effect_leaves_the_others() -> None:
    second = MeasuresFellDue(at=progress(2).due_at, planned=progress(2))
    history = (*in_treatment(), FELL_DUE, second)
    first, other = fold(PATHWAY, recorded(*history)).pending.values()
    settled = EffectSettled(
        at=second.at, effect_id=first.id, effect="remind_patient", outcome="failed"
    )
    assert fold(PATHWAY, recorded(*history, settled)).pending == {other.id: other}


def test_what_had_happened_by_an_instant() -> None:
    events = recorded(*in_treatment())
    by_then = as_of(events, effective=READY_AT, known=None)
    assert fold(PATHWAY, by_then).state.treatment_started_at is None
    assert fold(PATHWAY, by_then).state.phase == "introduction"


def test_what_was_known_at_an_instant() -> None:
    events = recorded(*in_treatment(), late=WEEK)
    assert as_of(events, effective=None, known=READY_AT) == events[: len(referred()) + 2]
    assert as_of(events, effective=None, known=None) == events


@pytest.mark.parametrize("instant", [FIRST_GROUP, FIRST_GROUP - timedelta(microseconds=1)])
def test_both_clocks_count_their_own_instant(instant: datetime) -> None:
    events = recorded(*in_treatment())
    included = instant == FIRST_GROUP
    assert (events[-1] in as_of(events, effective=instant, known=None)) is included
    assert (events[-1] in as_of(events, effective=None, known=instant)) is included
    assert as_of(events, effective=FIRST_GROUP, known=REFERRED_AT) == events[: len(referred())]


@pytest.mark.parametrize("kind", [PATHWAY, PROGRAMME], ids=lambda kind: kind.kind)
def test_an_entity_is_known_by_the_prefix_of_its_id(kind: Decider[object, object, object]) -> None:  # type: ignore[type-var]
    assert decider_of(f"{kind.kind}-8d4b5b43") is kind
    assert DECIDERS[kind.kind] is kind


@pytest.mark.parametrize("entity_id", ["spaceship-1", "", "-", "pathways-1"])
def test_an_unknown_prefix_is_said(entity_id: str) -> None:
    with pytest.raises(UnknownEntity, match="no entity has the id") as unknown:
        decider_of(entity_id)
    assert unknown.value.entity_id == entity_id


def test_a_decision_without_a_definition_is_the_error_of_the_host() -> None:
    context = Context(now=REFERRED_AT, actor=CLOCK)
    with pytest.raises(LookupError, match="the host gave none"):
        _ = context.definition


def test_what_a_guard_should_have_refused_is_an_error_in_the_code() -> None:
    assert known(3) == 3
    with pytest.raises(LookupError, match="a guard should have refused this"):
        known(None)


def test_guards_that_hold_refuse_nothing() -> None:
    require(None, None)


def test_facts_that_the_host_did_not_give_are_its_error() -> None:
    context = Context(now=REFERRED_AT, actor=CLOCK)
    with pytest.raises(LookupError, match="needs Standing of pathway-1"):
        context.facts("pathway-1", Standing)


def test_what_may_be_done_next_is_what_nothing_blocks() -> None:
    history = given(*in_treatment())
    found = open_transitions(PATHWAY, history.state, history.context())
    assert found
    assert all(one.open for one in found)
    assert len(found) < len(PATHWAY.permitted(history.state, history.context()))


def test_each_event_is_one_version_more() -> None:
    folded = start(PATHWAY)
    for event in referred():
        folded = step(PATHWAY, folded, event, NAMESPACE, None)
    assert folded.version == len(referred())
