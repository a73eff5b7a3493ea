"""Discharge for each reason, follow-up at 3, 6 and 12 months, and closing."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from domain.commands import pathway as commands
from domain.commands.base import MeetDeadline
from domain.commands.pathway import Discharge, EndFollowUp
from domain.events.agreements import Alternative, SuitabilityDecided
from domain.events.endings import DischargeReason
from domain.events.pathway import (
    Closed,
    Discharged,
    MeasureRecorded,
    MeasuresExpired,
    MeasuresFellDue,
    PathwayEvent,
    PhaseEntered,
    SessionBooked,
    SessionRecorded,
    TaskCompleted,
)
from domain.pathway import PATHWAY
from domain.programmes.definition import Definition
from tests.domain.histories import (
    DISCHARGE_AT,
    FIRST_GROUP,
    FOLLOW_UPS,
    MBT_G,
    MINUTE,
    PLANNED_END,
    PROGRESS,
    READY_AT,
    WEEK,
    answer,
    discharge_answered,
    entered,
    given,
    in_discharge,
    in_follow_up,
    in_introduction,
    in_ongoing,
    in_treatment,
    mbt_g_document,
    meetings,
    ny,
    ready,
    referred,
    task,
)
from tests.domain.specification import Specification, of_type

UNPLANNED = [
    reason
    for reason in get_args(DischargeReason)
    if reason not in ("completed", "completed_early", "deceased")
]
COMPLETED = Discharge(reason="completed")
EARLY = Discharge(reason="completed_early")


def answered() -> tuple[PathwayEvent, ...]:
    return (*in_discharge(), *discharge_answered())


def test_completed_at_the_planned_end_is_followed_up() -> None:
    """Demand 8: follow-up measurement after 3, 6 and 12 months."""
    given(*answered()).when(COMPLETED, at=PLANNED_END).then(
        Discharged(at=PLANNED_END, reason="completed", follow_ups=FOLLOW_UPS),
        entered("follow_up", PLANNED_END, watched=False),
    )


def test_completed_is_said_from_two_weeks_before_the_planned_end() -> None:
    first = PLANNED_END - 2 * WEEK
    history = (*in_ongoing(), entered("discharge", first - WEEK, watched=False))
    given(*history).when(COMPLETED, at=first - MINUTE).then_rejected("before_planned_end")
    given(*history).when(COMPLETED, at=first).then_happened(Discharged, PhaseEntered)


def test_earlier_it_is_completed_early() -> None:
    history = (*in_ongoing(), entered("discharge", PLANNED_END - 8 * WEEK, watched=False))
    given(*history).when(EARLY).then_happened(Discharged, PhaseEntered)


@pytest.mark.parametrize("command", [COMPLETED, EARLY])
def test_treatment_is_completed_from_the_discharge_phase_only(command: Discharge) -> None:
    given(*in_ongoing()).when(command, at=PLANNED_END).then_rejected("not_in_discharge_phase")
    given(*referred()).when(command).then_rejected("not_in_discharge_phase")


@pytest.mark.parametrize("command", [COMPLETED, EARLY])
def test_completing_waits_for_the_closing_measures(command: Discharge) -> None:
    given(*in_discharge()).when(command).then_rejected("discharge_measures_missing")


def test_both_reasons_against_completing_are_named() -> None:
    early = (*in_ongoing(), *in_discharge()[-2:])
    given(*early).when(COMPLETED, at=PLANNED_END - 3 * WEEK).then_rejected(
        "before_planned_end", "discharge_measures_missing"
    )


def test_expired_closing_measures_keep_nobody_in_treatment() -> None:
    expired = given(*in_discharge()).when_due("measures_expiry")
    expired.then_happened(MeasuresExpired)
    expired.and_given().when(COMPLETED).then_happened(Discharged, PhaseEntered)


FORMS: dict[str, dict[str, Any]] = {
    "transferred": {"referred_to": "A partial hospitalisation programme"},
    "clinically_unsuitable": {"referred_to": "A clinic for eating disorders"},
    "moved_out_of_state": {"moved_to": "GA"},
}
"""What some reasons need besides."""

UNSUITABLE = SuitabilityDecided(
    at=READY_AT, suitable=False, decided_by="dr-1", reason="Another treatment suits better"
)


def leave(reason: DischargeReason, **details: Any) -> Discharge:
    return Discharge(reason=reason, **{**FORMS.get(reason, {}), **details})


@pytest.mark.parametrize("reason", UNPLANNED)
def test_whoever_was_treated_is_followed_up_after_any_discharge(reason: DischargeReason) -> None:
    """Demand 8: planned or not, a discharge is followed up."""
    found = given(*in_treatment()).when(leave(reason, explanation="As agreed"))
    found.then_happened(Discharged, PhaseEntered)
    found.then_state(discharged_for=reason, phase="follow_up", status="open")


@pytest.mark.parametrize("reason", UNPLANNED)
@pytest.mark.parametrize("history", [referred(), ready(), in_introduction()])
def test_whoever_was_not_treated_leaves_at_once(
    reason: DischargeReason, history: tuple[PathwayEvent, ...]
) -> None:
    before = (*history, UNSUITABLE.model_copy(update={"at": history[-1].at}))
    at = history[-1].at
    given(*before).when(leave(reason)).then(
        Discharged(at=at, reason=reason, **FORMS.get(reason, {})),
        Closed(at=at, reason="no_follow_up"),
    )


def test_unsuitable_in_assessment_is_what_a_clinician_decided() -> None:
    """Demand 13: a clinician decides at the end of assessment, and nobody before."""
    assessed = given(*referred(), *meetings(2))
    assessed.when(leave("clinically_unsuitable")).then_rejected("not_found_unsuitable")
    blocked = assessed.permitted("discharge", reason="clinically_unsuitable").blocked_by
    assert [reason.code for reason in blocked] == ["not_found_unsuitable"]


@pytest.mark.parametrize("reason", ["transferred", "clinically_unsuitable"])
def test_nobody_is_sent_away_without_another_place_to_go(reason: DischargeReason) -> None:
    """Demand 15: declining leads to a discharge with a referral out."""
    given(*in_treatment()).when(Discharge(reason=reason)).then_rejected("destination_missing")


def unsuitable(*options: str) -> SuitabilityDecided:
    considered = tuple(Alternative(option=one, reason="Fits better") for one in options)
    return UNSUITABLE.model_copy(update={"alternatives": considered})


def test_the_alternative_that_was_offered_is_where_the_patient_goes_on() -> None:
    """Demand 15: the alternative at the decision is the referral out."""
    titles = {one.id: one.title for one in MBT_G.alternatives}
    for option in ("dbt", "cbt"):
        given(*referred(), *meetings(2), unsuitable(option)).when(
            Discharge(reason="clinically_unsuitable"), at=READY_AT
        ).then(
            Discharged(at=READY_AT, reason="clinically_unsuitable", referred_to=titles[option]),
            Closed(at=READY_AT, reason="no_follow_up"),
        )


def test_of_several_alternatives_somebody_says_which_one_it_became() -> None:
    several = given(*referred(), *meetings(2), unsuitable("dbt", "cbt"))
    left = Discharge(reason="clinically_unsuitable")
    several.when(left, at=READY_AT).then_rejected("destination_missing")
    chosen = left.model_copy(update={"referred_to": "Cognitive behavioural therapy"})
    several.when(chosen, at=READY_AT).then_happened(Discharged, Closed)


def test_what_was_considered_for_whom_the_programme_suits_is_no_place_to_go() -> None:
    suits = unsuitable("dbt").model_copy(update={"suitable": True})
    treated = given(*in_treatment(), suits)
    treated.when(Discharge(reason="clinically_unsuitable")).then_rejected("destination_missing")


def test_who_moves_to_a_served_state_can_stay() -> None:
    """Policy: moved_out_of_state is for a move to where the programme does not treat."""
    stay = given(*in_treatment())
    stay.when(leave("moved_out_of_state", moved_to="AZ")).then_rejected("state_served")
    stay.when(Discharge(reason="moved_out_of_state")).then_rejected("state_missing")


@pytest.mark.parametrize("history", [referred(), in_treatment(), in_discharge()])
def test_the_dead_are_not_followed_up(history: tuple[PathwayEvent, ...]) -> None:
    ended = given(*history).when(Discharge(reason="deceased"))
    ended.then_happened(Discharged, Closed)
    assert ended.and_given().deadlines() == []


def test_a_programme_without_follow_up_closes_at_discharge() -> None:
    document = mbt_g_document()
    document["phases"] = [one for one in document["phases"] if one["id"] != "follow_up"]
    document["phases"][-1]["leads_to"] = []
    without = Specification(PATHWAY, Definition.model_validate(document))
    without.given(*answered()).when(COMPLETED, at=PLANNED_END).then(
        Discharged(at=PLANNED_END, reason="completed"),
        Closed(at=PLANNED_END, reason="no_follow_up"),
    )


def test_a_programme_without_follow_up_measures_closes_at_discharge() -> None:
    document = mbt_g_document()
    document["measure_schedule"]["follow_up"] = []
    without = Specification(PATHWAY, Definition.model_validate(document))
    without.given(*answered()).when(COMPLETED, at=PLANNED_END).then_happened(Discharged, Closed)


def test_a_discharge_stops_every_clock_of_treatment() -> None:
    booking = SessionBooked(
        at=DISCHARGE_AT,
        booking=1,
        kind="group",
        starts_at=PLANNED_END + WEEK,
        length=90 * MINUTE,
        remind_at=(PLANNED_END + WEEK - timedelta(hours=2),),
    )
    ended = given(*answered(), booking).when(COMPLETED, at=PLANNED_END).and_given()
    assert {one.kind for one in ended.deadlines()} == {"measures_due"}
    assert ended.state.bookings == ()


def test_a_paused_patient_may_be_discharged() -> None:
    paused = commands.Pause(reason="Travel", resume_at=FIRST_GROUP + 2 * WEEK)
    gone = given(*in_treatment()).when(paused).and_given()
    reminded = gone.when_due("resume_pathway").and_given()
    left = reminded.when(Discharge(reason="patient_withdrew"))
    left.then_happened(Discharged, PhaseEntered, TaskCompleted)
    left.then_state(status="open", tasks=(), paused_at=None)


def test_after_a_discharge_nobody_is_asked_to_resume_the_pause() -> None:
    paused = commands.Pause(reason="Travel", resume_at=FIRST_GROUP + 2 * WEEK)
    gone = given(*in_treatment()).when(paused).and_given()
    left = gone.when(Discharge(reason="patient_withdrew")).and_given()
    assert {one.kind for one in left.deadlines()} == {"measures_due"}


def test_what_was_still_to_be_answered_in_treatment_is_asked_no_more() -> None:
    asked = given(*in_treatment()).when_due("measures_due").and_given()
    left = asked.when(Discharge(reason="patient_withdrew")).and_given()
    assert left.state.open_measures == ()
    assert {one.subject.partition("-")[0] for one in left.deadlines()} == {"follow_up"}


def test_closing_leaves_no_task_to_anybody() -> None:
    contact = task(1, "contact_patient", FIRST_GROUP)
    ended = given(*in_treatment(), contact).when(Discharge(reason="deceased"))
    ended.then_state(tasks=(), status="closed")


def test_a_discharge_keeps_the_reviews_that_people_owe() -> None:
    review = task(1, "consent_review", FIRST_GROUP)
    left = given(*in_treatment(), review).when(Discharge(reason="patient_withdrew"))
    assert [one.kind for one in left.and_given().state.tasks] == ["consent_review"]


def test_nobody_is_discharged_twice() -> None:
    given(*in_follow_up()).when(Discharge(reason="patient_withdrew")).then_rejected(
        "already_discharged"
    )
    given(*in_follow_up()).when(COMPLETED).then_rejected(
        "already_discharged", "not_in_discharge_phase"
    )


def test_a_discharge_on_the_31st_is_followed_up_on_the_last_day_of_the_month() -> None:
    at = ny("2026-08-31 12:00")
    left = given(*in_treatment()).when(Discharge(reason="patient_withdrew"), at=at).and_given()
    assert [one.at for one in left.deadlines("measures_due")] == [
        ny("2026-11-30 12:00"),
        ny("2027-02-28 12:00"),
        ny("2027-08-31 12:00"),
    ]


def test_unanswered_follow_ups_expire_and_the_last_one_closes_the_pathway() -> None:
    history = given(*in_follow_up())
    for occasion in FOLLOW_UPS[:2]:
        due = history.when_due("measures_due").and_given()
        expired = due.when_due("measures_expiry")
        expired.then(
            MeasuresExpired(at=occasion.expires_at, occasion=occasion.occasion, missing=PROGRESS)
        )
        history = expired.and_given()
    last = history.when_due("measures_due").and_given().when_due("measures_expiry")
    last.then_happened(MeasuresExpired, Closed)
    assert last.events[-1] == Closed(at=FOLLOW_UPS[2].expires_at, reason="follow_up_completed")
    assert last.and_given().deadlines() == []


def test_the_last_answer_of_the_last_follow_up_closes_the_pathway() -> None:
    history = given(*in_follow_up())
    for _ in range(2):
        history = history.when_due("measures_due").and_given()
        history = history.when_due("measures_expiry").and_given()
    history = history.when_due("measures_due").and_given()
    at = FOLLOW_UPS[2].due_at
    for measure in PROGRESS[:-1]:
        history = history.when(answer(measure, at, 1)).then_happened(MeasureRecorded).and_given()
    history.when(answer(PROGRESS[-1], at, 1)).then_happened(MeasureRecorded, Closed)


def test_a_score_between_two_follow_ups_closes_nothing() -> None:
    given(*in_follow_up()).when(answer("phq-9", PLANNED_END, 1)).then_happened(MeasureRecorded)


def test_follow_up_may_end_before_its_last_measurement() -> None:
    given(*in_follow_up()).when(EndFollowUp(reason="Declined")).then(
        Closed(at=PLANNED_END, reason="follow_up_ended", explanation="Declined")
    )


def test_there_is_no_follow_up_to_end_before_discharge() -> None:
    given(*in_treatment()).when(EndFollowUp(reason="Declined")).then_rejected("not_discharged")


def test_an_alternative_is_no_place_for_whoever_is_transferred() -> None:
    """Demand 15: a referral out is to a treatment that somebody names."""
    history = given(*referred(), *meetings(2), unsuitable("dbt"))
    history.when(Discharge(reason="transferred"), at=READY_AT).then_rejected("destination_missing")


def test_a_session_entered_after_the_discharge_does_not_start_treatment_again() -> None:
    earlier = commands.RecordSession(
        kind="group", held_at=FIRST_GROUP - timedelta(days=1), attended=True
    )
    given(*in_follow_up()).when(earlier).then_happened(SessionRecorded)


def test_each_follow_up_is_asked_for_by_its_own_deadline() -> None:
    second = FOLLOW_UPS[1]
    due = MeetDeadline(kind="measures_due", subject=second.occasion, at=second.due_at)
    asked = given(*in_follow_up()).when(due, at=second.due_at)
    assert [one.planned for one in of_type(asked.events, MeasuresFellDue)] == [second]
