"""A group reminds its members: at one instant, and whoever expects the session."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.group import CancelSession, RescheduleSession
from domain.decider import PROGRAMME_DEFINITION, Effect
from domain.events.base import Event
from domain.events.effects import EffectOutcome
from domain.events.group import (
    Closed,
    EffectSettled,
    SeatReleased,
    SessionHeld,
    SessionReminderFellDue,
    SessionRescheduled,
    TaskOpened,
)
from domain.events.presence import Presence, Refusal
from domain.group import GROUP, Group
from domain.pathway.standing import ToCome
from tests.domain.groups import (
    DAY,
    FORMED_AT,
    HOUR,
    LENGTH,
    group,
    joined,
    meeting,
    members,
    opened,
    patient,
    standing,
    tuesday,
)
from tests.domain.specification import Given, of_type

EFFECT_ID = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")
SECOND = ToCome(session=2, starts_at=tuesday(2))
TWO_DAYS, TWO_HOURS = tuesday(2) - 48 * HOUR, tuesday(2) - 2 * HOUR


def expecting(*numbers: int, session: ToCome = SECOND) -> dict[str, Any]:
    """Those patients have the session before them; nobody else has."""
    return {patient(one): standing(to_come=(session,)) for one in numbers}


def at_the_second(*events: Event, expected: tuple[int, ...] = (1, 2, 3)) -> Given[Group]:
    """A group that has met once; of its second session it is to be reminded next."""
    before = meeting().events
    known = group.knowing(expecting(*expected))
    return known.given(*before, *members(1, 2, 3), opened(1), *events, held_first())


def held_first() -> SessionHeld:
    return SessionHeld(
        at=tuesday(1) + LENGTH,
        session=1,
        held_at=tuesday(1),
        length=LENGTH,
        clinicians=(),
        presences=(),
        not_admitted=(),
    )


def reminded(given: Given[Group], number: int, outcome: EffectOutcome = "done") -> Given[Group]:
    settled = SettleEffect(
        effect_id=EFFECT_ID, effect=f"remind_patient 2 {patient(number)}", outcome=outcome
    )
    return given.when(settled, at=TWO_DAYS).and_given()


def to_reach(given: Given[Group]) -> list[str]:
    tasks = of_type(given.events, TaskOpened)
    return [one.about for one in tasks if one.kind == "reach_member"]


def bookings(given: Given[Group]) -> list[Effect]:
    return [one for one in given.reactions() if one.template == "book_group_session"]


def told_of(given: Given[Group], command: str) -> dict[str, Any]:
    """What each pathway is told of the session's reminders by the last event."""
    return {
        one.recipient: one.data.get("reminded")
        for one in given.reactions()
        if one.template == command
    }


def test_members_are_reminded_48_and_2_hours_before_by_one_deadline_each() -> None:
    """Policy: reminders 48 and 2 hours before a session."""
    due = [one.at for one in at_the_second().deadlines("session_reminder")]
    assert due[:2] == [TWO_DAYS, TWO_HOURS]
    assert len(due) == len(set(due))


def test_all_members_who_expect_the_session_get_a_message_of_their_own() -> None:
    met = at_the_second().when_due("session_reminder")
    met.then(
        SessionReminderFellDue(
            at=TWO_DAYS,
            session=2,
            starts_at=tuesday(2),
            members=(patient(1), patient(2), patient(3)),
        )
    )
    assert met.and_given().reactions() == [
        Effect(
            name=f"remind_patient 2 {patient(one)}",
            port="notify",
            template="session_reminder",
            recipient=patient(one),
            not_after=tuesday(2),
        )
        for one in (1, 2, 3)
    ]
    assert met.and_given().deadlines("session_reminder")[0].at == TWO_HOURS


def test_whoever_pauses_or_is_excused_is_not_reminded() -> None:
    [event] = at_the_second(expected=(2,)).when_due("session_reminder").events
    assert isinstance(event, SessionReminderFellDue)
    assert event.members == (patient(2),)


def test_whoever_has_left_is_not_reminded() -> None:
    left = SeatReleased(at=FORMED_AT, pathway_id=patient(2), reason="left", member=True)
    [event] = at_the_second(left).when_due("session_reminder").events
    assert isinstance(event, SessionReminderFellDue)
    assert event.members == (patient(1), patient(3))


def test_whoever_joins_between_two_reminders_gets_the_second() -> None:
    first = at_the_second(expected=(1, 2, 3, 4)).when_due("session_reminder").and_given()
    late = Given(first.specification, (*first.events, joined(4, at=TWO_DAYS + HOUR)))
    [event] = late.when_due("session_reminder").events
    assert isinstance(event, SessionReminderFellDue)
    assert patient(4) in event.members


def test_a_pathway_that_expects_another_time_or_reminds_by_itself_is_left_to_itself() -> None:
    """It has not heard of a move yet, or the session was booked before groups reminded."""
    elsewhere = expecting(1, session=ToCome(session=2, starts_at=tuesday(2) + HOUR))
    given = at_the_second(expected=())
    known = Given(given.specification.knowing(elsewhere), given.events)
    [event] = known.when_due("session_reminder").events
    assert isinstance(event, SessionReminderFellDue)
    assert event.members == ()


def test_a_decision_on_reminders_asks_how_every_member_stands() -> None:
    state = at_the_second().state
    command = MeetDeadline(kind="session_reminder", subject="session-2", at=TWO_DAYS)
    asked = GROUP.needs(state, command)
    assert [one.name for one in asked] == [patient(1), patient(2), patient(3)]
    assert PROGRAMME_DEFINITION not in {one.kind for one in asked}


def test_of_a_cancelled_session_nobody_is_reminded() -> None:
    cancelled = at_the_second().when(CancelSession(session=2, reason="Ill"), at=FORMED_AT)
    due = {one.subject for one in cancelled.and_given().deadlines("session_reminder")}
    assert "session-2" not in due
    assert "session-3" in due


def test_a_group_that_has_closed_reminds_nobody() -> None:
    given = at_the_second()
    closed = Given(given.specification, (*given.events, Closed(at=TWO_DAYS - DAY, reason="Over")))
    assert closed.deadlines() == []


def test_a_session_that_is_moved_is_reminded_of_at_its_time() -> None:
    later = tuesday(2) + DAY
    moved = at_the_second().when(RescheduleSession(session=2, starts_at=later), at=TWO_DAYS - DAY)
    due = [
        one.at
        for one in moved.and_given().deadlines("session_reminder")
        if one.subject == "session-2"
    ]
    assert due == [later - 48 * HOUR, later - 2 * HOUR]


def of_a_former_plan(*, remind_at: tuple[datetime, ...] = ()) -> Given[Group]:
    """A session that was planned when each member's pathway reminded of it, and is moved."""
    events = [
        one.model_copy(
            update={
                "sessions": tuple(
                    planned.model_copy(update={"remind_at": ()}) for planned in one.sessions
                )
            }
        )
        if hasattr(one, "sessions")
        else one
        for one in meeting().events
    ]
    moved = SessionRescheduled(
        at=FORMED_AT,
        session=2,
        starts_at=tuesday(2) + HOUR,
        zone="America/New_York",
        previously=tuesday(2),
        record_by=tuesday(2) + DAY,
        remind_at=remind_at,
    )
    return group.given(*events, *members(1), moved)


def test_a_session_of_a_former_plan_stays_with_the_pathways_until_it_is_moved() -> None:
    former = of_a_former_plan()
    assert former.deadlines("session_reminder") == []
    assert ["group_reminds" in one.data for one in bookings(former)] == [False]
    moved = of_a_former_plan(remind_at=(tuesday(2) - HOUR,))
    assert [one.at for one in moved.deadlines("session_reminder")] == [tuesday(2) - HOUR]
    assert [one.data["group_reminds"] for one in bookings(moved)] == [True]


def test_a_reminder_that_reached_nobody_is_somebody_s_task_once() -> None:
    failed = reminded(at_the_second(), 1, "failed")
    assert to_reach(failed) == [patient(1)]
    assert to_reach(reminded(failed, 1, "failed")) == [patient(1)]
    assert to_reach(reminded(failed, 2, "failed")) == [patient(1), patient(2)]


def test_nobody_reaches_for_whoever_has_left() -> None:
    left = SeatReleased(at=FORMED_AT, pathway_id=patient(2), reason="left", member=True)
    assert to_reach(reminded(at_the_second(left), 2, "failed")) == []


@pytest.mark.parametrize("outcome", ["done", "suppressed"])
def test_with_the_attendance_each_pathway_learns_what_came_of_its_reminders(
    outcome: EffectOutcome,
) -> None:
    given = reminded(at_the_second(), 1, outcome)
    held = SessionHeld(
        at=tuesday(2) + LENGTH,
        session=2,
        held_at=tuesday(2),
        length=LENGTH,
        clinicians=(),
        presences=tuple(
            Presence(pathway_id=patient(one), attendance="attended", location="FL")
            for one in (1, 2)
        ),
        not_admitted=(Refusal(pathway_id=patient(3), location=None, reasons=("no_consent",)),),
    )
    after = Given(given.specification, (*given.events, held))
    mine = [
        {
            "at": TWO_DAYS.isoformat().replace("+00:00", "Z"),
            "starts_at": tuesday(2).isoformat().replace("+00:00", "Z"),
            "outcome": outcome,
        }
    ]
    assert told_of(after, "record_group_session") == {patient(1): mine, patient(2): None}
    assert told_of(after, "record_not_admitted") == {patient(3): None}


def test_with_a_cancellation_too() -> None:
    given = reminded(at_the_second(), 3)
    cancelled = given.when(CancelSession(session=2, reason="Ill"), at=TWO_DAYS + HOUR)
    event = cancelled.events[0]
    after = Given(given.specification, (*given.events, event))
    told = told_of(after, "cancel_group_session")
    assert {who: bool(found) for who, found in told.items()} == {
        patient(1): False,
        patient(2): False,
        patient(3): True,
    }


def test_what_is_settled_of_something_else_is_no_reminder() -> None:
    given = at_the_second()
    other = EffectSettled(at=TWO_DAYS, effect_id=EFFECT_ID, effect="x 2 y", outcome="done")
    after = Given(given.specification, (*given.events, other))
    assert after.content == given.content
