"""A session put right moves what counts from it: treatment, its end, and silence."""

from datetime import datetime, timedelta

from domain.commands import corrections as commands
from domain.events import corrections as facts
from domain.events.pathway import (
    PathwayEvent,
    Resumed,
    SessionRecorded,
    TaskOpened,
    TreatmentStarted,
)
from tests.domain.corrections import (
    FOURTH,
    NEXT_DAY,
    SECOND,
    THIRD,
    THREE_MORE,
    corrected,
    entry_of,
    missed_since,
    opened,
    sessions_of,
    struck,
)
from tests.domain.histories import (
    FIRST_GROUP,
    ONGOING_AT,
    PLANNED_END,
    WEEK,
    given,
    in_follow_up,
    in_introduction,
    in_ongoing,
    in_treatment,
    session,
)
from tests.domain.specification import of_type


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
