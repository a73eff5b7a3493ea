"""Benefits are verified before treatment, and again before they lapse."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.commands.access import BenefitsAnswered, RequestBenefitsCheck, VerifyBenefits
from domain.commands.base import SettleEffect
from domain.commands.pathway import Discharge, EnterPhase
from domain.decider import Effect
from domain.events.access import BenefitsCheckAsked, BenefitsLapsed, BenefitsVerified
from domain.events.pathway import (
    Closed,
    Discharged,
    EffectSettled,
    PhaseEntered,
    Referred,
    TaskCompleted,
    TaskOpened,
)
from domain.pathway import PATHWAY
from domain.patient import Coverage
from domain.programmes.definition import Definition
from tests.domain.histories import (
    FIRST_GROUP,
    READY_AT,
    REFERRAL,
    REFERRED_AT,
    entered,
    given,
    in_follow_up,
    in_treatment,
    mbt_g_document,
    ny,
    ready,
    referred,
    task,
)
from tests.domain.specification import Specification

YEAR_END = date(2026, 12, 31)
LAPSE_AT = ny("2027-01-01 00:00")
ACTIVE = VerifyBenefits(payer="Optum", outcome="active", valid_until=YEAR_END)
VERIFIED = BenefitsVerified(
    at=READY_AT,
    payer="Optum",
    outcome="active",
    valid_until=YEAR_END,
    reverify_at=LAPSE_AT - timedelta(days=14),
    lapse_at=LAPSE_AT,
)
ASKED = BenefitsCheckAsked(at=READY_AT, check=1, payer="Optum")
EFFECT_ID = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")


def settle(outcome: Any, check: int = 1) -> SettleEffect:
    return SettleEffect(effect_id=EFFECT_ID, effect=f"benefits_check-{check}", outcome=outcome)


def asking() -> Specification[Any]:
    """The programme with benefits at the door of treatment."""
    document = mbt_g_document()
    document["phases"][2]["enter_when"] = ["benefits_verified"]
    document["phases"][0]["leave_when"] = []
    return Specification(PATHWAY, Definition.model_validate(document))


def test_verified_benefits_hold_until_their_last_day() -> None:
    """Demand 20: insurance is verified, and verified again before it lapses."""
    given(*ready()).when(ACTIVE, at=READY_AT).then(VERIFIED)


def test_no_treatment_before_somebody_pays() -> None:
    """Demand 20: insurance verified."""
    door = EnterPhase(phase="introduction")
    history = asking().given(*ready())
    history.when(door, at=READY_AT).then_rejected("benefits_not_verified")
    verified = history.when(ACTIVE, at=READY_AT).and_given()
    verified.when(door, at=READY_AT).then_happened(PhaseEntered)
    verified.when(door, at=LAPSE_AT - timedelta(seconds=1)).then_happened(PhaseEntered)
    verified.when(door, at=LAPSE_AT).then_rejected("benefits_not_verified")


@pytest.mark.parametrize("outcome", ["inactive", "unknown"])
def test_a_patient_may_pay_themselves(outcome: Any) -> None:
    """Demand 20: self-pay possible."""
    pays = VerifyBenefits(payer="The patient", outcome=outcome, self_pay=True)
    paid = asking().given(*ready()).when(pays, at=READY_AT).and_given()
    paid.when(EnterPhase(phase="introduction")).then_happened(PhaseEntered)
    assert paid.deadlines("verify_benefits") == []


@pytest.mark.parametrize("outcome", ["inactive", "unknown"])
def test_benefits_that_do_not_pay_are_a_task(outcome: Any) -> None:
    says_no = VerifyBenefits(payer="Optum", outcome=outcome)
    found = asking().given(*ready()).when(says_no, at=READY_AT)
    found.then_happened(BenefitsVerified, TaskOpened)
    found.and_given().when(EnterPhase(phase="introduction")).then_rejected("benefits_not_verified")
    found.and_given().when(says_no).then_happened(BenefitsVerified)
    found.and_given().when(ACTIVE).then_happened(BenefitsVerified, TaskCompleted)


def test_somebody_verifies_again_two_weeks_before_they_lapse() -> None:
    """Demand 20: benefits re-verified before they lapse."""
    due = given(*in_treatment(), VERIFIED).when_due("verify_benefits")
    at = LAPSE_AT - timedelta(days=14)
    due.then(task(1, "verify_benefits", at))
    assert due.and_given().deadlines("verify_benefits") == []
    assert [one.at for one in due.and_given().deadlines("benefits_lapse")] == [LAPSE_AT]


def test_benefits_that_nobody_verified_again_lapse() -> None:
    """Demand 20: benefits are verified again before they lapse."""
    overdue = given(*in_treatment(), VERIFIED).when_due("verify_benefits").and_given()
    lapsed = overdue.when_due("benefits_lapse")
    lapsed.then(BenefitsLapsed(at=LAPSE_AT, payer="Optum"))
    assert lapsed.and_given().deadlines("benefits_lapse") == []
    done = overdue.when(ACTIVE.model_copy(update={"valid_until": date(2027, 12, 31)}))
    done.then_happened(BenefitsVerified, TaskCompleted)
    alone = given(*in_treatment(), VERIFIED.model_copy(update={"reverify_at": None}))
    alone.when_due("benefits_lapse").then_happened(BenefitsLapsed, TaskOpened)


def test_benefits_without_a_last_day_are_looked_at_again_after_a_while() -> None:
    """Policy: what a payer gives no end for is verified every ninety days."""
    open_ended = VerifyBenefits(payer="Optum", outcome="active")
    (verified,) = given(*ready()).when(open_ended, at=READY_AT).events
    assert verified.reverify_at == READY_AT + timedelta(days=90)  # type: ignore[attr-defined]
    assert verified.lapse_at is None  # type: ignore[attr-defined]


def test_benefits_that_end_within_two_weeks_are_to_be_verified_at_once() -> None:
    soon = ACTIVE.model_copy(update={"valid_until": date(2026, 1, 22)})
    (verified,) = given(*ready()).when(soon, at=READY_AT).events
    assert verified.reverify_at == READY_AT  # type: ignore[attr-defined]


def test_benefits_that_have_ended_are_not_active() -> None:
    ended = ACTIVE.model_copy(update={"valid_until": date(2026, 1, 19)})
    given(*ready()).when(ended, at=READY_AT).then_rejected("already_lapsed")


def test_the_payer_is_asked_and_answers_by_itself() -> None:
    """Demand 20: Cigna, Florida Blue, Optum and others are asked."""
    asked = given(*ready()).when(RequestBenefitsCheck(payer="Optum"), at=READY_AT)
    asked.then(ASKED)
    assert asked.and_given().reactions() == [
        Effect(name="benefits_check-1", port="benefits", template="eligibility", recipient="payer")
    ]
    answer = BenefitsAnswered(check=1, payer="Optum", outcome="active", valid_until=YEAR_END)
    answered = asked.and_given().when(answer, at=READY_AT)
    answered.then(VERIFIED.model_copy(update={"check": 1}))
    answered.and_given().when(answer).then_nothing()


def test_an_answer_to_an_earlier_check_says_nothing_any_more() -> None:
    again = ASKED.model_copy(update={"check": 2})
    late = BenefitsAnswered(check=1, payer="Optum", outcome="inactive")
    given(*ready(), ASKED, again).when(late).then_nothing()
    given(*in_follow_up(), ASKED).when(late).then_nothing()


def test_a_verification_by_hand_leaves_the_check_under_way() -> None:
    by_hand = given(*ready(), ASKED).when(ACTIVE).and_given()
    assert by_hand.state.benefits_check == 1


@pytest.mark.parametrize("outcome", ["failed", "lapsed", "suppressed"])
def test_a_payer_that_cannot_be_asked_is_a_task(outcome: Any) -> None:
    failed = given(*ready(), VERIFIED, ASKED).when(settle(outcome))
    failed.then_happened(EffectSettled, TaskOpened)
    assert failed.and_given().state.benefits_reverify_at == VERIFIED.reverify_at
    given(*ready(), ASKED).when(settle("done")).then_happened(EffectSettled)
    given(*ready(), ASKED).when(settle(outcome, check=2)).then_happened(EffectSettled)
    given(*in_follow_up(), ASKED).when(settle(outcome)).then_happened(EffectSettled)


def test_the_payer_is_the_one_of_the_referral_or_of_the_last_verification() -> None:
    given(*referred()).when(RequestBenefitsCheck()).then_rejected("payer_unknown")
    asking = given(*referred()).permitted("request_benefits_check")
    assert (asking.open, asking.title) == (True, "Ask a payer whom you name about benefits")
    given(*referred()).when(RequestBenefitsCheck(payer="Cigna")).then_happened(BenefitsCheckAsked)
    covered = REFERRAL.model_copy(update={"coverage": Coverage(payer="Cigna")})
    history = (
        Referred(at=REFERRED_AT, programme="mbt-g@1", referral=covered),
        entered("assessment", REFERRED_AT),
    )
    (asked,) = given(*history).when(RequestBenefitsCheck()).events
    assert asked.payer == "Cigna"  # type: ignore[attr-defined]
    (asked,) = given(*history, VERIFIED).when(RequestBenefitsCheck()).events
    assert asked.payer == "Optum"  # type: ignore[attr-defined]


def test_after_discharge_nobody_verifies() -> None:
    given(*in_follow_up()).when(ACTIVE).then_rejected("already_discharged")


def test_benefits_are_exhausted_only_once_they_do_not_pay() -> None:
    """Policy: benefits_exhausted is a discharge reason."""
    exhausted = Discharge(reason="benefits_exhausted")
    paid = given(*ready(), VERIFIED)
    paid.when(exhausted).then_rejected("benefits_active")
    assert not paid.permitted("discharge", reason="benefits_exhausted").open
    paid.when(exhausted, at=LAPSE_AT).then_happened(Discharged, Closed)


def test_no_clock_of_benefits_runs_after_discharge() -> None:
    left = given(*in_treatment(), VERIFIED).when(Discharge(reason="patient_withdrew"))
    assert left.and_given().deadlines("benefits_lapse") == []
    assert FIRST_GROUP < LAPSE_AT


def test_benefits_hold_through_their_last_day() -> None:
    today = ACTIVE.model_copy(update={"valid_until": date(2026, 1, 20)})
    given(*ready()).when(today, at=READY_AT).then_happened(BenefitsVerified)


def test_who_is_found_to_pay_for_themselves_is_no_task_any_more() -> None:
    task_open = task(1, "verify_benefits", READY_AT)
    pays = VerifyBenefits(payer="The patient", outcome="inactive", self_pay=True)
    found = given(*ready(), task_open).when(pays, at=READY_AT)
    found.then_happened(BenefitsVerified, TaskCompleted)


def test_a_payer_is_asked_again_under_the_next_number_and_not_after_discharge() -> None:
    (again,) = given(*ready(), ASKED).when(RequestBenefitsCheck(payer="Optum")).events
    assert isinstance(again, BenefitsCheckAsked)
    assert again.check == 2
    asked = RequestBenefitsCheck(payer="Optum")
    given(*in_follow_up()).when(asked).then_rejected("already_discharged")
