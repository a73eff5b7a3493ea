"""What a patient answers is scored on the pathway: kept with its rules, flagged, reviewed."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from domain.commands.base import SettleEffect
from domain.commands.pathway import CompleteTask, Discharge, RecordMeasure
from domain.events.pathway import (
    Closed,
    EffectSettled,
    MeasureRecorded,
    PathwayEvent,
    TaskCompleted,
    TaskOpened,
)
from domain.events.safety import EscalationResolved, RiskRaised, RiskSignalled
from domain.instruments.change import Change
from domain.pathway import PATHWAY, Pathway
from domain.programmes.definition import Definition
from tests.domain.histories import (
    DISCHARGE_AT,
    FOLLOW_UPS,
    ONGOING_AT,
    PROGRESS,
    READY_AT,
    WEEK,
    answer,
    given,
    in_discharge,
    in_follow_up,
    in_ongoing,
    mbt_g_document,
    ready,
    referred,
)
from tests.domain.specification import COMMAND_ID, Given, Specification, When, of_type

NOW = ONGOING_AT + WEEK
NOTHING_WRONG = {str(item): 0 for item in range(1, 10)}


def phq_9(taken_at: datetime = NOW, **answers: int) -> RecordMeasure:
    given_answers = NOTHING_WRONG | {key.removeprefix("item_"): n for key, n in answers.items()}
    return RecordMeasure(measure="phq-9", answers=given_answers, taken_at=taken_at)


def recorded(decided: When[Pathway]) -> MeasureRecorded:
    (found,) = of_type(decided.events, MeasureRecorded)
    assert isinstance(found, MeasureRecorded)
    return found


def test_answers_are_scored_and_kept_with_the_rules() -> None:
    """Measures: the instrument's version, the missing-item rule and the thresholds are kept."""
    found = recorded(given(*in_ongoing()).when(phq_9(item_1=3, item_2=3), at=NOW))
    assert found.score == 6
    scoring = found.scoring
    assert scoring
    assert (scoring.instrument, scoring.version, scoring.band) == ("phq-9", 1, "mild")
    assert scoring.missing_items == "complete"
    assert scoring.answers == NOTHING_WRONG | {"1": 3, "2": 3}
    assert scoring.thresholds == {"band": 5, "cut_off": 10, "phq-9-item-9": 1}


def test_a_measure_of_the_clinics_own_has_a_score_alone() -> None:
    document = mbt_g_document()
    document["measures"].append({"id": "sleep", "title": "Sleep", "lowest": 0, "highest": 10})
    own = Specification(PATHWAY, Definition.model_validate(document)).given(*referred())
    assert recorded(own.when(answer("sleep", READY_AT, 4), at=READY_AT)).scoring is None
    answered = RecordMeasure(measure="sleep", answers={"1": 1}, taken_at=READY_AT)
    own.when(answered, at=READY_AT).then_rejected("answers_not_scored")
    out = RecordMeasure(measure="sleep", score=10.5, risk_item=1, taken_at=READY_AT)
    own.when(out, at=READY_AT).then_rejected(
        "score_out_of_range", "score_not_whole", "no_risk_item"
    )


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        ({}, ["answers_or_score"]),
        (
            {"score": 3, "risk_item": 0, "answers": NOTHING_WRONG},
            ["answers_or_score", "no_risk_item"],
        ),
        ({"answers": NOTHING_WRONG, "risk_item": 1}, ["no_risk_item"]),
        ({"score": 3}, ["risk_item_missing"]),
        ({"score": 2, "risk_item": 3}, ["answer_contradicts", "risk_not_recorded"]),
        ({"answers": {}}, ["items_missing"]),
        ({"answers": {**NOTHING_WRONG, "1": 4, "x": 1}}, ["answer_out_of_range", "unknown_item"]),
        ({"answers": {"1": 4, "x": 1}}, ["answer_out_of_range", "unknown_item", "items_missing"]),
    ],
)
def test_what_cannot_be_scored_is_refused_with_every_reason(
    data: dict[str, Any], codes: list[str]
) -> None:
    command = RecordMeasure(measure="phq-9", taken_at=NOW, **data)
    given(*in_ongoing()).when(command, at=NOW).then_rejected(*codes)


def test_item_9_raises_a_risk_at_the_level_of_the_programme() -> None:
    """Safety: opened by item 9 of the PHQ-9 of at least 1, whatever the total."""
    decided = given(*in_ongoing()).when(phq_9(item_9=1), at=NOW)
    decided.then_happened(MeasureRecorded, RiskRaised)
    (raised,) = of_type(decided.events, RiskRaised)
    assert (raised.source, raised.level, raised.at) == ("phq-9-item-9", "moderate", NOW)


def test_a_total_from_paper_raises_the_same_risk() -> None:
    paper = RecordMeasure(measure="phq-9", score=1, risk_item=1, taken_at=NOW)
    given(*in_ongoing()).when(paper, at=NOW).then_happened(MeasureRecorded, RiskRaised)


def test_no_flag_raises_nothing() -> None:
    given(*in_ongoing()).when(phq_9(item_8=3), at=NOW).then_happened(MeasureRecorded)


@pytest.mark.parametrize(("score", "level"), [(1, "low"), (2, "moderate"), (3, "high")])
def test_the_c_ssrs_raises_a_risk_at_its_own_level(score: int, level: str) -> None:
    """Safety: low, moderate and high as the screener says."""
    decided = given(*in_ongoing()).when(answer("c-ssrs", NOW, score), at=NOW)
    (raised,) = of_type(decided.events, RiskRaised)
    assert (raised.source, raised.level) == ("c-ssrs", level)


def test_a_further_flag_is_added_to_the_open_escalation() -> None:
    first = given(*in_ongoing()).when(phq_9(item_9=1), at=NOW).and_given()
    later = NOW + timedelta(days=1)
    first.when(answer("c-ssrs", later, 3), at=later).then_happened(MeasureRecorded, RiskSignalled)


def after_baseline_of(score: float) -> Given[Pathway]:
    """Treatment has begun; the first PHQ-9 was so high."""
    changed = [
        event.model_copy(update={"score": score})
        if isinstance(event, MeasureRecorded) and event.measure == "phq-9"
        else event
        for event in in_ongoing()
    ]
    return given(*changed)


def test_a_score_says_what_became_of_the_first_one() -> None:
    """Measures: improvement, recovery and deterioration are facts, with the thresholds used."""
    first = recorded(given(*referred()).when(answer("phq-9", READY_AT, 20), at=READY_AT))
    assert first.change is None
    later = recorded(after_baseline_of(20).when(answer("phq-9", NOW, 9), at=NOW))
    assert later.change == Change(
        baseline=20,
        difference=-11,
        change_class="recovered",
        below_cut_off=True,
        responded=True,
        thresholds={"reliable": 6, "response": 0.5, "cut_off": 10},
    )


def test_the_programme_may_set_from_where_a_change_is_reliable() -> None:
    """Measures: 8 points on the WSAS is this programme's own policy."""
    assert changed_by("wsas", 8) == ("deteriorated", 8)
    assert changed_by("wsas", 7) == ("unchanged", 8)
    assert changed_by("phq-9", 7, reliable_change=8) == ("unchanged", 8)
    assert changed_by("bsl-23", 2) == (None, None)
    assert changed_by("bsl-23", 2, reliable_change=1.5) == ("deteriorated", 1.5)


def changed_by(measure: str, points: float, **policy: float) -> tuple[str | None, float | None]:
    """The class of a change since the baseline of 2, and the threshold used."""
    document = mbt_g_document()
    next(one for one in document["measures"] if one["id"] == measure).update(policy)
    own = Specification(PATHWAY, Definition.model_validate(document)).given(*in_ongoing())
    found = recorded(own.when(answer(measure, NOW, 2 + points), at=NOW)).change
    assert found
    return found.change_class, found.thresholds.get("reliable")


def test_what_is_older_than_the_first_score_takes_its_place() -> None:
    """A baseline on paper that is entered late: it is the first score from then on."""
    older = given(*ready()).when(answer("gad-7", READY_AT - WEEK, 12), at=READY_AT)
    assert recorded(older).change is None
    later = older.and_given().when(answer("gad-7", READY_AT, 4), at=READY_AT)
    change = recorded(later).change
    assert change
    assert (change.baseline, change.change_class) == (12, "recovered")


def reviews(decided: When[Pathway]) -> list[str | None]:
    opened = of_type(decided.events, TaskOpened)
    return [one.about for one in opened if one.kind == "deterioration_review"]


@pytest.mark.parametrize(("score", "about"), [(15, []), (16, ["phq-9"]), (4, [])])
def test_reliable_deterioration_asks_for_a_review_and_never_discharges(
    score: float, about: list[str]
) -> None:
    """Demand 16: deterioration raises a review; six points on the PHQ-9 are reliable."""
    decided = after_baseline_of(10).when(answer("phq-9", NOW, score), at=NOW)
    assert reviews(decided) == about
    assert decided.and_given().state.discharged_for is None


def test_one_review_at_a_time_for_each_measure() -> None:
    worse = after_baseline_of(5).when(answer("phq-9", NOW, 20), at=NOW).and_given()
    later = NOW + WEEK
    assert reviews(worse.when(answer("phq-9", later, 21), at=later)) == []
    assert reviews(worse.when(answer("gad-7", later, 12), at=later)) == ["gad-7"]
    done = CompleteTask(task=1, outcome="Seen by the team")
    reviewed = worse.when(done, at=later).and_given()
    assert reviews(reviewed.when(answer("phq-9", later, 21), at=later)) == ["phq-9"]


def test_an_older_score_entered_late_asks_for_no_review() -> None:
    better = after_baseline_of(5).when(answer("phq-9", NOW, 5), at=NOW).and_given()
    old = answer("phq-9", NOW - WEEK, 20)
    assert reviews(better.when(old, at=NOW)) == []


def test_a_measure_without_a_threshold_asks_for_no_review() -> None:
    first = given(*in_ongoing()).when(answer("zan-bpd", NOW, 0), at=NOW).and_given()
    later = NOW + WEEK
    first.when(answer("zan-bpd", later, 36), at=later).then_happened(MeasureRecorded)


def last_follow_up(*events: PathwayEvent) -> Given[Pathway]:
    """All is over but the last follow-up; only its PHQ-9 is still missing."""
    history = given(*in_follow_up(), *events)
    for _ in range(2):
        history = history.when_due("measures_due").and_given()
        history = history.when_due("measures_expiry").and_given()
    history = history.when_due("measures_due").and_given()
    for measure in PROGRESS[1:]:
        history = history.when(answer(measure, FOLLOW_UPS[2].due_at, 1)).and_given()
    return history


LAST = FOLLOW_UPS[2].due_at


def test_a_pathway_waits_for_the_review_of_its_last_score() -> None:
    worse = last_follow_up().when(answer("phq-9", LAST, 20), at=LAST)
    worse.then_happened(MeasureRecorded, TaskOpened)
    number = worse.and_given().state.tasks[-1].number
    done = worse.and_given().when(CompleteTask(task=number, outcome="Referred on"), at=LAST)
    done.then_happened(TaskCompleted, Closed)


def test_a_pathway_waits_for_the_escalation_of_its_last_score() -> None:
    flagged = last_follow_up().when(phq_9(LAST, item_9=1), at=LAST)
    flagged.then_happened(MeasureRecorded, RiskRaised)
    assert flagged.and_given().state.status == "open"


def test_a_resolved_escalation_holds_nothing_back() -> None:
    flagged = last_follow_up().when(phq_9(LAST, item_9=1), at=LAST).and_given()
    resolved = EscalationResolved(
        at=LAST,
        escalation_id=flagged.state.open_escalations[0],
        disposition="outpatient_follow_up",
        level="low",
    )
    again = given(*flagged.events, resolved).when(phq_9(LAST), at=LAST)
    again.then_happened(MeasureRecorded, Closed)


def test_a_pathway_waits_until_a_further_flag_is_heard() -> None:
    """The escalation was resolved while the second flag was still on its way to it."""
    flagged = last_follow_up().when(phq_9(LAST, item_9=1), at=LAST).and_given()
    twice = flagged.when(phq_9(LAST, item_9=1), at=LAST).and_given()
    resolved = EscalationResolved(
        at=LAST,
        escalation_id=twice.state.open_escalations[0],
        disposition="outpatient_follow_up",
        level="low",
    )
    told = given(*twice.events, resolved)
    told.when(phq_9(LAST), at=LAST).then_happened(MeasureRecorded)
    heard = SettleEffect(effect_id=COMMAND_ID, effect="flag-2", outcome="done", attempts=1)
    told.when(heard, at=LAST).then_happened(EffectSettled, Closed)


def test_the_first_score_is_the_baseline_of_every_change() -> None:
    history = given(*ready())
    firsts = {one.measure: one.score for one in history.state.scores}
    assert firsts == dict.fromkeys(("phq-9", "gad-7", "wsas", "bsl-23", "c-ssrs"), 2)


def test_discharge_ends_the_collecting_of_measures() -> None:
    overdue = given(*in_discharge()).when_due("measures_overdue").and_given()
    left = Discharge(reason="patient_withdrew")
    at = DISCHARGE_AT + 2 * WEEK
    assert overdue.state.tasks[-1].kind == "collect_measures"
    assert overdue.when(left, at=at).and_given().state.tasks == ()


def test_a_later_score_of_another_measure_hides_no_deterioration() -> None:
    later = MeasureRecorded(at=NOW, measure="gad-7", score=1, occasions=())
    worse = phq_9(NOW - WEEK / 7, item_1=3, item_2=3, item_3=3, item_4=3)
    decided = given(*in_ongoing(), later).when(worse, at=NOW)
    assert [one.kind for one in of_type(decided.events, TaskOpened)] == ["deterioration_review"]


@pytest.mark.parametrize(("score", "codes"), [(0, ()), (10, ()), (3.5, ("score_not_whole",))])
def test_a_score_of_the_clinics_own_lies_between_its_bounds_and_is_whole(
    score: float, codes: tuple[str, ...]
) -> None:
    document = mbt_g_document()
    document["measures"].append({"id": "sleep", "title": "Sleep", "lowest": 0, "highest": 10})
    own = Specification(PATHWAY, Definition.model_validate(document)).given(*referred())
    own.when(answer("sleep", READY_AT, score), at=READY_AT).then_rejected(*codes)
