"""Exceptions to a group's weekly rule: sessions cancelled, made up, moved, or never recorded."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from domain.commands.group import (
    CancelSession,
    Close,
    HoldSession,
    RescheduleSession,
)
from domain.decider import ITSELF
from domain.events.group import (
    ScheduleSet,
    SessionCancelled,
    SessionRescheduled,
    SessionsPlanned,
    TaskCompleted,
    TaskOpened,
)
from domain.group import GROUP, Group
from domain.pathway.standing import SeenAlone
from tests.domain.groups import (
    DAY,
    FORMED_AT,
    HOUR,
    LENGTH,
    TUESDAYS,
    also,
    held,
    joined,
    led,
    meeting,
    members,
    opened,
    patient,
    standing,
    tuesday,
)
from tests.domain.histories import ny
from tests.domain.specification import Given
from tests.domain.test_group_calendar import planned_days, rule, told_by, until


def test_a_cancelled_session_is_taken_from_members_calendars() -> None:
    group = also(meeting(), *members(1, 2))
    cancelled = group.when(CancelSession(session=2, reason="Both are ill"))
    cancelled.then(SessionCancelled(at=FORMED_AT, session=2, reason="Both are ill"))
    told = [o for o in told_by(cancelled.and_given()) if o.recipient.startswith("pathway-")]
    assert [(one.template, one.recipient, one.data) for one in told] == [
        ("cancel_group_session", patient(1), {"group_id": ITSELF, "session": 2}),
        ("cancel_group_session", patient(2), {"group_id": ITSELF, "session": 2}),
    ]
    assert planned_days(cancelled.and_given())[1] == date(2026, 1, 20)


def test_a_cohort_makes_up_for_a_cancelled_session() -> None:
    cohort = meeting("introduction").when(CancelSession(session=2, reason="Storm"))
    cohort.then_happened(SessionCancelled, SessionsPlanned)
    after = cohort.and_given()
    assert len(planned_days(after)) == 6
    assert planned_days(after)[-1] == date(2026, 2, 17)
    assert after.state.taking_place[-1].number == 7


def test_a_cohort_that_met_six_times_plans_nothing_more() -> None:
    cohort = meeting("introduction")
    over = also(cohort, *(one for n in range(1, 7) for one in (opened(session=n), held(n))))
    over.when(rule(3, "18:00")).then_happened(ScheduleSet)


@pytest.mark.parametrize(
    ("kind", "before", "asked"),
    [("introduction", 5, ["move_members"]), ("introduction", 4, []), ("ongoing", 5, [])],
)
def test_after_the_last_session_of_a_cohort_its_members_are_to_be_moved_on(
    kind: str, before: int, asked: list[str]
) -> None:
    """Demand 4: the introduction ends after six weeks, and its members with nowhere to go."""
    met = (one for n in range(1, before + 1) for one in (opened(session=n), held(n)))
    last = also(meeting(kind), *members(1), *met, opened(session=before + 1))
    over = last.when(HoldSession(session=before + 1), at=tuesday(before + 1) + LENGTH).and_given()
    assert [one.kind for one in over.state.tasks] == asked
    assert over.when(Close(reason="Over")).and_given().state.tasks == ()


def test_a_cohort_whose_last_day_has_come_makes_up_for_nothing() -> None:
    cohort = meeting("introduction", last_on=date(2026, 2, 10))
    assert len(planned_days(cohort)) == 6
    cohort.when(CancelSession(session=2, reason="Storm")).then_happened(SessionCancelled)


def test_a_cohort_that_is_still_planned_makes_up_later() -> None:
    cohort = led("introduction", first_on=date(2026, 2, 16)).when(TUESDAYS).and_given()
    cancelled = cohort.when(CancelSession(session=1, reason="Storm"))
    cancelled.then_happened(SessionCancelled)
    assert len(until(cancelled.and_given(), ny("2026-06-01 12:00")).state.taking_place) == 6


def test_a_session_is_moved_and_members_are_told_the_new_time() -> None:
    thursday = ny("2026-01-15 17:00")
    moved = also(meeting(), joined(1)).when(RescheduleSession(session=2, starts_at=thursday))
    moved.then(
        SessionRescheduled(
            at=FORMED_AT,
            session=2,
            starts_at=thursday,
            zone="America/New_York",
            previously=tuesday(2),
            record_by=thursday + LENGTH + DAY,
            remind_at=(thursday - 48 * HOUR, thursday - 2 * HOUR),
        )
    )
    [told] = [o for o in told_by(moved.and_given()) if o.recipient.startswith("pathway-")]
    assert (told.template, told.data["starts_at"]) == (
        "book_group_session",
        thursday.isoformat(),
    )


@pytest.mark.parametrize(
    ("session", "starts_at", "codes"),
    [
        (2, tuesday(3) + HOUR, ["session_overlaps"]),
        (2, tuesday(3) - LENGTH, []),
        (2, tuesday(2) + HOUR, []),
        (2, FORMED_AT, ["in_the_past"]),
        (99, FORMED_AT, ["unknown_session", "in_the_past"]),
    ],
)
def test_sessions_do_not_overlap(session: int, starts_at: datetime, codes: list[str]) -> None:
    moved = meeting().when(RescheduleSession(session=session, starts_at=starts_at))
    if codes:
        moved.then_rejected(*codes)
    else:
        moved.then_happened(SessionRescheduled)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (also(meeting(), opened(1), held(1)), "session_already_held"),
        (meeting().when(CancelSession(session=1, reason="Ill")).and_given(), "session_cancelled"),
    ],
)
def test_a_session_that_is_over_is_neither_cancelled_nor_moved(
    given: Given[Group], code: str
) -> None:
    given.when(CancelSession(session=1, reason="Ill")).then_rejected(code)
    move = RescheduleSession(session=1, starts_at=ny("2026-01-15 17:00"))
    given.when(move, at=tuesday(1)).then_rejected(code)


def test_a_session_is_not_moved_to_when_a_member_or_their_therapist_is_with_the_other() -> None:
    """Nobody is in two sessions at once: the member's own session stands in their pathway."""
    thursday = ny("2026-01-15 17:00")
    alone = standing(seen_alone=(SeenAlone(starts_at=thursday + HOUR, length=HOUR),))
    group = also(meeting(), joined(1), joined(2))
    busy = replace(group, specification=group.specification.knowing({patient(2): alone}))
    move = RescheduleSession(session=2, starts_at=thursday)
    busy.when(move).then_rejected("member_elsewhere")
    busy.when(rule(3, "17:00")).then_rejected("member_elsewhere")
    assert not busy.when(rule(2, "17:00")).reasons
    busy.when(move.model_copy(update={"starts_at": thursday - HOUR / 2})).then_happened(
        SessionRescheduled
    )
    busy.when(move.model_copy(update={"starts_at": thursday + 2 * HOUR})).then_happened(
        SessionRescheduled
    )
    asked = {one.name for one in GROUP.needs(group.state, move)}
    assert asked == {*group.state.facilitators, patient(1), patient(2)}


def test_a_session_that_has_begun_is_not_moved() -> None:
    move = RescheduleSession(session=1, starts_at=ny("2026-01-15 17:00"))
    also(meeting(), opened(1)).when(move, at=tuesday(1)).then_rejected("session_already_opened")


def test_somebody_says_whether_a_session_was_held() -> None:
    overdue = meeting().when_due("record_session")
    overdue.then(
        TaskOpened(
            at=tuesday(1) + LENGTH + DAY,
            task=2,
            kind="record_session",
            due_at=tuesday(1) + LENGTH + 4 * DAY,
            about="1",
        )
    )
    after = overdue.and_given()
    assert after.deadlines("record_session")[0].subject == "session-2"
    after.when(CancelSession(session=1, reason="Nobody came")).then(
        SessionCancelled(at=tuesday(1) + LENGTH + DAY, session=1, reason="Nobody came"),
        TaskCompleted(at=tuesday(1) + LENGTH + DAY, task=2, outcome="cancelled"),
    )
    moved = RescheduleSession(session=1, starts_at=tuesday(1) + 2 * DAY)
    after.when(moved).then_happened(SessionRescheduled, TaskCompleted)


def test_a_session_that_was_held_is_not_asked_about() -> None:
    asked = also(meeting(), opened(1)).deadlines("record_session")[0].subject
    assert asked == "session-1"
    done = also(meeting(), opened(1), held(1)).deadlines("record_session")[0].subject
    assert done == "session-2"
