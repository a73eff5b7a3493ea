"""What people have read of patients: facts of their own, in streams beside the patients'.

45 CFR 164.312(b). Who it was and when stand in the envelope. A stream is called after the pathway,
`access-<uuid>`, so that reading leaves the patient's own stream as it was; what was read of many at
once stands in a stream of the reader's. Only a reason is text about a patient, and is encrypted.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from domain.events.base import Event
from domain.value import Name, Text

Purpose = Literal["treatment", "operations", "audit"]
"""What for, in the words of 45 CFR 164.501 and 164.506: by the reader's role."""


class PatientRead(Event):
    """Something of a patient was read. `what` is the route, `times` how often within moments.

    `break_glass`: by somebody without a care relationship, who had given a reason before.
    """

    what: Name
    purpose: Purpose
    times: Annotated[int, Field(ge=1)] = 1
    break_glass: bool = False


class GlassBroken(Event):
    """Somebody without a care relationship gave a reason to read, which counts until `until`."""

    reason: Text
    until: AwareDatetime


class ListRead(Event):
    """A list that names patients was read. `what` is the route, `patients` how many it named.

    `pathways` are theirs, without the prefix that each would have; none where the question was
    about the whole clinic.
    """

    what: Name
    patients: Annotated[int, Field(ge=1)]
    purpose: Purpose
    times: Annotated[int, Field(ge=1)] = 1
    pathways: tuple[UUID, ...] = ()


class PayloadsDecoded(Event):
    """What Temporal stores was decrypted for somebody: so many payloads, of whatever patients."""

    payloads: Annotated[int, Field(ge=1)]
    purpose: Purpose
    times: Annotated[int, Field(ge=1)] = 1


class AttemptRefused(Event):
    """Somebody asked for what the rules refused: the codes of every reason, and no free text."""

    entity_id: Name
    command: Name
    reasons: Annotated[tuple[Name, ...], Field(min_length=1)]
    times: Annotated[int, Field(ge=1)] = 1


class RequestRefused(Event):
    """Somebody who is signed in asked for what they may not have. `what` is the route.

    `code` is that of the answer; of `missing`, which are permissions, commands or scopes, any one
    would have done. `entity_id` stands where the route names an entity that there is.
    """

    what: Name
    code: Name
    missing: tuple[Name, ...] = ()
    entity_id: Name | None = None
    times: Annotated[int, Field(ge=1)] = 1


class CalendarLinkMade(Event):
    """A secret link to a calendar was made: whoever has it sees the times of `calendar`.

    That is a patient's pathway, a clinician or a group. The secret stands nowhere.
    """

    link: UUID
    calendar: Name


class CalendarLinkFollowed(Event):
    """Somebody read the calendar by the link for the first time. Nobody knows who has it."""

    link: UUID
    calendar: Name


class CalendarLinkRevoked(Event):
    """The link leads nowhere any more."""

    link: UUID
    calendar: Name


CalendarLinkEvent = CalendarLinkMade | CalendarLinkFollowed | CalendarLinkRevoked

ReadEvent = (
    PatientRead
    | GlassBroken
    | ListRead
    | PayloadsDecoded
    | AttemptRefused
    | RequestRefused
    | CalendarLinkMade
    | CalendarLinkFollowed
    | CalendarLinkRevoked
)
