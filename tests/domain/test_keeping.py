"""The record of a closed pathway: how long it is kept, who holds it, and how it ends."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.commands.base import SettleEffect
from domain.commands.pathway import Erase, LiftLegalHold, PlaceLegalHold
from domain.decider import Effect
from domain.events.base import Event
from domain.events.effects import EffectOutcome
from domain.events.erased import ContentErased
from domain.events.pathway import (
    EffectSettled,
    Erased,
    LegalHoldLifted,
    LegalHoldPlaced,
)
from domain.pathway import PATHWAY, Pathway
from domain.pathway.keeping import kept_until
from domain.programmes.definition import Definition
from domain.programmes.states import Retention
from tests.domain.histories import (
    MBT_G,
    PLANNED_END,
    WEEK,
    closed,
    given,
    in_follow_up,
    mbt_g_document,
    ny,
)

CLOSED_AT = PLANNED_END + WEEK
KEPT_UNTIL = ny("2036-08-03 18:00")
HELD = LegalHoldPlaced(at=CLOSED_AT, reason="LH-1")
ERASE = Erase(reason="retention_expired")
ERASED = Erased(at=KEPT_UNTIL, reason="retention_expired")
EFFECT = Effect(name="destroy_key", port="keys", template="destroy", recipient="patient")


def settled(outcome: EffectOutcome, effect: str = "destroy_key") -> EffectSettled:
    return EffectSettled(
        at=KEPT_UNTIL,
        effect_id=UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11"),
        effect=effect,
        outcome=outcome,
    )


def keeping(**retention: object) -> Definition:
    document = mbt_g_document()
    return Definition.model_validate(
        {**document, "policies": {**document["policies"], "retention": retention}}
    )


def test_a_record_is_erased_ten_calendar_years_after_the_closing_and_not_a_second_before() -> None:
    given(*closed()).when(ERASE, at=KEPT_UNTIL).then(ERASED)
    before = datetime.fromtimestamp(KEPT_UNTIL.timestamp() - 1, KEPT_UNTIL.tzinfo)
    given(*closed()).when(ERASE, at=before).then_rejected("retention_not_passed")


@pytest.mark.parametrize(("state", "year"), [("FL", 2034), ("SC", 2033)])
def test_the_patient_s_state_may_ask_for_other_years(state: str, year: int) -> None:
    definition = keeping(years=7, by_state=[{"state": "FL", "years": 8}])
    pathway = given(*closed()).state
    assert pathway.referral
    patient = pathway.referral.patient.model_copy(update={"state": state})
    referral = pathway.referral.model_copy(update={"patient": patient})

    until = kept_until(pathway.model_copy(update={"referral": referral}), definition)

    assert until
    assert until.year == year


def test_a_state_is_named_once() -> None:
    with pytest.raises(ValidationError, match="names a state twice"):
        Retention.model_validate({"by_state": [{"state": "FL", "years": y} for y in (5, 7)]})


def test_the_shipped_retention_waits_for_counsel() -> None:
    retention = MBT_G.policies.retention
    assert (retention.years, retention.by_state, retention.signed_by) == (10, (), None)


def test_each_hold_forbids_erasing_until_it_is_lifted() -> None:
    second = LegalHoldPlaced(at=CLOSED_AT, reason="LH-2")
    lifted = LegalHoldLifted(at=KEPT_UNTIL, reason="LH-1")
    given(*closed(), HELD).when(ERASE, at=KEPT_UNTIL).then_rejected("legal_hold")
    given(*closed(), HELD, second, lifted).when(ERASE, at=KEPT_UNTIL).then_rejected("legal_hold")
    given(*closed(), HELD, lifted).when(ERASE, at=KEPT_UNTIL).then(ERASED)


def test_every_reason_against_erasing_is_said() -> None:
    given(*closed(), HELD).when(ERASE).then_rejected("legal_hold", "retention_not_passed")
    given(*in_follow_up()).when(ERASE, at=KEPT_UNTIL).then_rejected("not_closed")
    given().when(ERASE, at=KEPT_UNTIL).then_rejected("unknown_pathway", "not_closed")


def test_a_hold_is_placed_and_lifted_once() -> None:
    place, lift = PlaceLegalHold(reason="LH-1"), LiftLegalHold(reason="LH-1")
    placed = given(*closed()).when(place).then(HELD)
    placed.and_given().when(place).then_rejected("hold_placed")
    lifted = placed.and_given().when(lift).then(LegalHoldLifted(at=CLOSED_AT, reason="LH-1"))
    lifted.and_given().when(lift).then_rejected("unknown_hold")
    assert lifted.and_given().content == given(*closed()).content


@pytest.mark.parametrize("command", [PlaceLegalHold(reason="LH-1"), LiftLegalHold(reason="LH-1")])
def test_only_a_closed_record_is_held(command: PlaceLegalHold | LiftLegalHold) -> None:
    given(*in_follow_up()).when(command).then_rejected("not_closed")
    given(*closed(), ERASED).when(command).then_rejected("pathway_erased")
    given().when(command, at=CLOSED_AT).then_rejected("unknown_pathway", "not_closed")


@pytest.mark.parametrize("text", ["Odile Quillfeather", "a file", "-1", "", "x" * 61, "LH-1\n"])
def test_a_hold_s_reason_is_a_file_number_and_no_text(text: str) -> None:
    with pytest.raises(ValidationError):
        PlaceLegalHold(reason=text)


def test_nothing_is_left_of_an_erased_pathway() -> None:
    erased = given(*closed(), ERASED)
    assert erased.state == Pathway(status="erased", erased_at=KEPT_UNTIL)
    assert PATHWAY.is_closed(erased.state)
    assert PATHWAY.permitted(erased.state, erased.context()) == []
    assert erased.deadlines() == []


def test_erasing_asks_for_the_end_of_the_key() -> None:
    assert given(*closed(), ERASED).reactions() == [EFFECT]


def test_erasing_again_changes_nothing_unless_the_key_could_not_be_destroyed() -> None:
    erased = (*closed(), ERASED)
    given(*erased).when(ERASE).then_nothing()
    given(*erased, settled("done")).when(ERASE).then_nothing()
    given(*erased, settled("failed", effect="remind_patient")).when(ERASE).then_nothing()
    again = given(*erased, settled("failed")).when(ERASE).then(ERASED).and_given()
    assert again.reactions() == [EFFECT]
    again.when(ERASE).then_nothing()


def test_what_came_of_the_key_is_known_and_of_other_effects_is_not_asked() -> None:
    command = SettleEffect(
        effect_id=settled("done").effect_id, effect="destroy_key", outcome="done"
    )
    given(*closed(), ERASED).when(command).then(settled("done")).then_state(erasure="done")


def test_a_folded_stream_without_its_contents_is_that_of_an_erased_pathway() -> None:
    gone = [ContentErased(at=event.at, erased_at=KEPT_UNTIL) for event in closed()]
    assert given(*gone).state == given(*closed(), ERASED).state
    assert given(*gone[:1]).state.status == "erased"
    assert given(*gone, ERASED, settled("done")).state.erasure == "done"
    assert given(*gone).reactions() == []


def test_a_closed_pathway_offers_to_hold_and_to_erase_with_what_blocks_it() -> None:
    held = given(*closed(), HELD)
    assert held.permitted("place_legal_hold").open
    assert held.permitted("lift_legal_hold", reason="LH-1").open
    blocked = held.permitted("erase", reason="patient_request").blocked_by
    assert [reason.code for reason in blocked] == ["legal_hold", "retention_not_passed"]
    assert given(*closed()).permitted("erase", KEPT_UNTIL, reason="patient_request").open


def test_an_event_that_says_nothing_of_a_pathway_changes_nothing() -> None:
    elsewhere: Any = Event(at=KEPT_UNTIL)

    assert given(*closed(), elsewhere).content == given(*closed()).content
