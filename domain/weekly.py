"""A weekly time: on some weekdays, at a local time, from a day on, to a last day if it ends."""

from datetime import date, datetime, time, timedelta

from domain.calendar import day_in, instant_of
from domain.value import Value

_DAY = timedelta(days=1)
_LOOKED_AHEAD = 366


class Weekly(Value):
    """`weekdays` (Monday is 0) at `starts` on the clocks of `zone`, from the day `since` on.

    `until` is the last day, if it is known; both days are included.
    """

    weekdays: tuple[int, ...]
    starts: time
    zone: str
    length: timedelta
    since: date
    until: date | None = None

    def occupies(self, start: datetime, length: timedelta) -> bool:
        """Whether one of its times overlaps with something else."""
        return bool(self.overlapping(start, length))

    def overlapping(self, start: datetime, length: timedelta) -> tuple[datetime, ...]:
        """The starts of those of its times that overlap with something else."""
        day = day_in(self.zone, start)
        near = (self._at(one) for one in (day - _DAY, day, day + _DAY))
        return tuple(at for at in near if at and at < start + length and start < at + self.length)

    def between(self, since: date, until: date) -> tuple[datetime, ...]:
        """Its times from one day to another, both included."""
        days = (since + _DAY * ahead for ahead in range((until - since).days + 1))
        return tuple(at for at in map(self._at, days) if at)

    def means(self, instant: datetime) -> bool:
        """Whether one of its times begins at an instant."""
        return instant in self.overlapping(instant, self.length)

    def overlaps(self, other: "Weekly", today: date) -> bool:
        """Whether two weekly times meet within a year of today, whatever their zones."""
        since = max(self.since, today)
        times = (self._at(since + _DAY * ahead) for ahead in range(_LOOKED_AHEAD))
        return any(at and other.occupies(at, self.length) for at in times)

    def _at(self, day: date) -> datetime | None:
        over = self.until is not None and day > self.until
        if over or day < self.since or day.weekday() not in self.weekdays:
            return None
        return instant_of(self.zone, day, self.starts)
