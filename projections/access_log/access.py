"""One read of a patient's record, a list or payloads, or one reason given, as a line of the log."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from domain.events.envelope import RecordedEvent
from domain.events.erased import ContentErased
from domain.events.exports import Disclosed, Exported
from domain.events.reads import (
    CalendarLinkFollowed,
    CalendarLinkMade,
    CalendarLinkRevoked,
    GlassBroken,
    ListRead,
    PatientRead,
    PayloadsDecoded,
    Purpose,
    RequestRefused,
)
from domain.events.receivers import SubscriptionChanged
from eventstore.reads import access_stream_by

BREAKING = "break_glass"
"""What is said to be done by somebody who gives a reason to read, and has not read yet."""

DECODING = "decode"
"""What is said to be done by somebody who has payloads decrypted."""

CALENDAR_LINKS = {
    CalendarLinkMade: "calendar_link_made",
    CalendarLinkFollowed: "calendar_link_followed",
    CalendarLinkRevoked: "calendar_link_revoked",
}
"""What is said to be done with a secret link; of nobody's pathway unless it is a patient's."""

SUBSCRIPTION = "subscriptions/"
"""What is said to be done with another system that is told of events, before its id and how."""

EXPORT = "/audit/export/"
"""What is said to be read by whoever hands out a bundle, before the hash of its manifest."""

DISCLOSED = "disclosed"
"""What is said to be done with each patient whose record a bundle shows."""

ERASED = "erased"
"""What was read by a read that was recorded under a key, once the patient is erased."""


@dataclass(frozen=True, slots=True)
class Access:
    """A row of the access log. `what` is the route that was read, `times` how often in a moment.

    `number`: how many patients a list named, or payloads were decoded; such a line is of no one
    pathway, and `listed` are the pathways of those whom the list named. `break_glass`: by somebody
    without a care relationship. A line of `BREAKING` has their `reason`, which counts until
    `until`, and no purpose; an erased patient's has neither any more. `refused`: nothing was read;
    the code of the refusal, and what would have been needed.
    """

    seq: int
    at: datetime
    pathway_id: str | None
    subject: str
    role: str
    on_behalf_of: str | None
    what: str
    purpose: Purpose | None
    times: int
    number: int | None
    break_glass: bool
    reason: str | None
    until: datetime | None
    listed: tuple[str, ...] | None = None
    refused: str | None = None


def accesses(recorded: RecordedEvent) -> tuple[Access, ...]:
    """The line of one event; none for what only ends the log of a patient."""
    return (*_lines(recorded), *_exports(recorded))


def _lines(recorded: RecordedEvent) -> Iterator[Access]:
    match recorded.event:
        case PatientRead(what=what, purpose=purpose, times=times, break_glass=break_glass):
            yield _line(recorded, what, purpose, times=times, break_glass=break_glass)
        case GlassBroken(reason=reason, until=until):
            yield _line(recorded, BREAKING, None, break_glass=True, reason=reason, until=until)
        case ListRead() as read:
            yield replace(
                _line(recorded, read.what, read.purpose, times=read.times, number=read.patients),
                listed=tuple(f"pathway-{one}" for one in read.pathways) or None,
            )
        case PayloadsDecoded(purpose=purpose, times=times, payloads=payloads):
            yield _line(recorded, DECODING, purpose, times=times, number=payloads)
        case RequestRefused() as asked:
            by_reader = recorded.stream_id == access_stream_by(recorded.origin.actor.subject)
            line = _line(recorded, asked.what, None, times=asked.times)
            yield replace(
                line,
                pathway_id=None if by_reader else line.pathway_id,
                refused=" ".join((asked.code, *asked.missing)),
            )
        case SubscriptionChanged(subscription=receiver, change=change):
            line = _line(recorded, f"{SUBSCRIPTION}{receiver}/{change}", None)
            yield replace(line, pathway_id=None)
        case (
            CalendarLinkMade(calendar=calendar)
            | CalendarLinkFollowed(calendar=calendar)
            | CalendarLinkRevoked(calendar=calendar)
        ) as link:
            of_patient = calendar if calendar.startswith("pathway-") else None
            line = _line(recorded, CALENDAR_LINKS[type(link)], None)
            yield replace(line, pathway_id=of_patient)
        case ContentErased() if recorded.type == "access.glass_broken":
            yield _line(recorded, BREAKING, None, break_glass=True)
        case ContentErased() if recorded.type == "access.patient_read":
            yield _line(recorded, ERASED, None)
        case _:
            return


def _exports(recorded: RecordedEvent) -> Iterator[Access]:
    """To whom something was disclosed is no part of the line, which stays after an erasure."""
    match recorded.event:
        case Exported(bundle=bundle, scope=scope, purpose=purpose, patients=patients):
            number = None if scope == "patient" else patients
            yield _line(recorded, f"{EXPORT}{bundle}", purpose, number=number)
        case Disclosed() | ContentErased() if recorded.type == "access.disclosed":
            yield _line(recorded, DISCLOSED, None)
        case _:
            return


def _line(
    recorded: RecordedEvent,
    what: str,
    purpose: Purpose | None,
    *,
    times: int = 1,
    number: int | None = None,
    break_glass: bool = False,
    reason: str | None = None,
    until: datetime | None = None,
) -> Access:
    actor = recorded.origin.actor
    of_one = number is None
    return Access(
        seq=recorded.seq,
        at=recorded.effective_at,
        pathway_id=f"pathway-{recorded.stream_id.partition('-')[2]}" if of_one else None,
        subject=actor.subject,
        role=actor.role,
        on_behalf_of=actor.on_behalf_of,
        what=what,
        purpose=purpose,
        times=times,
        number=number,
        break_glass=break_glass,
        reason=reason,
        until=until,
    )
