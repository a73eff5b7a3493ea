"""One read of a patient's record, or one reason given for reading, as a line of the access log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from domain.events.envelope import RecordedEvent
from domain.events.reads import GlassBroken, PatientRead, Purpose

BREAKING = "break_glass"
"""What is said to be done by somebody who gives a reason to read, and has not read yet."""


@dataclass(frozen=True, slots=True)
class Access:
    """A row of the access log. `what` is the route that was read, `times` how often in a moment.

    `break_glass`: by somebody without a care relationship. A line of `BREAKING` has their
    `reason`, which counts until `until`, and no purpose.
    """

    seq: int
    at: datetime
    pathway_id: str
    subject: str
    role: str
    on_behalf_of: str | None
    what: str
    purpose: Purpose | None
    times: int
    break_glass: bool
    reason: str | None
    until: datetime | None


def accesses(recorded: RecordedEvent) -> tuple[Access, ...]:
    """The line of one event; none for what only ends the log of a patient."""
    return tuple(_lines(recorded))


def _lines(recorded: RecordedEvent) -> Iterator[Access]:
    match recorded.event:
        case PatientRead(what=what, purpose=purpose, times=times, break_glass=break_glass):
            yield _line(recorded, what, purpose, times=times, break_glass=break_glass)
        case GlassBroken(reason=reason, until=until):
            yield _line(recorded, BREAKING, None, break_glass=True, reason=reason, until=until)
        case _:
            return


def _line(
    recorded: RecordedEvent,
    what: str,
    purpose: Purpose | None,
    *,
    break_glass: bool,
    times: int = 1,
    reason: str | None = None,
    until: datetime | None = None,
) -> Access:
    actor = recorded.origin.actor
    return Access(
        seq=recorded.seq,
        at=recorded.effective_at,
        pathway_id=f"pathway-{recorded.stream_id.partition('-')[2]}",
        subject=actor.subject,
        role=actor.role,
        on_behalf_of=actor.on_behalf_of,
        what=what,
        purpose=purpose,
        times=times,
        break_glass=break_glass,
        reason=reason,
        until=until,
    )
