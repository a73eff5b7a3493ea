"""From phase to phase: the guards at each door."""

from datetime import timedelta

import pytest

from domain.commands.pathway import Discharge, EnterPhase
from domain.decider import known
from domain.events.agreements import SuitabilityDecided
from domain.events.base import Event
from domain.events.pathway import (
    Closed,
    Discharged,
    MeasuresFellDue,
    PhaseEntered,
    SessionRecorded,
    TreatmentStarted,
)
from domain.pathway import PATHWAY
from domain.programmes.definition import Definition
from tests.domain.histories import (
    CONSENTED,
    DISCHARGE_AT,
    DISCHARGE_MEASURES,
    FIRST_GROUP,
    FOUND_SUITABLE,
    MBT_G,
    ONGOING_AT,
    PLAN_AGREED,
    PLANNED_END,
    READY_AT,
    SIX_MONTHS,
    WEEK,
    attend,
    baseline_answered,
    closed,
    entered,
    fell_due,
    given,
    in_follow_up,
    in_introduction,
    in_ongoing,
    in_treatment,
    mbt_g_document,
    meetings,
    ready,
    referred,
    session,
    weekly_groups,
)
from tests.domain.specification import Specification

INTRODUCTION = EnterPhase(phase="introduction")
PSYCHOEDUCATION = EnterPhase(phase="psychoeducation")
ONGOING = EnterPhase(phase="ongoing")
DISCHARGE = EnterPhase(phase="discharge")


def test_all_agreed_opens_the_introduction() -> None:
    given(*ready()).when(INTRODUCTION, at=READY_AT).then(entered("introduction", READY_AT))


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        (CONSENTED, "consent_missing"),
        (PLAN_AGREED, "safety_plan_missing"),
        (SIX_MONTHS, "duration_not_chosen"),
        (FOUND_SUITABLE, "not_found_suitable"),
        *((one, "baseline_incomplete") for one in baseline_answered()),
        (meetings(1)[0], "too_few_sessions"),
    ],
)
def test_each_missing_agreement_bars_the_introduction(missing: Event, code: str) -> None:
    """Demands 2 and 6: no treatment before the baseline, and before its length is chosen."""
    history = tuple(event for event in ready() if event != missing)
    given(*history).when(INTRODUCTION, at=READY_AT).then_rejected(code)


def test_all_that_is_missing_is_named_at_once() -> None:
    given(*referred()).when(INTRODUCTION).then_rejected(
        "too_few_sessions",
        "not_found_suitable",
        "consent_missing",
        "baseline_incomplete",
        "safety_plan_missing",
        "duration_not_chosen",
    )


def test_found_unsuitable_is_not_found_suitable() -> None:
    unsuitable = FOUND_SUITABLE.model_copy(update={"suitable": False})
    history = (*ready(), unsuitable)
    assert isinstance(unsuitable, SuitabilityDecided)
    given(*history).when(INTRODUCTION).then_rejected("not_found_suitable")
    given(*history).when(PSYCHOEDUCATION).then_rejected("not_found_suitable")


def test_psychoeducation_may_come_between() -> None:
    """Demand 3: psychoeducation is often there and never a must."""
    history = (*ready(), entered("psychoeducation", READY_AT))
    given(*ready()).when(PSYCHOEDUCATION, at=READY_AT).then(entered("psychoeducation", READY_AT))
    given(*history).when(INTRODUCTION).then_happened(PhaseEntered)


def test_psychoeducation_comes_at_the_beginning_alone() -> None:
    """Demand 3: in the initial weeks, and not once treatment has begun."""
    introduced = given(*in_treatment(), *weekly_groups(4))
    introduced.when(PSYCHOEDUCATION, at=ONGOING_AT).then_rejected("phase_not_next")
    given(*in_ongoing()).when(PSYCHOEDUCATION).then_rejected("phase_not_next")


def test_how_many_sessions_of_psychoeducation_are_planned_binds_nobody() -> None:
    """Demand 3: four a week apart are a default; the next phase may come sooner, or later."""
    phase = known(MBT_G.phase("psychoeducation"))
    assert [(one.per_week, one.planned) for one in phase.sessions] == [(1, 4)]
    inside = (*ready(), entered(phase.id, READY_AT))
    given(*inside).when(INTRODUCTION).then_happened(PhaseEntered)
    weekly = [READY_AT + WEEK * number for number in range(5)]
    four = [session(at, "psychoeducation", "psychoeducation") for at in weekly[:4]]
    fifth = given(*inside, *four).when(attend("psychoeducation", weekly[4]), at=weekly[4])
    fifth.then_happened(SessionRecorded)
    fifth.and_given().when(INTRODUCTION).then_happened(PhaseEntered)


def test_psychoeducation_needs_consent_but_neither_baseline_nor_plan() -> None:
    history = (*referred(), *meetings(2), FOUND_SUITABLE)
    given(*history).when(PSYCHOEDUCATION).then_rejected("consent_missing")
    given(*history, CONSENTED).when(PSYCHOEDUCATION).then_happened(PhaseEntered)


def test_psychoeducation_does_not_replace_the_baseline() -> None:
    history = (*referred(), *meetings(2), FOUND_SUITABLE, CONSENTED, PLAN_AGREED, SIX_MONTHS)
    given(*history, entered("psychoeducation", READY_AT)).when(INTRODUCTION).then_rejected(
        "baseline_incomplete"
    )


@pytest.mark.parametrize("phase", ["ongoing", "discharge", "assessment", "nowhere"])
def test_no_phase_is_skipped_or_made_up(phase: str) -> None:
    """Demand 18: nobody comes to the ongoing group but through the introduction."""
    found = given(*ready()).when(EnterPhase(phase=phase, reason="Quickly"))
    found.then_rejected("phase_not_next")


def test_five_of_six_introductory_sessions_complete_the_introduction() -> None:
    """Demand 4: an introduction of six sessions, five of them attended."""
    four = (*in_treatment(), *weekly_groups(3))
    given(*four).when(ONGOING).then_rejected("too_few_sessions")
    five = (*in_treatment(), *weekly_groups(4))
    given(*five).when(ONGOING, at=ONGOING_AT).then(entered("ongoing", ONGOING_AT))


def test_a_missed_introductory_session_can_be_made_up_later() -> None:
    missed = tuple(
        session(FIRST_GROUP + WEEK * n, "group", "introduction", "missed") for n in (1, 2)
    )
    made_up = weekly_groups(4, first=FIRST_GROUP + 6 * WEEK)
    given(*in_treatment(), *missed, *made_up[:3]).when(ONGOING).then_rejected("too_few_sessions")
    given(*in_treatment(), *missed, *made_up).when(ONGOING).then_happened(PhaseEntered)


def test_individual_sessions_do_not_complete_the_introduction() -> None:
    individual = tuple(
        session(FIRST_GROUP + WEEK * n + timedelta(days=1), "individual", "introduction")
        for n in range(6)
    )
    given(*in_introduction(), *individual).when(ONGOING).then_rejected("too_few_sessions")


def test_withdrawn_consent_bars_the_next_phase() -> None:
    history = tuple(one for one in in_ongoing()[:-1] if one != CONSENTED)
    given(*history).when(ONGOING).then_rejected("consent_missing")


def test_discharge_is_prepared_from_eight_weeks_before_the_planned_end() -> None:
    opens_at = PLANNED_END - 8 * WEEK
    early = given(*in_ongoing()).when(DISCHARGE, at=opens_at - timedelta(microseconds=1))
    early.then_rejected("ending_not_near")
    given(*in_ongoing()).when(DISCHARGE, at=opens_at).then_happened(PhaseEntered, MeasuresFellDue)


def test_an_earlier_discharge_phase_needs_a_reason() -> None:
    early = EnterPhase(phase="discharge", reason="Moves abroad in May")
    given(*in_ongoing()).when(early).then_happened(PhaseEntered, MeasuresFellDue)


def test_a_reason_opens_no_other_door() -> None:
    pushed = EnterPhase(phase="introduction", reason="Urgent")
    given(*ready(without=CONSENTED)).when(pushed).then_rejected("consent_missing")


def test_entering_the_discharge_phase_asks_for_the_closing_measures() -> None:
    given(*in_ongoing()).when(DISCHARGE, at=DISCHARGE_AT).then(
        entered("discharge", DISCHARGE_AT, watched=False),
        fell_due(DISCHARGE_MEASURES),
    )


def test_follow_up_is_entered_by_discharge_only() -> None:
    history = (*in_ongoing(), entered("discharge", DISCHARGE_AT, watched=False))
    given(*history).when(EnterPhase(phase="follow_up")).then_rejected(
        "no_next_phase", "enter_by_discharge"
    )


def test_nothing_comes_after_follow_up() -> None:
    given(*in_follow_up()).when(ONGOING).then_rejected("no_next_phase")


def test_a_closed_pathway_enters_no_phase() -> None:
    given(*closed()).when(ONGOING).then_rejected("pathway_closed")


def test_a_stay_ends_where_the_next_begins() -> None:
    stays = given(*in_ongoing()).state.stays
    assert [stay.phase for stay in stays] == ["assessment", "introduction", "ongoing"]
    assert [stay.left_at for stay in stays] == [READY_AT, ONGOING_AT, None]


def test_a_licence_of_the_clinic_that_has_expired_lets_nobody_begin_and_sends_nobody_away() -> None:
    """Demand 22: a clinic licence that expires gates new starts."""
    document = mbt_g_document()
    for served in document["served_states"]:
        served |= {"licence": "L-1", "licence_until": "2026-01-18"}
    lapsed = Specification(PATHWAY, Definition.model_validate(document))
    lapsed.given(*ready()).when(INTRODUCTION, at=READY_AT).then_rejected("state_not_served")
    lapsed.given(*ready()).when(PSYCHOEDUCATION, at=READY_AT).then_happened(PhaseEntered)
    begun = lapsed.given(*in_treatment(), *weekly_groups(4))
    begun.when(ONGOING, at=ONGOING_AT).then_happened(PhaseEntered)


def test_a_session_in_the_minute_in_which_a_phase_begins_belongs_to_it() -> None:
    first = given(*in_introduction()).when(attend("group", READY_AT), at=READY_AT)
    first.then_happened(SessionRecorded, TreatmentStarted)


def test_whose_treatment_has_no_end_yet_may_end_it_at_any_time() -> None:
    untreated = (*in_introduction(), entered("ongoing", ONGOING_AT))
    given(*untreated).when(DISCHARGE).then_happened(PhaseEntered, MeasuresFellDue)
    ending = given(*untreated, entered("discharge", ONGOING_AT, watched=False))
    ending.when(Discharge(reason="completed")).then_happened(Discharged, Closed)
