"""The kinds of therapy groups that a programme has, and the rules that they keep."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, PositiveInt

from domain.programmes.words import Length, Slug
from domain.value import Name, Value


class GroupKind(Value):
    """A kind of group: which sessions of which phases it gives.

    A cohort has a number of `meetings` and takes joiners until one of them, `joins_before`, begins.
    A slow-open group has neither: it goes on, and seats are filled again as members leave.
    """

    id: Slug
    title: Name
    session: Slug
    phases: tuple[Slug, ...] = Field(min_length=1)
    meetings: PositiveInt | None = None
    joins_before: Annotated[int, Field(ge=1)] | None = None


class GroupPolicies(Value):
    """Rules of every group. `credential` is the training that its facilitators need.

    Reservations count towards `capacity`, and towards `joiners_per_week` once the group has met.
    A seat whose offer has ended is freed after `seat_kept_for` at the latest.
    """

    capacity: PositiveInt = 8
    facilitators: PositiveInt = 2
    credential: Slug = "mbt"
    joiners_per_week: PositiveInt = 2
    seat_kept_for: Length = timedelta(hours=1)
    opens_before: Length = timedelta(minutes=30)
    recorded_within: Length = timedelta(days=1)
    planned_ahead: Length = timedelta(weeks=8)
    federal_holidays: bool = True
