"""An escalation ends: a clinician resolves it, or its record goes with that of the pathway."""

from typing import Any
from uuid import UUID

import pytest

from domain.commands.base import SettleEffect
from domain.commands.escalation import (
    Erase,
    Resolve,
)
from domain.decider import Effect
from domain.escalation import ESCALATION, Escalation
from domain.events.base import Event
from domain.events.effects import EffectOutcome
from domain.events.erased import ContentErased
from domain.events.escalation import (
    EffectSettled,
    Erased,
)
from tests.domain.escalations import (
    ARRANGED,
    CLINICIAN,
    FORMULATED,
    PATHWAY_ID,
    PATHWAY_ITSELF,
    RESOLVED,
    REVIEWED,
    SUPERVISING,
    acknowledged,
    answered,
    escalation,
    given,
    open_at,
    resolved,
)
from tests.domain.specification import COORDINATOR
from tests.domain.test_escalation_answers import JUDGING, LATER, RECORDING


def test_a_clinician_resolves_it_and_the_pathway_is_told() -> None:
    """Safety: never closed but by a person."""
    done = given(*answered()).when(Resolve(), at=LATER, by=CLINICIAN).then(RESOLVED)
    assert done.and_given().deadlines() == []
    assert ESCALATION.is_closed(done.and_given().state)
    effect = done.and_given().reactions()[0]
    assert (effect.recipient, effect.template) == (PATHWAY_ID, "escalation_resolved")
    assert effect.data == {
        "escalation_id": "$itself",
        "disposition": "increased_contact",
        "level": "low",
    }


def test_every_answer_that_is_missing_is_said() -> None:
    """Safety: resolving needs a risk formulation, the disposition, and the safety plan reviewed."""
    life = given(*acknowledged())
    life.when(Resolve(), by=CLINICIAN).then_rejected(
        "formulation_missing", "disposition_missing", "safety_plan_not_reviewed"
    )


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        (FORMULATED, "formulation_missing"),
        (ARRANGED, "disposition_missing"),
        (REVIEWED, "safety_plan_not_reviewed"),
    ],
)
def test_each_answer_is_needed(left_out: Event, code: str) -> None:
    remaining = [one for one in answered() if one != left_out]
    given(*remaining).when(Resolve(), at=LATER, by=CLINICIAN).then_rejected(code)


def test_a_coordinator_does_not_resolve_it() -> None:
    given(*answered()).when(Resolve(), by=COORDINATOR).then_rejected("not_a_clinician")


@pytest.mark.parametrize("command", [*RECORDING, *JUDGING, Resolve()])
def test_nothing_is_recorded_on_what_is_not_open(command: Any) -> None:
    given().when(command, at=LATER, by=CLINICIAN).then_rejected("unknown_escalation")
    given(*resolved()).when(command, at=LATER, by=CLINICIAN).then_rejected("escalation_resolved")
    erased = Erased(at=LATER)
    given(*resolved(), erased).when(command, by=CLINICIAN).then_rejected("escalation_erased")


ERASED = Erased(at=LATER)


def settled(outcome: EffectOutcome) -> EffectSettled:
    effect_id = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")
    return EffectSettled(at=LATER, effect_id=effect_id, effect="destroy_key", outcome=outcome)


def test_its_record_goes_with_that_of_the_pathway() -> None:
    done = given(*resolved()).when(Erase(), at=LATER, by=PATHWAY_ITSELF).then(ERASED)
    assert done.and_given().state == Escalation(status="erased", erased_at=LATER)
    assert done.and_given().reactions() == [
        Effect(name="destroy_key", port="keys", template="destroy", recipient="patient")
    ]
    assert ESCALATION.is_closed(done.and_given().state)


def test_nobody_but_the_pathway_has_it_erased() -> None:
    given(*resolved()).when(Erase(), by=SUPERVISING).then_rejected("not_its_pathway")


def test_erasing_again_changes_nothing_unless_the_key_could_not_be_destroyed() -> None:
    given().when(Erase(), at=LATER, by=PATHWAY_ITSELF).then_nothing()
    given(*resolved(), ERASED).when(Erase(), by=PATHWAY_ITSELF).then_nothing()
    given(*resolved(), ERASED, settled("done")).when(Erase(), by=PATHWAY_ITSELF).then_nothing()
    failed = given(*resolved(), ERASED, settled("failed"))
    failed.when(Erase(), by=PATHWAY_ITSELF).then(ERASED)


def test_what_came_of_the_key_is_known() -> None:
    one = settled("done")
    command = SettleEffect(effect_id=one.effect_id, effect=one.effect, outcome="done")
    given(*resolved(), ERASED).when(command).then(one).then_state(erasure="done")


def test_a_folded_stream_without_its_contents_is_that_of_an_erased_escalation() -> None:
    gone = [ContentErased(at=event.at, erased_at=LATER) for event in resolved()]
    assert escalation.given(*gone).state == Escalation(status="erased", erased_at=LATER)
    assert escalation.given(*gone).reactions() == []


def test_a_history_of_which_the_beginning_is_missing_tells_nobody() -> None:
    """As of an earlier instant, a resolution may stand alone: whose it was is not known."""
    assert escalation.given(RESOLVED).reactions() == []


def test_an_event_of_something_else_changes_nothing() -> None:
    elsewhere: Any = Event(at=LATER)
    state = given(*open_at()).state
    assert ESCALATION.evolve(state, elsewhere) == state
