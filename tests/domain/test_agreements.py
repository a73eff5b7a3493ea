"""Consent and safety plan: in force at the time, never brought back by an older paper."""

from datetime import timedelta

import pytest

from domain.commands.pathway import AgreeSafetyPlan, GiveConsent, WithdrawConsent
from domain.events.agreements import ConsentGiven, ConsentWithdrawn, SafetyPlanAgreed
from domain.events.pathway import PathwayEvent, SessionRecorded, TreatmentStarted
from domain.pathway import PATHWAY
from domain.programmes.definition import Definition
from tests.domain.histories import (
    CONSENTED,
    FIRST_GROUP,
    MINUTE,
    ONGOING_AT,
    PLAN,
    PLAN_AGREED,
    READY_AT,
    WEEK,
    attend,
    given,
    in_follow_up,
    in_introduction,
    in_ongoing,
    in_treatment,
    mbt_g_document,
    ny,
    ready,
    referred,
    task,
)
from tests.domain.specification import Specification

CONSENT = GiveConsent(consent="treatment", document_version="1", given_at=READY_AT)
WITHDRAWN_AT = FIRST_GROUP + 3 * WEEK
WITHDRAW = WithdrawConsent(consent="treatment", withdrawn_at=WITHDRAWN_AT)
WITHDRAWN = ConsentWithdrawn(at=WITHDRAWN_AT, consent="treatment")


def test_consent_is_given_to_the_version_in_force() -> None:
    given(*referred()).when(CONSENT, at=READY_AT).then(
        ConsentGiven(at=READY_AT, consent="treatment", document_version="1")
    )


def test_consent_to_another_version_is_refused() -> None:
    """Demand 19: consent is to the document that shows the risks as they stand now."""
    outdated = CONSENT.model_copy(update={"document_version": "0"})
    given(*referred()).when(outdated, at=READY_AT).then_rejected("consent_outdated")


def test_every_reason_against_a_consent_is_named() -> None:
    wrong = CONSENT.model_copy(update={"consent": "photography"})
    given(*referred()).when(wrong).then_rejected("unknown_consent", "in_the_future")
    early = CONSENT.model_copy(update={"document_version": "0", "given_at": ny("2020-01-01")})
    given(*referred()).when(early).then_rejected("consent_outdated", "before_referral")


def test_consent_may_be_entered_later_than_it_was_given() -> None:
    given(*referred()).when(CONSENT, at=READY_AT + WEEK).then(
        ConsentGiven(at=READY_AT, consent="treatment", document_version="1")
    )


def test_withdrawing_before_treatment_opens_no_review() -> None:
    given(*ready()).when(
        WithdrawConsent(consent="treatment", withdrawn_at=READY_AT), at=READY_AT
    ).then(ConsentWithdrawn(at=READY_AT, consent="treatment"))


def test_withdrawing_during_treatment_asks_for_a_review_and_never_discharges() -> None:
    withdrawal = given(*in_treatment()).when(WITHDRAW, at=WITHDRAWN_AT)
    withdrawal.then(WITHDRAWN, task(1, "consent_review", WITHDRAWN_AT))
    withdrawal.then_state(status="open", consents=(), discharged_for=None)


def test_after_discharge_a_withdrawal_is_a_fact_and_no_task() -> None:
    at = in_follow_up()[-1].at
    command = WithdrawConsent(consent="treatment", withdrawn_at=at)
    given(*in_follow_up()).when(command).then_happened(ConsentWithdrawn)


def test_only_what_is_in_force_is_withdrawn() -> None:
    given(*in_treatment(), WITHDRAWN).when(WITHDRAW).then_rejected("consent_not_given")
    given(*referred()).when(WITHDRAW).then_rejected("consent_not_given", "in_the_future")


def test_a_withdrawal_does_not_precede_the_consent() -> None:
    early = WithdrawConsent(consent="treatment", withdrawn_at=CONSENTED.at - MINUTE)
    given(*ready()).when(early).then_rejected("before_consent")


def test_no_group_session_after_the_withdrawal() -> None:
    later = attend("group", WITHDRAWN_AT + MINUTE)
    given(*in_treatment(), WITHDRAWN).when(later, at=WITHDRAWN_AT + WEEK).then_rejected(
        "consent_missing"
    )


def test_a_session_held_before_the_withdrawal_may_still_be_recorded() -> None:
    earlier = attend("group", WITHDRAWN_AT - WEEK)
    given(*in_treatment(), WITHDRAWN).when(earlier).then_happened(SessionRecorded)


def test_an_old_signature_does_not_undo_a_withdrawal() -> None:
    old = CONSENT.model_copy(update={"given_at": WITHDRAWN_AT - MINUTE})
    given(*in_treatment(), WITHDRAWN).when(old).then_rejected("withdrawn_since")


def consented_again() -> tuple[PathwayEvent, ...]:
    again = ConsentGiven(at=WITHDRAWN_AT + WEEK, consent="treatment", document_version="1")
    return (*in_treatment(), WITHDRAWN, again)


def test_a_consent_given_again_covers_what_follows_and_not_the_gap() -> None:
    at = WITHDRAWN_AT + 2 * WEEK
    in_gap = attend("group", WITHDRAWN_AT + timedelta(days=1))
    given(*consented_again()).when(in_gap, at=at).then_rejected("consent_missing")
    after = attend("group", WITHDRAWN_AT + WEEK)
    given(*consented_again()).when(after, at=at).then_happened(SessionRecorded)


def test_one_consent_does_not_stand_for_another() -> None:
    document = mbt_g_document()
    document["consents"].append({"id": "video", "title": "Video", "document_version": "2"})
    both = Specification(PATHWAY, Definition.model_validate(document))
    both.given(*ready()).when(
        WithdrawConsent(consent="video", withdrawn_at=READY_AT), at=READY_AT
    ).then_rejected("consent_not_given")
    video = CONSENT.model_copy(update={"consent": "video", "document_version": "2"})
    agreed = both.given(*ready()).when(video, at=READY_AT).and_given()
    before_video = WithdrawConsent(consent="treatment", withdrawn_at=READY_AT - MINUTE)
    agreed.when(before_video).then_happened(ConsentWithdrawn)
    withdrawn = agreed.when(WithdrawConsent(consent="video", withdrawn_at=READY_AT)).and_given()
    assert [one.consent for one in withdrawn.state.consents] == ["treatment"]
    assert [(one.consent, one.until) for one in withdrawn.state.consent_periods] == [
        ("treatment", None),
        ("video", READY_AT),
    ]
    withdrawn.when(video).then_happened(ConsentGiven)
    earlier = CONSENT.model_copy(update={"given_at": READY_AT - MINUTE})
    withdrawn.when(earlier).then_happened(ConsentGiven)


def test_the_plan_is_agreed_then_revised() -> None:
    """Demand 7: the crisis plan is revised in the course of treatment."""
    agree = AgreeSafetyPlan(plan=PLAN, agreed_at=READY_AT)
    given(*referred()).when(agree, at=READY_AT).then(
        SafetyPlanAgreed(at=READY_AT, plan=PLAN, revision=1)
    )
    revised = given(*ready()).when(agree, at=READY_AT)
    revised.then(SafetyPlanAgreed(at=READY_AT, plan=PLAN, revision=2))
    revised.then_state(safety_plan=PLAN, safety_plan_since=PLAN_AGREED.at)


def test_an_older_plan_does_not_replace_a_newer_one() -> None:
    older = AgreeSafetyPlan(plan=PLAN, agreed_at=PLAN_AGREED.at - MINUTE)
    given(*ready()).when(older).then_rejected("newer_plan_agreed")


def test_a_plan_is_agreed_neither_tomorrow_nor_before_the_referral() -> None:
    tomorrow = AgreeSafetyPlan(plan=PLAN, agreed_at=READY_AT + timedelta(days=1))
    given(*referred()).when(tomorrow, at=READY_AT).then_rejected("in_the_future")
    last_year = AgreeSafetyPlan(plan=PLAN, agreed_at=ny("2025-01-01"))
    given(*referred()).when(last_year).then_rejected("before_referral")


@pytest.mark.parametrize("kind", ["group", "individual"])
def test_without_consent_there_is_no_session_of_treatment(kind: str) -> None:
    history = tuple(one for one in in_introduction() if one != CONSENTED)
    given(*history).when(attend(kind, FIRST_GROUP), at=FIRST_GROUP).then_rejected("consent_missing")


def test_a_group_session_needs_the_plan_by_its_own_time_even_where_the_door_does_not() -> None:
    """Demand 7: the crisis plan comes before the first group session."""
    document = mbt_g_document()
    introduction = next(one for one in document["phases"] if one["id"] == "introduction")
    introduction["enter_when"].remove("safety_plan_agreed")
    lax = Specification(PATHWAY, Definition.model_validate(document))
    unplanned = tuple(one for one in in_introduction() if one != PLAN_AGREED)
    first = attend("group", FIRST_GROUP)
    lax.given(*unplanned).when(first, at=FIRST_GROUP).then_rejected("safety_plan_missing")
    late = SafetyPlanAgreed(at=FIRST_GROUP + MINUTE, plan=PLAN, revision=1)
    lax.given(*unplanned, late).when(first).then_rejected("safety_plan_missing")
    in_time = SafetyPlanAgreed(at=FIRST_GROUP, plan=PLAN, revision=1)
    lax.given(*unplanned, in_time).when(first).then_happened(SessionRecorded, TreatmentStarted)


def test_a_revision_does_not_make_the_first_plan_late() -> None:
    revised = SafetyPlanAgreed(at=ONGOING_AT, plan=PLAN, revision=2)
    earlier = attend("group", FIRST_GROUP + 6 * WEEK)
    given(*in_ongoing(), revised).when(earlier, at=ONGOING_AT + WEEK).then_happened(SessionRecorded)


def test_an_individual_session_needs_no_plan() -> None:
    history = tuple(one for one in in_introduction() if one != PLAN_AGREED)
    first = given(*history).when(attend("individual", FIRST_GROUP), at=FIRST_GROUP)
    first.then_happened(SessionRecorded)


def test_a_lapsed_plan_or_consent_keeps_the_door_of_treatment_shut() -> None:
    withdrawn = ConsentWithdrawn(at=READY_AT, consent="treatment")
    history = (*ready(), withdrawn)
    blocked = given(*history).permitted("enter_phase", phase="introduction").blocked_by
    assert [reason.code for reason in blocked] == ["consent_missing"]


def test_each_period_of_a_consent_ends_with_its_own_withdrawal() -> None:
    again = ConsentWithdrawn(at=WITHDRAWN_AT + 2 * WEEK, consent="treatment")
    state = given(*consented_again(), again).state
    assert [one.until for one in state.consent_periods] == [WITHDRAWN_AT, again.at]


def test_a_withdrawal_before_the_referral_is_refused_for_that_too() -> None:
    early = WithdrawConsent(consent="treatment", withdrawn_at=ny("2025-01-01"))
    given(*ready()).when(early).then_rejected("before_consent", "before_referral")


def test_a_plan_agreed_again_in_the_same_minute_is_a_revision() -> None:
    again = AgreeSafetyPlan(plan=PLAN, agreed_at=PLAN_AGREED.at)
    given(*ready()).when(again).then_happened(SafetyPlanAgreed)
