"""Scores, and who the patient is, put right: flags, changes, rounds and age follow anew."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from domain.commands import corrections as commands
from domain.commands.pathway import RecordMeasure
from domain.events import corrections as facts
from domain.events.pathway import (
    Closed,
    Discharged,
    MeasureRecorded,
    MeasuresExpired,
    MeasuresFellDue,
    TaskCompleted,
    TaskOpened,
)
from domain.events.safety import RiskRaised, RiskSignalled
from domain.events.seats import SeatOfferBegun, SeatOfferWithdrawn
from domain.pathway import Pathway
from tests.domain.corrections import (
    GROUP,
    NEXT_DAY,
    THIRD,
    entry_of,
    opened,
    phq_9,
)
from tests.domain.histories import (
    PATIENT,
    PLANNED_END,
    WEEK,
    baseline_answered,
    closed,
    fell_due,
    given,
    in_follow_up,
    in_treatment,
    progress,
)
from tests.domain.specification import Given, When, of_type


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


def test_whoever_turns_18_today_is_an_adult_and_a_child_gives_the_seat_offered_back() -> None:
    adult = date(NEXT_DAY.year - 18, NEXT_DAY.month, NEXT_DAY.day)
    history = given(*in_treatment())
    patient_corrected(history, birth_date=adult).then_happened(facts.PatientCorrected)
    begun = SeatOfferBegun(at=THIRD, offer=1, group_id=GROUP, until=NEXT_DAY + WEEK)
    offered = given(*in_treatment(), begun)
    child = patient_corrected(offered, birth_date=date(2012, 5, 17), state="CA")
    child.then_happened(facts.PatientCorrected, SeatOfferWithdrawn, TaskOpened)


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
