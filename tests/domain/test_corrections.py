"""What was recorded wrongly is put right beside it, and what follows from it follows anew."""

from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from domain.commands import corrections as commands
from domain.commands.pathway import RecordMeasure
from domain.events import corrections as facts
from domain.events.pathway import (
    Closed,
    Discharged,
    Erased,
    MeasureRecorded,
    MeasuresExpired,
    MeasuresFellDue,
    PathwayEvent,
    Resumed,
    SessionBooked,
    SessionRecorded,
    TaskCompleted,
    TaskKind,
    TaskOpened,
    TreatmentStarted,
)
from domain.events.safety import RiskRaised, RiskSignalled
from domain.events.seats import SeatOfferBegun, SeatOfferWithdrawn
from domain.pathway import PATHWAY, Pathway
from tests.domain.histories import (
    FIRST_GROUP,
    IN_GROUPS,
    ONGOING_AT,
    PATIENT,
    PLANNED_END,
    WEEK,
    baseline_answered,
    closed,
    fell_due,
    given,
    in_follow_up,
    in_introduction,
    in_ongoing,
    in_treatment,
    meetings,
    progress,
    ready,
    session,
    weekly_groups,
)
from tests.domain.specification import Given, Specification, When, of_type

SECOND, THIRD, FOURTH = (FIRST_GROUP + number * WEEK for number in (1, 2, 3))
NEXT_DAY = FOURTH + timedelta(days=1)
THREE_MORE = weekly_groups(3)
COMMANDS = (
    "correct_session",
    "correct_group_session",
    "correct_measure",
    "strike_out",
    "correct_patient",
)
GROUP = "group-0b8f7a52-5f3c-4d43-9c51-6a2f4d1c7e01"


def entry_of(history: Given[Pathway], at: datetime, kind: str = "group") -> int:
    """The version of the event that recorded a session, or a score of a measure."""
    state = history.state
    sessions = (one.entry for one in state.sessions if (one.held_at, one.kind) == (at, kind))
    scores = (one.entry for one in state.scores if (one.taken_at, one.measure) == (at, kind))
    return next(chain(sessions, scores))


def corrected(
    history: Given[Pathway], at: datetime, *, held_at: datetime | None = None, **really: Any
) -> When[Pathway]:
    """The group session of that time, as it really was."""
    command = commands.CorrectSession(
        entry=entry_of(history, at),
        reason="The wrong row",
        **{"kind": "group", "held_at": held_at or at, "attended": True, **really},
    )
    return history.when(command, at=NEXT_DAY)


def missed_since(*held: datetime) -> tuple[SessionRecorded, ...]:
    return tuple(session(at, "group", "introduction", "missed") for at in held)


def opened(number: int, kind: TaskKind, at: datetime, about: str | None = None) -> TaskOpened:
    due_at = at + timedelta(days=3)
    return TaskOpened(at=at, task=number, kind=kind, due_at=due_at, about=about)


def sessions_of(state: Pathway) -> list[tuple[datetime, str]]:
    return [(one.held_at, one.attendance) for one in state.sessions if one.kind == "group"]


def test_a_session_is_struck_out_and_recorded_anew_beside_it() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    wrong = entry_of(history, THIRD)
    decided = corrected(history, THIRD, late_by=timedelta(minutes=20), note="note-7")
    struck, anew = decided.then_happened(facts.SessionStruckOut, SessionRecorded).events
    assert isinstance(struck, facts.SessionStruckOut)
    assert (struck.at, struck.entry, struck.attendance) == (THIRD, wrong, "attended")
    assert struck.reason == "The wrong row"
    assert isinstance(anew, SessionRecorded)
    assert (anew.corrects, anew.attendance, anew.note) == (wrong, "late", "note-7")
    after = decided.and_given().state
    assert sessions_of(after)[-1] == (THIRD, "late")
    assert len(after.sessions) == len(history.state.sessions)


def test_afterwards_everything_is_as_if_it_had_been_right_from_the_beginning() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    right = given(*in_treatment(), *THREE_MORE[:2], *missed_since(FOURTH))
    after = corrected(history, FOURTH, attended=False).and_given().state
    assert sessions_of(after) == sessions_of(right.state)
    assert after.missed_in_a_row() == 1
    assert after.quiet_since == THIRD
    assert after.quiet_after == THIRD + timedelta(days=30)


def test_an_absence_after_all_asks_for_contact() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    decided = corrected(history, FOURTH, attended=False)
    decided.then_happened(facts.SessionStruckOut, SessionRecorded, TaskOpened)
    assert of_type(decided.events, TaskOpened)[0].kind == "contact_patient"


def test_in_the_middle_of_absences_it_makes_them_one_run() -> None:
    history = given(
        *in_treatment(),
        *missed_since(SECOND),
        session(THIRD, "group", "introduction"),
        *missed_since(FOURTH),
    )
    decided = corrected(history, THIRD, attended=False)
    assert of_type(decided.events, TaskOpened)[0].kind == "team_decision"
    assert decided.and_given().state.missed_in_a_row() == 3


def test_absences_that_were_none_ask_for_nothing_more() -> None:
    history = given(
        *in_treatment(),
        *missed_since(SECOND, THIRD),
        opened(1, "contact_patient", SECOND),
        opened(2, "attendance_review", THIRD),
    )
    completed = of_type(corrected(history, THIRD).events, TaskCompleted)
    assert {one.task for one in completed} == {1, 2}


def test_a_shorter_run_leaves_the_task_that_it_still_asks_for() -> None:
    history = given(
        *in_treatment(),
        *missed_since(SECOND, THIRD),
        opened(1, "contact_patient", SECOND),
        opened(2, "attendance_review", THIRD),
    )
    excused = corrected(history, SECOND, attended=False, notice_at=SECOND - WEEK)
    assert [one.task for one in of_type(excused.events, TaskCompleted)] == [2]


def test_a_patient_at_risk_who_did_not_come_after_all_is_flagged() -> None:
    risk = RiskRaised(
        at=FIRST_GROUP,
        flag=1,
        escalation_id="escalation-3f2e1d0c-9b8a-4756-8493-a2b1c0d9e8f7",
        source="clinician",
        level="high",
    )
    history = given(*in_treatment(), risk, *THREE_MORE)
    decided = corrected(history, FOURTH, attended=False)
    assert [one.source for one in of_type(decided.events, RiskSignalled)] == ["no_show"]
    again = corrected(decided.and_given(), FOURTH, attended=False, note="note-8")
    assert of_type(again.events, RiskSignalled) == []


def test_treatment_counts_from_the_first_session_that_is_left() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    decided = corrected(history, FIRST_GROUP, attended=False)
    [begun] = of_type(decided.events, TreatmentStarted)
    assert begun.at == SECOND
    after = decided.and_given().state
    assert (after.treatment_started_at, after.treatment_ends_at) == (
        SECOND,
        PLANNED_END + WEEK,
    )


def test_treatment_has_not_started_where_no_session_began_it() -> None:
    decided = corrected(given(*in_treatment()), FIRST_GROUP, attended=False)
    decided.then_happened(
        facts.SessionStruckOut, SessionRecorded, facts.TreatmentStartTakenBack, TaskOpened
    )
    after = decided.and_given()
    assert after.state.treatment_started_at is None
    assert after.deadlines("progress_review") == after.deadlines("measures_due") == []


def test_a_session_that_was_attended_after_all_begins_treatment() -> None:
    earlier = session(FIRST_GROUP - WEEK, "group", "introduction", "missed")
    ahead = entered_before(earlier.at)
    history = given(*ahead, earlier, *in_treatment()[len(ahead) :])
    decided = corrected(history, earlier.at)
    assert [one.at for one in of_type(decided.events, TreatmentStarted)] == [earlier.at]


def entered_before(at: datetime) -> tuple[PathwayEvent, ...]:
    return tuple(one for one in in_introduction() if one.at < at)


def test_a_later_session_changes_nothing_of_when_treatment_began() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    decided = corrected(history, THIRD, attended=False)
    assert of_type(decided.events, TreatmentStarted) == []
    assert decided.and_given().state.treatment_started_at == FIRST_GROUP


def test_a_start_that_rests_on_no_session_here_stays_as_it_was_told() -> None:
    told = in_treatment()[-1].model_copy(update={"at": FIRST_GROUP - WEEK})
    decided = corrected(given(*in_treatment()[:-1], told, *THREE_MORE), THIRD, attended=False)
    assert of_type(decided.events, TreatmentStarted) == []


def test_a_session_moves_to_when_it_really_was() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    really = THIRD + timedelta(days=1)
    decided = corrected(history, THIRD, held_at=really)
    assert [event.at for event in decided.events[:2]] == [THIRD, really]
    assert (really, "attended") in sessions_of(decided.and_given().state)


def test_what_is_recorded_anew_keeps_the_rules_of_recording() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    corrected(history, THIRD, held_at=FOURTH).then_rejected("session_overlaps")
    corrected(history, THIRD, kind="assessment").then_rejected("session_not_in_phase")
    corrected(history, THIRD, held_at=NEXT_DAY + WEEK).then_rejected("in_the_future")


def test_only_what_stands_now_is_corrected() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    once = corrected(history, THIRD, attended=False).and_given()
    wrong = commands.StrikeOut(entry=entry_of(history, THIRD), reason="Twice")
    once.when(wrong).then_rejected("corrected_already")
    twice = corrected(once, THIRD, late_by=timedelta(minutes=20))
    assert of_type(twice.events, SessionRecorded)[0].corrects == entry_of(once, THIRD)


@pytest.mark.parametrize(
    ("command", "refused"),
    [
        (commands.StrikeOut(entry=1, reason="No"), "nothing_to_strike_out"),
        (
            commands.CorrectSession(
                entry=1, reason="No", kind="group", held_at=THIRD, attended=True
            ),
            "no_session",
        ),
        (commands.CorrectGroupSession(entry=1, reason="No", attended=True), "no_session_recorded"),
        (commands.CorrectMeasure(entry=1, reason="No", score=1, taken_at=THIRD), "no_score"),
        (
            commands.CorrectPatient(
                entry=2, reason="No", family_name="A", birth_date=PATIENT.birth_date, state="FL"
            ),
            "no_identity",
        ),
    ],
)
def test_an_entry_that_is_something_else_is_refused(command: Any, refused: str) -> None:
    given(*in_treatment(), *THREE_MORE).when(command, at=NEXT_DAY).then_rejected(refused)


def test_a_session_entered_in_error_counts_no_more() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    command = commands.StrikeOut(entry=entry_of(history, THIRD), reason="Another patient's")
    decided = history.when(command, at=NEXT_DAY).then_happened(facts.SessionStruckOut)
    assert [at for at, _ in sessions_of(decided.and_given().state)] == [FIRST_GROUP, SECOND, FOURTH]


def test_who_forgets_sessions_is_told_those_that_count_in_a_row_again() -> None:
    """As a list does that keeps only what was since the last session attended."""
    history = given(*in_treatment(), *missed_since(SECOND, THIRD), *THREE_MORE[2:])
    decided = corrected(history, FOURTH, attended=False)
    forgetful = history.state.model_copy(update={"sessions": history.state.since_last_attended()})
    assert len(forgetful.sessions) == 1
    events: Any = decided.events
    for event in events:
        forgetful = PATHWAY.evolve(forgetful, event)
    assert forgetful.missed_in_a_row() == decided.and_given().state.missed_in_a_row() == 3


def test_a_closed_record_is_corrected_and_asks_nobody_for_anything() -> None:
    """Law: 45 CFR 164.526: for as long as the record is kept."""
    history = given(*closed())
    decided = corrected(history, FIRST_GROUP, attended=False)
    decided.then_happened(facts.SessionStruckOut, SessionRecorded)
    assert decided.and_given().state.status == "closed"


def test_an_absent_or_erased_record_is_not_corrected() -> None:
    command = commands.StrikeOut(entry=1, reason="No")
    given().when(command, at=NEXT_DAY).then_rejected("unknown_pathway")
    erased = Erased(at=NEXT_DAY, reason="patient_request")
    given(*closed(), erased).when(command, at=NEXT_DAY).then_rejected("pathway_erased")


def phq_9(score: float, at: datetime, risk_item: int = 0) -> MeasureRecorded:
    command = RecordMeasure(measure="phq-9", score=score, risk_item=risk_item, taken_at=at)
    recorded = given(*ready()).when(command, at=at).events[0]
    assert isinstance(recorded, MeasureRecorded)
    return recorded.model_copy(update={"occasions": (), "change": None})


def score_corrected(
    history: Given[Pathway], at: datetime, score: float, risk_item: int = 0
) -> When[Pathway]:
    command = commands.CorrectMeasure(
        entry=entry_of(history, at, "phq-9"),
        reason="Misread",
        score=score,
        risk_item=risk_item,
        taken_at=at,
    )
    return history.when(command, at=max(NEXT_DAY, history.last_at))


def test_a_corrected_answer_that_shows_a_risk_opens_an_escalation() -> None:
    history = given(*in_treatment(), phq_9(9, THIRD))
    decided = score_corrected(history, THIRD, 9, risk_item=1)
    decided.then_happened(facts.MeasureStruckOut, MeasureRecorded, RiskRaised)
    assert of_type(decided.events, RiskRaised)[0].source == "phq-9-item-9"
    [score] = [one for one in decided.and_given().state.scores if one.taken_at == THIRD]
    assert (score.score, score.corrects) == (9, entry_of(history, THIRD, "phq-9"))


def test_a_risk_that_somebody_knows_of_is_not_raised_again_nor_taken_back() -> None:
    history = given(*in_treatment(), phq_9(9, THIRD, risk_item=1))
    same = score_corrected(history, THIRD, 10, risk_item=2)
    same.then_happened(facts.MeasureStruckOut, MeasureRecorded)
    none = score_corrected(history, THIRD, 10, risk_item=0)
    none.then_happened(facts.MeasureStruckOut, MeasureRecorded)


@pytest.mark.parametrize(
    ("before", "after", "raised"), [("3", "5", 1), ("5", "3", 0), ("3", "3", 0)]
)
def test_only_a_higher_level_is_news(before: str, after: str, raised: int) -> None:
    """Of the C-SSRS: its third question flags a moderate risk, its fifth a high one."""
    answered = screener(before)
    recorded = given(*in_treatment()).when(
        RecordMeasure(measure="c-ssrs", answers=answered, taken_at=THIRD), at=THIRD
    )
    history = recorded.and_given()
    command = commands.CorrectMeasure(
        entry=entry_of(history, THIRD, "c-ssrs"),
        reason="Misread",
        answers=screener(after),
        taken_at=THIRD,
    )
    decided = history.when(command, at=NEXT_DAY)
    assert len(of_type(decided.events, RiskSignalled)) == raised


def screener(worst: str) -> dict[str, int]:
    return {
        "1": 1,
        "2": 1,
        "3": 1,
        "4": 0,
        "5": int(worst == "5"),
        "6": 0,
        "6-lately": 0,
    }


def test_a_corrected_answer_still_answers_the_same_occasion() -> None:
    """An amendment stands beside what was recorded, and for the same questions."""
    asked = fell_due(progress(1))
    answered = phq_9(4, asked.at).model_copy(update={"occasions": ("progress-1",)})
    history = given(*in_treatment(), asked, answered)
    decided = score_corrected(history, asked.at, 5)
    [anew] = of_type(decided.events, MeasureRecorded)
    assert anew.occasions == ("progress-1",)
    assert decided.and_given().state.open_measures == history.state.open_measures


def test_every_change_since_a_first_score_is_reckoned_anew_with_it() -> None:
    later = phq_9(9, THIRD).model_copy(update={"change": None})
    history = given(*in_treatment(), later)
    baseline = baseline_answered()[0].at
    decided = score_corrected(history, baseline, 20)
    [reckoned] = of_type(decided.events, facts.ChangesReckoned)
    [change] = reckoned.changes
    assert (change.taken_at, change.score) == (THIRD, 9)
    assert change.change is not None
    assert (change.change.baseline, change.change.change_class) == (20, "recovered")
    assert decided.and_given().state.version == len(history.events) + len(decided.events)


def test_what_has_become_worse_by_it_is_reviewed_and_what_has_not_is_no_more() -> None:
    history = given(*in_treatment(), phq_9(3, THIRD))
    worse = score_corrected(history, THIRD, 13)
    [review] = of_type(worse.events, TaskOpened)
    assert (review.kind, review.about) == ("deterioration_review", "phq-9")
    after = worse.and_given()
    better = score_corrected(after, THIRD, 3)
    assert [one.task for one in of_type(better.events, TaskCompleted)] == [review.task]
    done = TaskCompleted(at=NEXT_DAY, task=review.task, outcome="Looked at")
    looked_at = given(*after.events, done)
    assert of_type(score_corrected(looked_at, THIRD, 3).events, TaskCompleted) == []


def struck_out(history: Given[Pathway], at: datetime, measure: str = "phq-9") -> When[Pathway]:
    command = commands.StrikeOut(entry=entry_of(history, at, measure), reason="Another patient's")
    return history.when(command, at=max(NEXT_DAY, history.last_at))


def test_a_score_entered_in_error_is_asked_for_again() -> None:
    at = baseline_answered()[0].at
    decided = struck_out(given(*in_treatment()), at)
    decided.then_happened(facts.MeasureStruckOut, MeasuresFellDue)
    [asked] = decided.and_given().state.open_measures
    assert (asked.occasion, asked.measures, asked.expires_at) == ("baseline", ("phq-9",), None)


def test_where_the_rest_is_still_asked_for_it_is_asked_for_with_it() -> None:
    asked = fell_due(progress(1))
    answered = phq_9(4, asked.at).model_copy(update={"occasions": ("progress-1",)})
    history = given(*in_treatment(), asked, answered)
    decided = struck_out(history, asked.at).then_happened(facts.MeasureStruckOut)
    [still] = decided.and_given().state.open_measures
    assert set(still.measures) == set(asked.planned.measures)


def test_a_round_that_was_answered_is_asked_for_anew() -> None:
    asked = fell_due(progress(1))
    answers = [
        phq_9(4, asked.at).model_copy(update={"measure": one, "occasions": ("progress-1",)})
        for one in asked.planned.measures
    ]
    decided = struck_out(given(*in_treatment(), asked, *answers), asked.at)
    [anew] = of_type(decided.events, MeasuresFellDue)
    assert anew.planned.expires_at == asked.at + 2 * WEEK


def test_after_discharge_nobody_is_asked_again() -> None:
    at = baseline_answered()[0].at
    decided = struck_out(given(*in_follow_up()), at)
    assert of_type(decided.events, MeasuresFellDue) == []


def test_of_a_closed_record_a_risk_is_raised_all_the_same() -> None:
    at = baseline_answered()[0].at
    decided = score_corrected(given(*closed()), at, 2, risk_item=1)
    kinds = [type(one) for one in decided.events]
    assert RiskRaised in kinds
    assert TaskOpened not in kinds


def test_two_scores_that_say_the_same_are_told_apart() -> None:
    twice = (phq_9(4, THIRD), phq_9(4, THIRD))
    history = given(*in_treatment(), *twice)
    [first, second] = [one for one in history.state.scores if one.taken_at == THIRD]
    command = commands.StrikeOut(entry=second.entry, reason="Entered twice")
    left = history.when(command, at=NEXT_DAY).and_given().state.scores
    assert [one.entry for one in left if one.taken_at == THIRD] == [first.entry]


def patient_corrected(history: Given[Pathway], **really: Any) -> When[Pathway]:
    said = PATIENT.model_dump(include={"family_name", "given_names", "birth_date", "state"})
    command = commands.CorrectPatient(
        entry=history.state.identity_entry, reason="Misspelt", **{**said, **really}
    )
    return history.when(command, at=NEXT_DAY)


def test_a_name_that_was_written_wrongly_is_put_right() -> None:
    history = given(*in_treatment())
    decided = patient_corrected(history, family_name="Exemple")
    decided.then_happened(facts.PatientCorrected)
    after = decided.and_given()
    assert after.state.referral is not None
    patient = after.state.referral.patient
    assert (patient.family_name, patient.record_number) == ("Exemple", PATIENT.record_number)
    again = patient_corrected(after, family_name="Example")
    assert again.and_given().state.identity_entry == after.state.version + 1
    first = commands.CorrectPatient(
        entry=1, reason="No", family_name="B", birth_date=PATIENT.birth_date, state="FL"
    )
    after.when(first).then_rejected("corrected_already")


def test_whoever_is_no_adult_after_all_is_for_the_team_to_decide_on() -> None:
    child = date(2012, 5, 17)
    decided = patient_corrected(given(*in_treatment()), birth_date=child)
    assert [one.kind for one in of_type(decided.events, TaskOpened)] == ["team_decision"]
    over = patient_corrected(given(*closed()), birth_date=child)
    over.then_happened(facts.PatientCorrected)


in_groups = Specification(PATHWAY, IN_GROUPS)


def of_group(at: datetime, number: int, attendance: Any = "attended") -> SessionRecorded:
    recorded = session(at, "group", "introduction", attendance)
    return recorded.model_copy(update={"group_id": GROUP, "group_session": number})


def attended_really(history: Given[Pathway], **really: Any) -> When[Pathway]:
    command = commands.CorrectGroupSession(
        entry=entry_of(history, SECOND), reason="The wrong row", **really
    )
    return history.when(command, at=NEXT_DAY)


def test_an_attendance_in_a_group_is_put_right_and_the_group_learns_of_both() -> None:
    history = in_groups.given(*in_treatment(), of_group(SECOND, 2))
    decided = attended_really(history, attended=False)
    decided.then_happened(facts.SessionStruckOut, SessionRecorded, TaskOpened)
    struck, anew = decided.events[:2]
    assert isinstance(anew, SessionRecorded)
    assert (anew.corrects, anew.group_id, anew.group_session) == (
        entry_of(history, SECOND),
        GROUP,
        2,
    )
    each: Any = (struck, anew)
    told = [PATHWAY.reactions(decided.and_given().state, one)[0] for one in each]
    assert [(one.recipient, one.template) for one in told] == [(GROUP, "note_attendance")] * 2
    assert [(one.data["attendance"], one.data["counts"]) for one in told] == [
        ("attended", False),
        ("missed", True),
    ]


def test_what_a_group_records_it_knows_and_a_session_of_ones_own_it_need_not() -> None:
    history = in_groups.given(*in_treatment(), of_group(SECOND, 2))
    assert history.reactions() == []
    own = commands.StrikeOut(entry=entry_of(history, FIRST_GROUP), reason="No")
    decided = history.when(own, at=NEXT_DAY)
    decided.then_happened(facts.SessionStruckOut, TreatmentStarted)
    events: Any = decided.events
    assert [PATHWAY.reactions(decided.and_given().state, one) for one in events] == [[], []]


def test_each_is_corrected_as_what_it_is() -> None:
    history = in_groups.given(*in_treatment(), of_group(SECOND, 2))
    corrected(history, SECOND).then_rejected("session_of_group")
    command = commands.CorrectGroupSession(
        entry=entry_of(history, FIRST_GROUP), reason="No", attended=True
    )
    history.when(command, at=NEXT_DAY).then_rejected("session_of_no_group")


def test_the_screen_says_what_there_is_to_correct() -> None:
    begun = given(*in_introduction()[:3])
    blocked = {one: [reason.code for reason in begun.permitted(one).blocked_by] for one in COMMANDS}
    assert blocked == {
        "correct_session": ["no_session_recorded"],
        "correct_group_session": ["no_session_recorded"],
        "correct_measure": ["no_score_recorded"],
        "strike_out": ["nothing_to_strike_out"],
        "correct_patient": [],
    }
    assert given(*closed()).permitted("correct_session").open


def test_nothing_is_corrected_twice() -> None:
    history = in_groups.given(*in_treatment(), of_group(SECOND, 2), phq_9(9, THIRD))
    session_entry, score_entry = entry_of(history, SECOND), entry_of(history, THIRD, "phq-9")
    strikes = [commands.StrikeOut(entry=one, reason="No") for one in (session_entry, score_entry)]
    once = history
    for strike in strikes:
        once = once.when(strike, at=NEXT_DAY).and_given()
    again: list[Any] = [
        *strikes,
        commands.CorrectSession(
            entry=session_entry, reason="No", kind="group", held_at=SECOND, attended=True
        ),
        commands.CorrectGroupSession(entry=session_entry, reason="No", attended=True),
        commands.CorrectMeasure(entry=score_entry, reason="No", score=1, taken_at=THIRD),
    ]
    missing = [[], [], [], ["no_session_recorded"], []]
    for command, lacks in zip(again, missing, strict=True):
        once.when(command, at=NEXT_DAY).then_rejected("corrected_already", *lacks)


def test_an_entry_is_the_number_of_its_event() -> None:
    history = given(*in_treatment(), *THREE_MORE, phq_9(9, FOURTH))
    assert entry_of(history, FOURTH) == len(history.events) - 1
    assert entry_of(history, FOURTH, "phq-9") == len(history.events)


def booked_at(starts_at: datetime) -> SessionBooked:
    return SessionBooked(
        at=FIRST_GROUP,
        booking=7,
        kind="group",
        starts_at=starts_at,
        length=timedelta(minutes=90),
        remind_at=(),
    )


def test_a_session_stays_that_of_its_booking_wherever_it_is_moved() -> None:
    of_booking = session(THIRD, "group", "introduction").model_copy(update={"booking": 7})
    history = given(*in_treatment(), of_booking)
    moved = corrected(history, THIRD, held_at=THIRD + timedelta(days=1))
    assert [one.booking for one in of_type(moved.events, SessionRecorded)] == [7]
    unbooked = session(THIRD, "group", "introduction")
    history = given(*in_treatment(), booked_at(FOURTH), unbooked)
    moved = corrected(history, THIRD, held_at=FOURTH)
    assert [one.booking for one in of_type(moved.events, SessionRecorded)] == [7]
    in_group = of_group(SECOND, 2).model_copy(update={"booking": 3})
    again = attended_really(in_groups.given(*in_treatment(), in_group), attended=False)
    assert [one.booking for one in of_type(again.events, SessionRecorded)] == [3]


def test_whoever_turns_18_today_is_an_adult_and_a_child_gives_the_seat_offered_back() -> None:
    adult = date(NEXT_DAY.year - 18, NEXT_DAY.month, NEXT_DAY.day)
    history = given(*in_treatment())
    patient_corrected(history, birth_date=adult).then_happened(facts.PatientCorrected)
    begun = SeatOfferBegun(at=THIRD, offer=1, group_id=GROUP, until=NEXT_DAY + WEEK)
    offered = given(*in_treatment(), begun)
    child = patient_corrected(offered, birth_date=date(2012, 5, 17), state="CA")
    child.then_happened(facts.PatientCorrected, SeatOfferWithdrawn, TaskOpened)


def struck(decided: When[Pathway]) -> facts.SessionStruckOut:
    [found] = of_type(decided.events, facts.SessionStruckOut)
    assert isinstance(found, facts.SessionStruckOut)
    return found


def test_silence_counts_from_who_was_seen_and_not_from_who_stayed_away() -> None:
    history = given(*in_treatment(), THREE_MORE[0], *missed_since(THIRD), THREE_MORE[2])
    assert struck(corrected(history, FOURTH, attended=False)).quiet_since == SECOND


def test_silence_counts_from_the_phase_where_nobody_was_seen_in_it_since() -> None:
    first = ONGOING_AT + WEEK
    history = given(*in_ongoing(), session(first, "group", "ongoing"))
    command = commands.StrikeOut(entry=entry_of(history, first), reason="Another patient's")
    decided = history.when(command, at=first)
    assert struck(decided).quiet_since == ONGOING_AT


def test_a_review_of_silence_that_was_asked_for_stays_asked_for() -> None:
    silent = opened(1, "disengagement_review", FOURTH)
    history = given(*in_treatment(), silent)
    assert history.state.quiet_after is None
    assert struck(corrected(history, FIRST_GROUP, attended=False)).quiet_after is None


def test_a_pause_that_has_ended_since_is_where_silence_counts_from() -> None:
    resumed = Resumed(at=NEXT_DAY, quiet_after=NEXT_DAY + timedelta(days=30))
    history = given(*in_treatment(), *THREE_MORE, resumed)
    assert struck(corrected(history, FOURTH, attended=False)).quiet_since == NEXT_DAY


def test_only_the_session_last_attended_uncovers_those_before_it() -> None:
    history = given(*in_treatment(), *THREE_MORE)
    assert [one.held_at for one in struck(corrected(history, FOURTH)).uncovered] == [THIRD]
    assert struck(corrected(history, SECOND)).uncovered == ()
    absent = given(*in_treatment(), *missed_since(SECOND))
    assert struck(corrected(absent, SECOND)).uncovered == ()


def test_after_discharge_no_correction_starts_treatment_again() -> None:
    history = given(*in_follow_up())
    command = commands.StrikeOut(entry=entry_of(history, FIRST_GROUP), reason="Another patient's")
    history.when(command).then_happened(facts.SessionStruckOut)


def test_treatment_begins_with_a_session_that_was_attended_after_all() -> None:
    history = given(*in_introduction(), *missed_since(FIRST_GROUP))
    decided = corrected(history, FIRST_GROUP)
    assert [one.at for one in of_type(decided.events, TreatmentStarted)] == [FIRST_GROUP]


def test_a_start_that_was_told_outlasts_every_session_here() -> None:
    told = in_treatment()[-1].model_copy(update={"at": FIRST_GROUP - WEEK})
    decided = corrected(given(*in_treatment()[:-1], told), FIRST_GROUP, attended=False)
    decided.then_happened(facts.SessionStruckOut, SessionRecorded, TaskOpened)


def test_of_a_treatment_that_has_not_begun_no_end_is_left() -> None:
    decided = corrected(given(*in_treatment()), FIRST_GROUP, attended=False)
    decided.then_state(treatment_ends_at=None, ends_at=None, plan_discharge_at=None)


def test_a_score_is_struck_out_by_what_it_was_where_others_are_left_out() -> None:
    """As of an instant, events before it may not be known: numbers differ, what was said does."""
    history = given(*in_treatment(), phq_9(9, THIRD))
    [event] = struck_out(history, THIRD).events
    known = given(*(one for one in history.events if one != history.events[3]))
    left = given(*known.events, event).state.scores
    assert len(left) == len(known.state.scores) - 1
    assert THIRD not in {one.taken_at for one in left}


def test_an_answer_stays_that_of_its_round_although_the_round_is_over() -> None:
    asked = fell_due(progress(1))
    answered = phq_9(4, asked.at).model_copy(update={"occasions": ("progress-1",)})
    over = MeasuresExpired(at=asked.at + 2 * WEEK, occasion="progress-1", missing=("gad-7",))
    history = given(*in_treatment(), asked, answered, over)
    decided = score_corrected(history, asked.at, 5)
    assert [one.occasions for one in of_type(decided.events, MeasureRecorded)] == [("progress-1",)]


def test_of_a_closed_record_the_changes_are_reckoned_anew_too() -> None:
    later = phq_9(9, THIRD)
    history = given(*in_treatment(), later, *closed()[len(in_treatment()) :])
    decided = score_corrected(history, baseline_answered()[0].at, 20)
    assert len(of_type(decided.events, facts.ChangesReckoned)) == 1


def test_a_review_goes_on_while_the_score_is_worse_or_was_not_what_it_was_for() -> None:
    worse = score_corrected(given(*in_treatment(), phq_9(3, THIRD)), THIRD, 13).and_given()
    still = score_corrected(worse, THIRD, 14)
    assert of_type(still.events, TaskCompleted) == []
    better = given(*worse.events, phq_9(3, NEXT_DAY))
    assert of_type(score_corrected(better, NEXT_DAY, 4).events, TaskCompleted) == []


def test_each_measure_is_looked_at_for_itself() -> None:
    baseline, at = baseline_answered()[1], THIRD
    history = given(*in_treatment(), baseline.model_copy(update={"at": at, "occasions": ()}))
    command = commands.CorrectMeasure(
        entry=entry_of(history, at, "gad-7"), reason="Misread", score=15, taken_at=at
    )
    [review] = of_type(history.when(command, at=NEXT_DAY).events, TaskOpened)
    assert (review.kind, review.about) == ("deterioration_review", "gad-7")


def test_follow_up_that_waited_for_a_review_alone_ends_with_the_correction() -> None:
    at = PLANNED_END + timedelta(days=1)
    measured = [
        one.model_copy(update={"follow_ups": ()}) if isinstance(one, Discharged) else one
        for one in in_follow_up()
    ]
    review = opened(1, "deterioration_review", at, "phq-9")
    history = given(*measured, phq_9(13, at), review)
    decided = score_corrected(history, at, 2)
    assert [type(one) for one in decided.events[-2:]] == [TaskCompleted, Closed]


def test_one_entry_that_may_be_wrong_is_enough_to_strike_out() -> None:
    begun = in_introduction()[:3]
    for one in (meetings(1)[0], baseline_answered()[0], of_group(SECOND, 2)):
        assert given(*begun, one).permitted("strike_out").open
