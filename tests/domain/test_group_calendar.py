"""When a group meets: every week at the same local time, with exceptions."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.commands.base import MeetDeadline
from domain.commands.group import (
    CancelSession,
    RescheduleSession,
    Schedule,
)
from domain.decider import ITSELF, Effect
from domain.events.group import (
    ScheduleSet,
    SessionCancelled,
    SessionRescheduled,
    SessionsPlanned,
)
from domain.events.group_calendar import Planned, Skipped
from domain.group import Group
from tests.domain.groups import (
    DAY,
    FORMED_AT,
    LENGTH,
    TUESDAYS,
    WEEK,
    also,
    held,
    led,
    meeting,
    members,
    opened,
    patient,
    tuesday,
)
from tests.domain.histories import ny
from tests.domain.specification import Given


def rule(weekday: int, starts: str, zone: str = "America/New_York", **fields: object) -> Schedule:
    asked = {"weekdays": [weekday], "starts": starts, "zone": zone, **fields}
    return Schedule.model_validate(asked)


def planned_days(given: Given[Group]) -> list[date]:
    return [one.day for one in given.state.taking_place]


def local_times(given: Given[Group], zone: str) -> set[str]:
    return {
        one.starts_at.astimezone(ZoneInfo(zone)).strftime("%H:%M")
        for one in given.state.taking_place
    }


def until(given: Given[Group], instant: datetime) -> Given[Group]:
    """The clock plans further whenever it is time to."""
    while (due := given.deadlines("plan_sessions")) and due[0].at <= instant:
        given = given.when_due("plan_sessions").and_given()
    return given


def test_sessions_are_planned_eight_weeks_ahead() -> None:
    scheduled = led().when(TUESDAYS)
    scheduled.then_happened(ScheduleSet, SessionsPlanned)
    rule_set, planned = scheduled.events
    assert rule_set == ScheduleSet(
        at=FORMED_AT,
        weekdays=(1,),
        starts=time(18),
        zone="America/New_York",
        length=LENGTH,
        since=date(2026, 1, 5),
    )
    assert isinstance(planned, SessionsPlanned)
    assert [one.session for one in planned.sessions] == list(range(1, 9))
    assert planned.sessions[0] == Planned(
        session=1,
        day=date(2026, 1, 6),
        starts_at=tuesday(1),
        length=LENGTH,
        record_by=tuesday(1) + LENGTH + DAY,
        remind_at=(tuesday(1) - timedelta(hours=2),),
    )
    assert (planned.zone, planned.until) == ("America/New_York", date(2026, 3, 2))
    assert planned.next_at == ny("2026-01-06 00:00")


def test_a_session_lasts_ninety_minutes_as_the_programme_says() -> None:
    """Demand 11: 90 minutes."""
    assert {one.length for one in meeting().state.sessions} == {timedelta(minutes=90)}


def test_every_week_one_more_session_is_planned() -> None:
    given = meeting()
    planned = given.when_due("plan_sessions")
    planned.then_happened(SessionsPlanned)
    after = planned.and_given()
    assert planned_days(after)[-1] == date(2026, 3, 3)
    assert after.state.plan_at == ny("2026-01-13 00:00")
    early = MeetDeadline(kind="plan_sessions", subject="calendar", at=ny("2026-01-06 00:00"))
    given.when(early, at=ny("2026-01-05 23:59")).then_nothing()
    after.when(early, at=ny("2026-01-06 00:00")).then_nothing()


def told_by(group: Given[Group]) -> list[Effect]:
    """What the group tells others; beside it, each of them has their calendar refreshed."""
    asked = group.reactions()
    refreshed = [one.recipient for one in asked if one.port == "calendar"]
    members = [one.pathway_id for one in group.state.members]
    assert refreshed == [*members, *group.state.facilitators]
    return [one for one in asked if one.port != "calendar"]


def test_members_are_told_of_each_session_that_is_planned() -> None:
    told = told_by(also(meeting(), *members(1, 2)).when_due("plan_sessions").and_given())
    assert [(one.template, one.recipient) for one in told] == [
        ("book_group_session", patient(1)),
        ("book_group_session", patient(2)),
    ]
    assert told[0].data["session"] == 9
    assert told[0].data["group_id"] == ITSELF


def test_six_in_the_evening_stays_six_when_the_clocks_change() -> None:
    year = until(meeting(), ny("2026-12-20 12:00"))
    assert local_times(year, "America/New_York") == {"18:00"}
    assert {one.starts_at.hour for one in year.state.taking_place} == {22, 23}


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("America/Phoenix", {1}),
        ("America/Indiana/Indianapolis", {22, 23}),
        ("America/Los_Angeles", {1, 2}),
    ],
)
def test_groups_meet_by_the_clocks_of_their_zone(zone: str, hours: set[int]) -> None:
    """Arizona has no daylight saving; Indiana has."""
    year = until(led().when(rule(1, "18:00", zone)).and_given(), ny("2026-12-20 12:00"))
    assert local_times(year, zone) == {"18:00"}
    assert {one.starts_at.hour for one in year.state.taking_place} == hours


def test_a_night_group_meets_an_hour_later_when_its_time_is_skipped() -> None:
    nights = led().when(rule(6, "02:30", since="2026-03-01")).and_given()
    third = next(one for one in nights.state.sessions if one.day == date(2026, 3, 1))
    skipped = until(nights, ny("2026-03-02 12:00")).state.taking_place[1]
    assert third.starts_at == ny("2026-03-01 02:30")
    assert (skipped.day, skipped.starts_at) == (date(2026, 3, 8), ny("2026-03-08 03:30"))


def test_no_session_on_federal_holidays_nor_on_days_of_the_group_s_own() -> None:
    scheduled = led().when(rule(0, "18:00", closed_on=["2026-01-26", "2026-01-26"]))
    planned = scheduled.events[-1]
    assert isinstance(planned, SessionsPlanned)
    assert planned.skipped == (
        Skipped(day=date(2026, 1, 19), why="Martin Luther King Jr. Day"),
        Skipped(day=date(2026, 1, 26), why="closed"),
        Skipped(day=date(2026, 2, 16), why="Washington's Birthday"),
    )
    assert date(2026, 1, 19) not in planned_days(scheduled.and_given())


def test_a_holiday_beyond_what_is_planned_counts_once_it_is() -> None:
    """Said with the rule, or later: it is planned around when its week comes within eight weeks."""
    late, later = date(2026, 3, 24), date(2026, 3, 31)
    group = led().when(rule(1, "18:00", closed_on=[late.isoformat()])).and_given()
    assert max(planned_days(group)) < late
    again = rule(1, "18:00", closed_on=[late.isoformat(), later.isoformat()])
    added = until(group, ny("2026-01-20 12:00")).when(again, at=ny("2026-01-20 12:00"))
    days = planned_days(until(added.and_given(), ny("2026-03-10 12:00")))
    assert [day for day in days if date(2026, 3, 17) <= day <= date(2026, 4, 7)] == [
        date(2026, 3, 17),
        date(2026, 4, 7),
    ]


def test_a_week_that_is_a_holiday_plans_nothing_and_goes_on() -> None:
    mondays = until(led().when(rule(0, "18:00")).and_given(), ny("2026-03-30 00:00"))
    assert planned_days(mondays)[-2:] == [date(2026, 5, 11), date(2026, 5, 18)]
    assert mondays.state.plan_at == ny("2026-04-06 00:00")


def test_a_programme_may_meet_on_holidays() -> None:
    definition = led().specification.definition
    assert definition is not None
    policies = definition.policies
    open_always = policies.model_copy(
        update={"groups": policies.groups.model_copy(update={"federal_holidays": False})}
    )
    specification = led().specification
    other = type(specification)(
        specification.decider,
        definition.model_copy(update={"policies": open_always}),
        specification.facts,
    )
    mondays = Given(other, led().events).when(rule(0, "18:00")).and_given()
    assert date(2026, 1, 19) in planned_days(mondays)


def test_an_introduction_has_six_sessions_whatever_the_holidays() -> None:
    """Demand 4: a 6-week introductory programme."""
    cohort = led("introduction").when(rule(0, "18:00")).and_given()
    assert planned_days(cohort) == [
        date(2026, 1, 5),
        date(2026, 1, 12),
        date(2026, 1, 26),
        date(2026, 2, 2),
        date(2026, 2, 9),
        date(2026, 2, 23),
    ]
    assert cohort.state.plan_at is None


def test_a_cohort_that_begins_late_is_planned_bit_by_bit() -> None:
    cohort = led("introduction", first_on=date(2026, 2, 16)).when(TUESDAYS).and_given()
    assert planned_days(cohort) == [date(2026, 2, 17), date(2026, 2, 24)]
    whole = until(cohort, ny("2026-06-01 12:00"))
    assert len(whole.state.taking_place) == 6
    assert whole.state.plan_at is None


def test_a_group_that_begins_after_the_horizon_waits_until_it_comes() -> None:
    later = led(first_on=date(2026, 6, 1)).when(TUESDAYS).and_given()
    assert planned_days(later) == []
    assert later.state.plan_at == ny("2026-04-07 00:00")
    assert planned_days(until(later, ny("2026-04-07 12:00"))) == [date(2026, 6, 2)]


def test_a_group_meets_until_its_last_day() -> None:
    ends = led(last_on=date(2026, 1, 20)).when(TUESDAYS).and_given()
    assert planned_days(ends) == [date(2026, 1, 6), date(2026, 1, 13), date(2026, 1, 20)]
    assert ends.state.plan_at is None
    ended = led(last_on=date(2026, 1, 20))
    ended.when(rule(1, "18:00", since="2026-01-21")).then_rejected("after_last_day")


def test_today_s_session_is_planned_only_if_it_is_still_to_come() -> None:
    assert planned_days(led().when(rule(0, "10:30")).and_given())[0] == date(2026, 1, 5)
    assert planned_days(led().when(rule(0, "10:00")).and_given())[0] == date(2026, 1, 12)


def test_a_clock_that_was_down_plans_no_session_in_the_past() -> None:
    late = meeting().when_due("plan_sessions", at=ny("2026-06-01 12:00")).and_given()
    assert planned_days(late)[8] == date(2026, 6, 2)
    assert late.state.plan_at is not None
    assert late.state.plan_at > ny("2026-06-01 12:00")


def test_a_new_rule_takes_the_place_of_what_was_planned() -> None:
    group = also(meeting(), *members(1), opened(1), held(1))
    changed = group.when(rule(3, "19:00"), at=tuesday(2) - DAY)
    assert [type(one) for one in changed.events] == [
        ScheduleSet,
        *[SessionCancelled] * 7,
        SessionsPlanned,
    ]
    after = changed.and_given()
    assert planned_days(after)[:2] == [date(2026, 1, 6), date(2026, 1, 15)]
    assert [one.number for one in after.state.taking_place][:2] == [1, 9]


def test_the_schedule_stays_while_a_session_is_open() -> None:
    also(meeting(), opened(1)).when(rule(3, "19:00"), at=tuesday(1)).then_rejected("session_open")


def test_no_session_is_planned_over_another() -> None:
    moved = meeting().when(RescheduleSession(session=8, starts_at=ny("2026-03-03 17:00")))
    further = moved.and_given().when_due("plan_sessions")
    [planned] = further.events
    assert isinstance(planned, SessionsPlanned)
    assert planned.skipped == (Skipped(day=date(2026, 3, 3), why="another session"),)


@pytest.mark.parametrize("starts", ["18:00:30", "18:00+00:00", "18:00Z"])
def test_the_time_is_a_local_one_to_the_minute(starts: str) -> None:
    with pytest.raises(ValidationError, match="local time such as 18:00"):
        rule(1, starts)


@pytest.mark.parametrize(
    "fields", [{"weekdays": [7]}, {"weekdays": []}, {"zone": "America/Atlantis"}]
)
def test_weekdays_and_a_zone_that_there_are(fields: dict[str, object]) -> None:
    asked = {"weekdays": [1], "starts": "18:00", "zone": "America/New_York", **fields}
    with pytest.raises(ValidationError):
        Schedule.model_validate(asked)


def test_eight_weeks_reach_eight_weeks() -> None:
    assert planned_days(meeting())[-1] <= date(2026, 1, 5) + 8 * WEEK


MONDAY_WEDNESDAY_FRIDAY = rule(0, "09:00", weekdays=[4, 0, 2, 0])


def test_a_group_meets_on_several_days_of_the_week() -> None:
    scheduled = led().when(MONDAY_WEDNESDAY_FRIDAY)
    rule_set, planned = scheduled.events
    assert isinstance(rule_set, ScheduleSet)
    assert isinstance(planned, SessionsPlanned)
    assert rule_set.weekdays == (0, 2, 4)
    assert planned_days(scheduled.and_given())[:7] == [
        date(2026, 1, 7),
        date(2026, 1, 9),
        date(2026, 1, 12),
        date(2026, 1, 14),
        date(2026, 1, 16),
        date(2026, 1, 21),
        date(2026, 1, 23),
    ]
    assert [one.session for one in planned.sessions] == list(range(1, len(planned.sessions) + 1))
    assert [one.day for one in planned.skipped] == [date(2026, 1, 19), date(2026, 2, 16)]


def test_a_group_of_several_days_is_planned_further_day_by_day() -> None:
    given = led().when(MONDAY_WEDNESDAY_FRIDAY).and_given()
    assert given.state.plan_at == ny("2026-01-07 00:00")
    for day, at in [(date(2026, 3, 4), "2026-01-09 00:00"), (date(2026, 3, 6), "2026-01-12 00:00")]:
        given = given.when_due("plan_sessions").and_given()
        assert planned_days(given)[-1] == day
        assert given.state.plan_at == ny(at)


def test_several_days_keep_their_hour_when_the_clocks_change() -> None:
    year = until(led().when(MONDAY_WEDNESDAY_FRIDAY).and_given(), ny("2026-12-20 12:00"))
    assert local_times(year, "America/New_York") == {"09:00"}
    assert {one.weekday() for one in planned_days(year)} == {0, 2, 4}
    assert date(2026, 11, 11) not in planned_days(year)


def test_a_cohort_of_several_days_a_week_is_over_sooner() -> None:
    cohort = led("introduction").when(MONDAY_WEDNESDAY_FRIDAY).and_given()
    assert planned_days(cohort)[-1] == date(2026, 1, 21)
    assert (len(planned_days(cohort)), cohort.state.plan_at) == (6, None)
    cancelled = cohort.when(CancelSession(session=2, reason="Storm")).and_given()
    assert planned_days(cancelled)[-1] == date(2026, 1, 23)


def test_a_session_that_is_moved_twice_still_stands_for_its_first_time() -> None:
    moves = [
        SessionRescheduled(
            at=FORMED_AT,
            session=1,
            starts_at=tuesday(1) + day * DAY,
            zone="America/New_York",
            previously=tuesday(1) + (day - 1) * DAY,
            record_by=tuesday(2),
        )
        for day in (1, 2)
    ]
    moved = also(meeting(), *moves).state.session(1)
    assert moved is not None
    assert (moved.starts_at, moved.moved_from) == (tuesday(1) + 2 * DAY, tuesday(1))
