"""Therapists, levels of care, reviews of progress, and the planning of the discharge."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.clinician.qualifications import Qualifications
from domain.commands.base import SettleEffect
from domain.commands.care import (
    AssignTherapist,
    NoteRecordsRequest,
    PlanDischarge,
    RecordProgressReview,
    ReturnFromLevel,
    TransferLevel,
)
from domain.commands.pathway import CompleteTask, Discharge, EnterPhase, Erase, Pause
from domain.decider import ITSELF, Reference, tell
from domain.events.care import (
    DischargePlanned,
    LevelTransferred,
    ProgressReviewed,
    RecordsRequestNoted,
    TherapistAssigned,
    TherapistRelieved,
    TherapistUnavailable,
)
from domain.events.pathway import (
    BookingCancelled,
    Closed,
    Discharged,
    EffectSettled,
    Erased,
    LevelReturned,
    Paused,
    PhaseEntered,
    SessionBooked,
    TaskCompleted,
    TaskOpened,
)
from domain.events.safety import ErasurePassedOn
from domain.pathway import PATHWAY
from domain.programmes.access import CareLevels
from domain.programmes.definition import Definition
from tests.domain.arrangements import ANNA, BORIS, given, knowing
from tests.domain.histories import (
    FIRST_GROUP,
    MINUTE,
    NO_MORE,
    NORA,
    PLANNED_END,
    WEEK,
    closed,
    in_discharge,
    in_follow_up,
    in_ongoing,
    in_treatment,
    mbt_g_document,
    miss,
    ready,
    referred,
    task,
)

ASSIGNED = TherapistAssigned(at=FIRST_GROUP, assignment=1, clinician_id=ANNA)
REQUEST = "request-3f2e1d0c-9b8a-4756-8493-a2b1c0d9e8f7"
EFFECT_ID = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")
DECIDED: dict[str, Any] = {"decided_by": NORA, "reason": "Needs more support"}
STEP_UP = TransferLevel(level="php", **DECIDED)
TRANSFERRED = LevelTransferred(
    at=FIRST_GROUP,
    level="php",
    change="step_up",
    return_at=FIRST_GROUP + timedelta(days=30),
    **DECIDED,
)
BACK = ReturnFromLevel(reason="Stable again")
DAY = timedelta(days=1)


def settle(effect: str, outcome: Any = "refused") -> SettleEffect:
    reasons = ("caseload_full",) if outcome == "refused" else ()
    return SettleEffect(effect_id=EFFECT_ID, effect=effect, outcome=outcome, reasons=reasons)


def hand_over(clinician_id: str) -> Any:
    return tell(clinician_id, "hand_over", pathway_id=ITSELF)


def test_a_therapist_takes_the_patient_on() -> None:
    """Demand 5: weekly individual sessions are somebody's."""
    assigned = given(*in_treatment()).when(AssignTherapist(clinician_id=ANNA))
    assigned.then(ASSIGNED)
    assert assigned.and_given().reactions() == [
        tell(ANNA, "take_on", name="take_on-1", pathway_id=ITSELF)
    ]
    state = given(*in_treatment()).state
    needed = PATHWAY.needs(state, AssignTherapist(clinician_id=ANNA))
    assert needed == [Reference(kind="clinician", name=ANNA)]


def test_a_new_therapist_takes_over_from_the_former() -> None:
    changed = given(*in_treatment(), ASSIGNED).when(AssignTherapist(clinician_id=BORIS))
    changed.then(TherapistAssigned(at=FIRST_GROUP, assignment=2, clinician_id=BORIS, former=ANNA))
    taking = tell(BORIS, "take_on", name="take_on-2", pathway_id=ITSELF)
    assert changed.and_given().reactions() == [taking, hand_over(ANNA)]


@pytest.mark.parametrize("facts", [Qualifications(), Qualifications(service=NO_MORE)])
def test_nobody_is_given_to_a_clinician_who_is_not_there(facts: Qualifications) -> None:
    absent = knowing.knowing({ANNA: facts}).given(*in_treatment())
    absent.when(AssignTherapist(clinician_id=ANNA)).then_rejected("clinician_unavailable")


def test_the_same_therapist_is_not_assigned_twice_nor_after_discharge() -> None:
    again = AssignTherapist(clinician_id=ANNA)
    given(*in_treatment(), ASSIGNED).when(again).then_rejected("therapist_unchanged")
    given(*in_follow_up()).when(again).then_rejected("already_discharged")


def test_a_clinician_without_room_leaves_a_task() -> None:
    refused = given(*in_treatment(), ASSIGNED).when(settle("take_on-1"))
    refused.then_happened(EffectSettled, TherapistUnavailable, TaskOpened)
    after = refused.and_given()
    assert after.state.therapist is None
    after.when(settle("take_on-1")).then_happened(EffectSettled)
    found = after.when(AssignTherapist(clinician_id=BORIS))
    found.then_happened(TherapistAssigned, TaskCompleted)
    found.and_given().when(settle("take_on-1")).then_happened(EffectSettled)
    given(*in_treatment(), ASSIGNED).when(settle("take_on-1", "done")).then_happened(EffectSettled)


def test_a_discharge_ends_the_therapists_part() -> None:
    left = given(*in_treatment(), ASSIGNED).when(Discharge(reason="patient_withdrew"))
    left.then_happened(Discharged, TherapistRelieved, PhaseEntered)
    relieved = given(*in_treatment(), ASSIGNED, left.events[1])
    assert relieved.reactions() == [hand_over(ANNA)]


def test_stepping_up_is_a_transfer_and_no_discharge() -> None:
    """Demand 15: step-up and step-down are transfers, not discharges."""
    stepped = given(*in_treatment(), ASSIGNED).when(STEP_UP)
    stepped.then(TRANSFERRED)
    after = stepped.and_given()
    assert (after.state.status, after.state.level) == ("transferred", "php")
    assert (after.state.discharged_for, after.state.therapist) == (None, ANNA)
    assert not PATHWAY.is_closed(after.state)


def test_a_level_may_be_more_or_less_intensive() -> None:
    up = given(*in_treatment(), TRANSFERRED).when(TransferLevel(level="inpatient", **DECIDED))
    (event,) = up.events
    assert event.change == "step_up"  # type: ignore[attr-defined]
    down = up.and_given().when(TransferLevel(level="virtual_iop", **DECIDED))
    (event,) = down.events
    assert event.change == "step_down"  # type: ignore[attr-defined]


def test_only_another_level_that_there_is_is_transferred_to() -> None:
    there = given(*in_treatment())
    for level, code in [("spa", "unknown_level"), ("weekly_outpatient", "level_unchanged")]:
        there.when(TransferLevel(level=level, **DECIDED)).then_rejected(code)
    away = given(*in_treatment(), TRANSFERRED)
    away.when(STEP_UP).then_rejected("level_unchanged")
    away.when(TransferLevel(level="weekly_outpatient", **DECIDED)).then_rejected("own_level")
    given(*in_follow_up()).when(STEP_UP).then_rejected("already_discharged")
    passed = STEP_UP.model_copy(update={"expected_return": FIRST_GROUP})
    there.when(passed).then_rejected("in_the_past")
    assert there.permitted("transfer_level", level="php").open
    assert not there.permitted("transfer_level", level="weekly_outpatient").open


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        ({"own": "spa"}, "own .spa. is not one of the levels"),
        ({"levels": [{"id": "php", "title": "PHP"}] * 2, "own": "php"}, "declared twice"),
    ],
)
def test_levels_of_care_are_declared_once_and_the_own_is_among_them(
    levels: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        CareLevels.model_validate(levels)


def test_sessions_booked_for_that_time_are_cancelled() -> None:
    booked = SessionBooked(
        at=FIRST_GROUP,
        booking=1,
        kind="individual",
        starts_at=FIRST_GROUP + 2 * DAY,
        length=50 * MINUTE,
        remind_at=(),
    )
    back_before = STEP_UP.model_copy(update={"expected_return": FIRST_GROUP + DAY})
    history = given(*in_treatment(), booked)
    history.when(STEP_UP).then_happened(LevelTransferred, BookingCancelled)
    history.when(back_before).then_happened(LevelTransferred)


def test_somebody_looks_at_the_return() -> None:
    """Nobody is forgotten elsewhere: a task at the expected date, or after a month."""
    due = given(*in_treatment(), TRANSFERRED).when_due("return_from_level")
    due.then(task(1, "return_from_level", TRANSFERRED.return_at))
    assert due.and_given().deadlines("return_from_level") == []
    back = due.and_given().when(BACK)
    back.then_happened(LevelReturned, TaskCompleted)


def test_the_rounds_rest_elsewhere_and_go_on_after_the_return() -> None:
    away = given(*in_treatment(), TRANSFERRED)
    assert away.deadlines("measures_due") == []
    assert away.deadlines("progress_review") == []
    assert away.deadlines("end_treatment")
    back = away.when(BACK, at=FIRST_GROUP + 5 * WEEK)
    after = back.and_given()
    assert (after.state.status, after.state.level) == ("open", None)
    assert [one.subject for one in after.deadlines("measures_due")] == ["progress-2"]
    assert after.deadlines("progress_review")


def test_a_return_before_treatment_brings_back_the_watch_alone() -> None:
    before = given(*ready()).when(STEP_UP).and_given().when(BACK)
    (returned,) = before.events
    assert returned.timetable is None  # type: ignore[attr-defined]
    assert before.and_given().deadlines("disengagement_review")


def test_nothing_of_treatment_happens_while_the_patient_is_elsewhere() -> None:
    away = given(*in_treatment(), TRANSFERRED)
    away.when(Pause(reason="Away", resume_at=PLANNED_END)).then_rejected("transferred_out")
    away.when(EnterPhase(phase="ongoing")).then_rejected("transferred_out", "too_few_sessions")
    absent = miss("individual", FIRST_GROUP + DAY)
    away.when(absent, at=FIRST_GROUP + DAY).then_rejected("transferred_out")
    away.when(Discharge(reason="patient_withdrew")).then_happened(Discharged, PhaseEntered)


def test_the_task_of_a_transfer_is_not_ticked_off_while_the_patient_is_away() -> None:
    due = given(*in_treatment(), TRANSFERRED).when_due("return_from_level").and_given()
    due.when(CompleteTask(task=1, outcome="Still there")).then_rejected("still_transferred")
    due.when(BACK).then_happened(LevelReturned, TaskCompleted)


def test_whoever_comes_back_into_a_phase_that_nobody_watches_is_not_watched() -> None:
    away = given(*in_discharge(), TRANSFERRED.model_copy(update={"at": in_discharge()[-1].at}))
    away.when(BACK).then_happened(LevelReturned).then_state(quiet_after=None)


def test_a_patient_discharged_from_another_level_is_there_no_more() -> None:
    away = given(*in_treatment(), TRANSFERRED)
    away.when(Discharge(reason="patient_withdrew")).then_state(level=None)


def test_a_return_needs_a_transfer() -> None:
    given(*in_treatment()).when(BACK).then_rejected("not_transferred")
    assert given(*in_treatment(), TRANSFERRED).permitted("return_from_level").open


def test_a_paused_patient_may_step_up() -> None:
    paused = Paused(at=FIRST_GROUP, reason="Away", resume_at=FIRST_GROUP + WEEK)
    overdue = given(*in_treatment(), paused).when_due("resume_pathway").and_given()
    overdue.when(STEP_UP).then_happened(LevelTransferred, TaskCompleted)


@pytest.mark.parametrize(
    "outcome", ["continue", "change_duration", "step_up", "step_down", "end_treatment"]
)
def test_a_progress_review_comes_to_something(outcome: Any) -> None:
    """Policy: a progress review every twelve weeks."""
    due = given(*in_treatment()).when_due("progress_review").and_given()
    reviewed = due.when(RecordProgressReview(outcome=outcome, **DECIDED))
    reviewed.then_happened(ProgressReviewed, TaskCompleted)


def test_reviews_and_plans_are_of_treatment() -> None:
    review = RecordProgressReview(outcome="continue", **DECIDED)
    plan = PlanDischarge(plan="A peer group", decided_by=NORA)
    for command in (review, plan):
        given(*referred()).when(command).then_rejected("treatment_not_started")
        given(*in_follow_up()).when(command).then_rejected("already_discharged")
    assert given(*in_treatment()).permitted("record_progress_review").open
    assert not given(*referred()).permitted("plan_discharge").open


def test_the_discharge_is_planned_with_the_patient() -> None:
    """Policy: discharge planning opens eight weeks before the planned end."""
    due = given(*in_ongoing()).when_due("plan_discharge").and_given()
    planned = due.when(PlanDischarge(plan="A peer group", decided_by=NORA))
    planned.then_happened(DischargePlanned, TaskCompleted)


def test_a_programme_may_ask_for_the_plan_at_the_door() -> None:
    """Demand 8: discharge, planned or not."""
    document = mbt_g_document()
    document["phases"][4]["enter_when"] = ["discharge_planned"]
    asking = replace(knowing, definition=Definition.model_validate(document))
    history = asking.given(*in_ongoing())
    door = EnterPhase(phase="discharge")
    history.when(door, at=PLANNED_END).then_rejected("discharge_not_planned")
    planned = history.when(PlanDischarge(plan="A peer group", decided_by=NORA)).and_given()
    assert planned.when(door, at=PLANNED_END).events


def test_a_pathway_knows_of_requests_for_its_record() -> None:
    """Demand 24: patients have the right to access their records."""
    note = NoteRecordsRequest(request_id=REQUEST)
    noted = given(*in_treatment()).when(note)
    noted.then(RecordsRequestNoted(at=FIRST_GROUP, request_id=REQUEST))
    noted.and_given().when(note).then_nothing()
    given(*closed()).when(note).then_happened(RecordsRequestNoted)
    given().when(note, at=FIRST_GROUP).then_rejected("unknown_pathway")


def test_erasing_a_patient_reaches_their_requests() -> None:
    """Law: of an erased patient nothing is left anywhere."""
    noted = RecordsRequestNoted(at=FIRST_GROUP, request_id=REQUEST)
    kept = given(*closed(), noted)
    erased = kept.when(Erase(reason="retention_expired"), at=PLANNED_END + 600 * WEEK)
    erased.then_happened(ErasurePassedOn, Erased)
    told = given(*closed(), noted, erased.events[0])
    assert told.reactions() == [tell(REQUEST, "erase")]
    gone = erased.and_given()
    gone.when(NoteRecordsRequest(request_id=REQUEST)).then_happened(ErasurePassedOn)
    assert isinstance(closed()[-1], Closed)
