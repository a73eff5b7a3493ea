"""What the calendar of a therapy group says of a day: a session, or why there is none."""

from datetime import date, timedelta

from pydantic import AwareDatetime

from domain.value import Value


class Planned(Value):
    """A session to come. `day` is the one that the rule meant, in the rule's zone.

    Somebody has to say by `record_by` whether it was held. The group reminds its members of it at
    `remind_at`; of a session that was planned without, each member's pathway does.
    """

    session: int
    day: date
    starts_at: AwareDatetime
    length: timedelta
    record_by: AwareDatetime
    remind_at: tuple[AwareDatetime, ...] = ()


class Skipped(Value):
    """A day on which the group would meet, and why it does not: a holiday, or the group's own."""

    day: date
    why: str
