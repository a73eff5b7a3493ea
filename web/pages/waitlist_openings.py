"""When the next seat of a group opens: the forecast as a range of weeks, in words and as a strip.

The forecast gives for each week how many seats are open, from a low to a high number in 8 of 10
cases. A seat opens between the first week whose high number is above what is free now, and the
first whose low number is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from projections.waitlist.forecast import Opening

WEEKS = 26
"""So far ahead the pages look."""

WIDTH = 260
"""Of the strip, in its own units: ten a week."""

MONTH = 4
"""Weeks between two marks of the strip's scale."""


@dataclass(frozen=True)
class NextSeat:
    """`free` now; the next one opens from week `early` (it may) to week `late` (it should have).

    Absent is what lies beyond the weeks looked at.
    """

    free: int
    weeks: int
    early: int | None
    late: int | None
    early_on: datetime | None = None
    late_on: datetime | None = None

    @property
    def says(self) -> str:
        """In words: between 2 and 4 weeks from now."""
        if self.early is None:
            return f"not within {self.weeks} weeks"
        if self.late is None:
            return f"in {_weeks(self.early)} at the earliest, perhaps after {self.weeks} weeks"
        if self.early == self.late:
            return f"within {_weeks(self.late)}" if self.late == 1 else f"in {_weeks(self.late)}"
        return f"between {self.early} and {_weeks(self.late)} from now"

    @property
    def band(self) -> tuple[float, float] | None:
        """Where the band of the strip begins, and how wide it is."""
        if self.early is None:
            return None
        step = WIDTH / self.weeks
        begins = (self.early - 1) * step
        return begins, (self.late or self.weeks) * step - begins

    @property
    def open_ended(self) -> bool:
        """Whether the band may go on beyond the strip."""
        return self.early is not None and self.late is None


def next_seat(free: int, openings: Sequence[Opening]) -> NextSeat:
    """The next seat that opens besides those `free` now; `openings` are week by week."""
    early = next((one for one in openings if one.high > free), None)
    late = next((one for one in openings if one.low > free), None)
    return NextSeat(
        free=free,
        weeks=len(openings),
        early=early.week if early else None,
        late=late.week if late else None,
        early_on=early.by if early else None,
        late_on=late.by if late else None,
    )


def scale(weeks: int = WEEKS) -> list[tuple[int, float]]:
    """The marks of the strip: the week, and where it stands."""
    return [(week, week * WIDTH / weeks) for week in range(0, weeks + 1, MONTH)]


def _weeks(count: int) -> str:
    return f"{count} week{'s' * (count != 1)}"
