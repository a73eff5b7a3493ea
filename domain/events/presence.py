"""Who took part in a group's session and how, and who could not."""

from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime

from domain.events.pathway import Attendance
from domain.value import Value

Participation = Literal["took_turns", "spoke_little", "listened"]
"""A note on turn-taking, in no order and never added up."""


class Admission(Value):
    """A member who takes part; `location` is where the patient said to be, if that was asked.

    `late_by` counts from the planned start; whoever came to the opening was on time.
    """

    pathway_id: str
    location: str | None = None
    late_by: timedelta = timedelta(0)


class Refusal(Value):
    """Somebody who could not take part, with every reason's code."""

    pathway_id: str
    location: str | None
    reasons: tuple[str, ...]


class Presence(Value):
    """How one member attended; `location` is where the member said to be, if that was asked.

    `note` is the opaque id of the progress note on it.
    """

    pathway_id: str
    attendance: Attendance
    late_by: timedelta = timedelta(0)
    notice_at: AwareDatetime | None = None
    location: str | None = None
    participation: Participation | None = None
    note: str | None = None

    @property
    def present(self) -> bool:
        return self.attendance in ("attended", "late")
