"""Steps that are entered after the day they happened."""

from domain.commands import pathway as commands
from domain.events.pathway import (
    Closed,
    Discharged,
    MeasureRecorded,
    PhaseEntered,
    SessionRecorded,
    TreatmentStarted,
)
from tests.domain.histories import (
    FIRST_GROUP,
    MINUTE,
    READY_AT,
    WEEK,
    answer,
    attend,
    entered,
    given,
    in_introduction,
    in_treatment,
    meetings,
    ny,
    ready,
    referred,
    session,
    weekly_groups,
)


def test_a_phase_entered_yesterday_takes_a_session_of_yesterday() -> None:
    yesterday, now = READY_AT, READY_AT + WEEK / 7

    late = commands.EnterPhase(phase="introduction", at=yesterday)
    given(*ready()).when(late, at=now).then(entered("introduction", yesterday))
    (
        given(*ready(), entered("introduction", yesterday))
        .when(attend("group", yesterday + 60 * MINUTE), at=now)
        .then_happened(SessionRecorded, TreatmentStarted)
    )


def test_a_step_cannot_overtake_what_is_recorded_after_it() -> None:
    early = commands.EnterPhase(phase="introduction", at=ny("2026-01-10 09:00"))

    given(*ready()).when(early, at=READY_AT).then_rejected("before_latest_step")


def test_a_step_cannot_be_entered_ahead() -> None:
    ahead = commands.Pause(reason="A journey", resume_at=READY_AT + 2 * WEEK, at=READY_AT + WEEK)

    given(*in_introduction()).when(ahead, at=READY_AT).then_rejected("in_the_future")


def test_a_step_entered_late_is_judged_by_the_day_it_happened() -> None:
    died = READY_AT + WEEK / 7
    discharge = commands.Discharge(reason="deceased", at=died)

    (
        given(*in_introduction())
        .when(discharge, at=died + WEEK)
        .then(Discharged(at=died, reason="deceased"), Closed(at=died, reason="no_follow_up"))
    )


def test_five_sessions_in_one_week_do_not_complete_a_six_week_introduction() -> None:
    """Demand 17: the pace is a session a week, against overwhelm."""
    days = [FIRST_GROUP + day * WEEK / 7 for day in range(1, 6)]
    crowded = [session(day, "group", "introduction") for day in days]

    (
        given(*in_treatment(), *crowded)
        .when(commands.EnterPhase(phase="ongoing"), at=FIRST_GROUP + 2 * WEEK)
        .then_rejected("too_few_sessions")
    )


def test_five_sessions_in_five_weeks_do() -> None:
    (
        given(*in_treatment(), *weekly_groups(4))
        .when(commands.EnterPhase(phase="ongoing"), at=FIRST_GROUP + 6 * WEEK)
        .then_happened(PhaseEntered)
    )


def test_a_score_that_counts_items_is_whole() -> None:
    half = answer("phq-9", READY_AT, 16.5)
    mean = answer("bsl-23", READY_AT, 1.87)

    history = given(*referred(), *meetings(2))
    history.when(half, at=READY_AT).then_rejected("score_not_whole")
    history.when(mean, at=READY_AT).then_happened(MeasureRecorded)
