"""What time itself will cause on an on-call list: stand-ins end."""

from domain.decider import Deadline
from domain.on_call.state import Arranged, OnCall


def deadlines(on_call: OnCall) -> list[Deadline]:
    """The ends of stand-ins, the earliest first."""
    found = [deadline for one in on_call.stand_ins for deadline in deadlines_of(one)]
    return sorted(found, key=lambda deadline: (deadline.at, deadline.subject))


def deadlines_of(arranged: Arranged) -> list[Deadline]:
    """What the clock waits for in one arrangement."""
    subject = f"stand-in-{arranged.stand_in}"
    return [Deadline(kind="stand_in_end", subject=subject, at=arranged.until)]
