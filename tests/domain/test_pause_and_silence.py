"""A pause leaves out what falls into it; thirty days of silence ask for a review."""

from datetime import timedelta

import pytest

from domain.commands.base import MeetDeadline
from domain.commands.pathway import CompleteTask, Pause, Resume
from domain.events.pathway import (
    BookingCancelled,
    PathwayEvent,
    Paused,
    PhaseEntered,
    Resumed,
    SessionBooked,
    SessionRecorded,
    TaskCompleted,
    TaskOpened,
)
from tests.domain.histories import (
    FIRST_GROUP,
    MINUTE,
    PLANNED_END,
    REFERRED_AT,
    WEEK,
    answer,
    attend,
    entered,
    given,
    in_discharge,
    in_follow_up,
    in_ongoing,
    in_treatment,
    miss,
    progress,
    referred,
    session,
    task,
)

MONTH = timedelta(days=30)
PAUSED_AT = FIRST_GROUP + 2 * WEEK
RESUME_AT = FIRST_GROUP + 9 * WEEK
PAUSE = Pause(reason="Hospital stay", resume_at=RESUME_AT)
PAUSED = Paused(at=PAUSED_AT, reason="Hospital stay", resume_at=RESUME_AT)


def in_pause() -> tuple[PathwayEvent, ...]:
    return (*in_treatment(), PAUSED)


def test_a_pause_has_a_reason_and_a_date() -> None:
    given(*in_treatment()).when(PAUSE, at=PAUSED_AT).then(PAUSED).then_state(status="paused")


def test_the_date_lies_ahead() -> None:
    given(*in_treatment()).when(PAUSE, at=RESUME_AT).then_rejected("in_the_past")


def test_a_pause_within_a_pause_is_refused() -> None:
    given(*in_pause()).when(PAUSE).then_rejected("pathway_paused")


@pytest.mark.parametrize("history", [in_discharge(), in_follow_up()])
def test_nobody_pauses_an_ending(history: tuple[PathwayEvent, ...]) -> None:
    command = Pause(reason="Travel", resume_at=history[-1].at + WEEK)
    given(*history).when(command).then_rejected("not_in_care")


def test_a_pause_stops_measures_reviews_and_the_watch_but_not_the_end() -> None:
    kinds = {one.kind for one in given(*in_pause()).deadlines()}
    assert kinds == {"plan_discharge", "end_treatment", "resume_pathway"}


def test_a_stopped_deadline_that_comes_in_the_pause_changes_nothing() -> None:
    due = progress(1)
    command = MeetDeadline(kind="measures_due", subject=due.occasion, at=due.due_at)
    given(*in_pause()).when(command, at=due.due_at).then_nothing()


def test_sessions_booked_for_the_pause_are_cancelled() -> None:
    bookings = tuple(
        SessionBooked(
            at=FIRST_GROUP,
            booking=number,
            kind="group",
            starts_at=starts_at,
            length=90 * MINUTE,
            remind_at=(starts_at - timedelta(hours=2),),
        )
        for number, starts_at in enumerate(
            (PAUSED_AT - MINUTE, PAUSED_AT, RESUME_AT - MINUTE, RESUME_AT), start=1
        )
    )
    paused = given(*in_treatment(), *bookings).when(PAUSE, at=PAUSED_AT)
    paused.then(
        PAUSED,
        BookingCancelled(at=PAUSED_AT, booking=2),
        BookingCancelled(at=PAUSED_AT, booking=3),
    )
    assert [one.number for one in paused.and_given().state.bookings] == [1, 4]


def test_resuming_is_a_task_on_its_date_and_never_automatic() -> None:
    due = given(*in_pause()).when_due("resume_pathway")
    due.then(task(1, "resume_pathway", RESUME_AT)).then_state(status="paused", resume_at=None)


def test_resuming_completes_that_task() -> None:
    reminded = given(*in_pause()).when_due("resume_pathway").and_given()
    resumed = reminded.when(Resume())
    resumed.then_happened(Resumed, TaskCompleted).then_state(status="open", tasks=())


def test_what_fell_into_the_pause_is_left_out_and_the_rest_goes_on() -> None:
    at = FIRST_GROUP + 9 * WEEK
    resumed = given(*in_pause()).when(Resume(), at=at)
    resumed.then_happened(Resumed).then_state(
        quiet_after=at + MONTH,
        review_at=FIRST_GROUP + 12 * WEEK,
        planned_measures=(progress(3),),
        ends_at=PLANNED_END,
        plan_discharge_at=PLANNED_END - 8 * WEEK,
    )


def test_a_review_in_the_pause_is_left_out_and_the_next_keeps_its_week() -> None:
    resumed = given(*in_pause()).when(Resume(), at=FIRST_GROUP + 12 * WEEK)
    resumed.then_state(review_at=FIRST_GROUP + 24 * WEEK, planned_measures=(progress(4),))


def test_a_pause_does_not_move_the_end_nor_ask_for_it_twice() -> None:
    planned = given(*in_pause()).when_due("plan_discharge").and_given()
    ended = planned.when_due("end_treatment").and_given()
    resumed = ended.when(Resume(), at=PLANNED_END + WEEK)
    resumed.then_state(ends_at=None, plan_discharge_at=None, review_at=None, planned_measures=())
    assert [one.kind for one in resumed.and_given().deadlines()] == ["disengagement_review"]


def test_before_treatment_a_pause_ends_without_a_timetable() -> None:
    command = Pause(reason="Travel", resume_at=REFERRED_AT + WEEK)
    paused = given(*referred()).when(command).and_given()
    paused.when(Resume(), at=REFERRED_AT + WEEK).then(
        Resumed(at=REFERRED_AT + WEEK, quiet_after=REFERRED_AT + WEEK + MONTH)
    )


def test_only_a_paused_pathway_resumes() -> None:
    given(*in_treatment()).when(Resume()).then_rejected("not_paused")


def test_measures_and_agreements_go_on_in_a_pause() -> None:
    assert given(*in_pause()).when(answer("phq-9", PAUSED_AT, 9)).events


def test_the_task_of_a_pause_ends_by_resuming_and_not_by_ticking_it_off() -> None:
    reminded = given(*in_pause()).when_due("resume_pathway").and_given()
    reminded.when(CompleteTask(task=1, outcome="Still away")).then_rejected("still_paused")
    blocked = reminded.permitted("complete_task", task=1)
    assert [reason.code for reason in blocked.blocked_by] == ["still_paused"]
    reminded.when(Resume()).then_happened(Resumed, TaskCompleted)


def test_thirty_days_of_silence_ask_for_a_review() -> None:
    silent_at = FIRST_GROUP + MONTH
    review = given(*in_treatment()).when_due("disengagement_review")
    review.then(task(1, "disengagement_review", silent_at))
    review.then_state(quiet_after=None, discharged_for=None)
    early = MeetDeadline(kind="disengagement_review", subject="silence", at=silent_at)
    given(*in_treatment()).when(early, at=silent_at - MINUTE).then_nothing()


def test_a_session_restarts_the_watch_and_an_absence_does_not() -> None:
    """Policy: thirty days of silence count from the last session attended."""
    at = FIRST_GROUP + WEEK
    seen = given(*in_treatment()).when(attend("group", at), at=at)
    seen.then_happened(SessionRecorded).then_state(quiet_after=at + MONTH)
    missed = given(*in_treatment()).when(miss("group", at), at=at)
    missed.then_happened(SessionRecorded, TaskOpened).then_state(quiet_after=FIRST_GROUP + MONTH)


def test_an_older_session_entered_late_does_not_shorten_the_watch() -> None:
    later = session(FIRST_GROUP + 2 * WEEK, "group", "introduction")
    earlier = attend("group", FIRST_GROUP + WEEK)
    entry = given(*in_treatment(), later).when(earlier)
    entry.then_state(quiet_after=FIRST_GROUP + 2 * WEEK + MONTH)


def test_a_session_longer_ago_than_the_watch_does_not_restart_it() -> None:
    reviewed = given(*in_treatment()).when_due("disengagement_review").and_given()
    old = attend("group", FIRST_GROUP + MINUTE * 90)
    reviewed.when(old, at=FIRST_GROUP + 2 * MONTH).then_state(quiet_after=None)


def test_after_a_review_of_silence_the_watch_begins_again() -> None:
    at = FIRST_GROUP + MONTH + WEEK
    reviewed = given(*in_treatment()).when_due("disengagement_review").and_given()
    done = reviewed.when(CompleteTask(task=1, outcome="Left a message"), at=at)
    done.then(
        TaskCompleted(at=at, task=1, outcome="Left a message", quiet_after=at + MONTH)
    ).then_state(quiet_after=at + MONTH)


def test_a_patient_seen_meanwhile_is_watched_from_then() -> None:
    seen_at = FIRST_GROUP + MONTH + timedelta(days=1)
    reviewed = given(*in_treatment()).when_due("disengagement_review").and_given()
    seen = reviewed.when(attend("group", seen_at), at=seen_at).and_given()
    done = seen.when(CompleteTask(task=1, outcome="Came back"), at=seen_at + WEEK)
    done.then_state(quiet_after=seen_at + MONTH)


def test_in_the_discharge_phase_nobody_watches_for_silence() -> None:
    assert given(*in_discharge()).deadlines("disengagement_review") == []
    last = attend("individual", in_discharge()[-1].at - timedelta(days=1))
    late_entry = given(*in_discharge()).when(last)
    late_entry.then_happened(SessionRecorded).then_state(quiet_after=None)


def test_each_phase_of_care_begins_its_own_watch() -> None:
    at = FIRST_GROUP + 6 * WEEK
    assert entered("ongoing", at).quiet_after == at + MONTH
    phase = [one for one in in_ongoing() if isinstance(one, PhaseEntered)][-1]
    assert given(*in_ongoing()).state.quiet_after == phase.at + MONTH


def test_another_task_that_is_done_restarts_no_watch() -> None:
    at = FIRST_GROUP + MONTH
    reviewed = given(*in_treatment(), task(1, "disengagement_review", at))
    contact = given(*reviewed.events, task(2, "contact_patient", at))
    contact.when(CompleteTask(task=2, outcome="Called")).then(
        TaskCompleted(at=at, task=2, outcome="Called")
    )


def test_only_resuming_itself_waits_for_the_patient() -> None:
    """Nobody would look again at a patient who is away, if that task were ticked off."""
    resume = task(1, "resume_pathway", PAUSED_AT)
    contact = task(2, "contact_patient", PAUSED_AT)
    given(*in_pause(), resume, contact).when(CompleteTask(task=2, outcome="Called")).then_happened(
        TaskCompleted
    )
    given(*in_treatment(), resume).when(CompleteTask(task=1, outcome="Back")).then_happened(
        TaskCompleted
    )
