"""The kinds of therapy groups that a programme has, and the rules that they keep."""

from datetime import timedelta

from pydantic import Field

from domain.programmes.words import HowMany, Length, Part, Slug
from domain.value import Name

LEAST_FACILITATORS = 2
"""Two trained facilitators lead each session."""


class GroupKind(Part):
    """A kind of group: which sessions of which phases it gives.

    A cohort has a number of `meetings` and takes joiners until one of them, `joins_before`, begins.
    A slow-open group has neither: it goes on, and seats are filled again as members leave.
    """

    id: Slug = Field(examples=["introduction"])
    """The kind's name in events and commands."""
    title: Name
    """What people read."""
    session: Slug = Field(examples=["group"])
    """The kind of session that it gives."""
    phases: tuple[Slug, ...] = Field(min_length=1)
    """The phases whose patients it takes; each has such sessions."""
    meetings: HowMany | None = None
    """How many times a cohort meets."""
    joins_before: HowMany | None = None
    """The number of the meeting before which the last members may join a cohort."""


class GroupPolicies(Part):
    """Rules of every group."""

    capacity: HowMany = Field(default=8, le=30, examples=[8])
    """How many members a group has at most, reservations included."""
    facilitators: HowMany = Field(
        default=2, le=6, examples=[2], json_schema_extra={"minimum": LEAST_FACILITATORS}
    )
    """How many facilitators it takes to open a session: at least two."""
    credential: Slug = Field(default="mbt", examples=["mbt"])
    """The training that facilitators need."""
    joiners_per_week: HowMany = Field(default=2, examples=[2])
    """How many may join in a calendar week once the group has met, reservations included."""
    seat_kept_for: Length = timedelta(hours=1)
    """How long after the end of its offer a seat is freed at the latest."""
    opens_before: Length = timedelta(minutes=30)
    """How long before its beginning a session may be opened."""
    recorded_within: Length = timedelta(days=1)
    """How long after the end of a session its record has to be closed."""
    planned_ahead: Length = timedelta(weeks=8)
    """How far ahead sessions are planned."""
    federal_holidays: bool = True
    """Whether groups leave out the federal holidays."""
