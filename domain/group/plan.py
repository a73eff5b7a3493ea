"""The calendar of a group: which sessions its rule makes, as far ahead as the programme plans."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from domain.calendar import day_in, federal_holiday, instant_of, weekly
from domain.decider import Context
from domain.events.group import SessionsPlanned
from domain.events.group_calendar import Planned, Skipped
from domain.group.state import Group, Rule
from domain.reminding import reminders

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)


def plan_further(group: Group, context: Context) -> list[SessionsPlanned]:
    """The sessions up to the horizon that are not planned yet; nothing without a rule.

    Holidays and the group's own closed days are skipped; a cohort goes on until it has its number.
    """
    if group.rule is None or _complete(group):
        return []
    plan = _Plan(group, group.rule, context)
    sessions, skipped = plan.laid_out()
    cohort_ends = plan.wanted is not None and len(sessions) == plan.wanted
    until = sessions[-1].day if cohort_ends else plan.horizon
    return [
        SessionsPlanned(
            at=context.now,
            sessions=tuple(sessions),
            skipped=tuple(one for one in skipped if one.day <= until),
            zone=group.rule.zone,
            until=until,
            next_at=None if cohort_ends else plan.next_at(),
        )
    ]


def planned_with_the_session(group: Group, context: Context) -> list[SessionsPlanned]:
    """What would be planned within a week from now: said together with how a session was held.

    So members are told of both at once, and the calendar seldom needs a moment of its own.
    """
    if group.plan_at is None or group.plan_at > context.now + _WEEK:
        return []
    then = replace(context, now=max(group.plan_at, context.now))
    return [one.model_copy(update={"at": context.now}) for one in plan_further(group, then)]


def record_by(starts_at: datetime, length: timedelta, context: Context) -> datetime:
    """When somebody has to have said whether a session was held."""
    return starts_at + length + context.definition.policies.groups.recorded_within


def _complete(group: Group) -> bool:
    return group.meetings is not None and len(group.taking_place) >= group.meetings


@dataclass(frozen=True)
class _Plan:
    """What a rule makes of the days from the first one not planned up to the horizon."""

    group: Group
    rule: Rule
    context: Context

    @property
    def wanted(self) -> int | None:
        """How many sessions a cohort still lacks."""
        meetings = self.group.meetings
        return None if meetings is None else meetings - len(self.group.taking_place)

    @property
    def horizon(self) -> date:
        ahead = self.context.definition.policies.groups.planned_ahead
        farthest = day_in(self.rule.zone, self.context.now) + ahead
        return min(farthest, self.group.last_on or farthest)

    @property
    def first(self) -> date:
        today = day_in(self.rule.zone, self.context.now)
        after = self.group.planned_until + _DAY if self.group.planned_until else today
        return max(self.rule.since, after)

    def laid_out(self) -> tuple[list[Planned], list[Skipped]]:
        sessions: list[Planned] = []
        skipped: list[Skipped] = []
        for day, starts_at in self._occasions():
            if len(sessions) == self.wanted:
                break
            why = self._why_not(day, starts_at)
            if why:
                skipped.append(Skipped(day=day, why=why))
            else:
                sessions.append(self._planned(len(sessions), day, starts_at))
        return sessions, skipped

    def next_at(self) -> datetime | None:
        """When the first day beyond the horizon comes within it, as that day begins."""
        beyond = max(self.first, self.horizon + _DAY)
        following = self._days(beyond, beyond + _WEEK)[0]
        if self.group.last_on and following > self.group.last_on:
            return None
        ahead = self.context.definition.policies.groups.planned_ahead
        return instant_of(self.rule.zone, following - ahead, time.min)

    def _occasions(self) -> Iterator[tuple[date, datetime]]:
        for day in self._days(self.first, self.horizon):
            starts_at = instant_of(self.rule.zone, day, self.rule.starts)
            if starts_at > self.context.now:
                yield day, starts_at

    def _days(self, since: date, until: date) -> list[date]:
        """Each day of the rule from `since` to `until`, both included, in order."""
        return sorted(day for one in self.rule.weekdays for day in weekly(one, since, until))

    def _why_not(self, day: date, starts_at: datetime) -> str | None:
        if day in self.rule.closed_on:
            return "closed"
        if any(one.overlaps(starts_at, self.rule.length) for one in self.group.sessions):
            return "another session"
        keeps = self.context.definition.policies.groups.federal_holidays
        return federal_holiday(day) if keeps else None

    def _planned(self, index: int, day: date, starts_at: datetime) -> Planned:
        return Planned(
            session=self.group.sessions_planned + index + 1,
            day=day,
            starts_at=starts_at,
            length=self.rule.length,
            record_by=record_by(starts_at, self.rule.length, self.context),
            remind_at=reminders(starts_at, self.context),
        )
