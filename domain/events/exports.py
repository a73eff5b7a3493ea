"""What of the log was handed out as a disclosure bundle: facts beside what people read.

Who handed it out and when stand in the envelope. What names nobody is in clear, so that a receipt
can prove it to a stranger; to whom a patient's record went is encrypted with that patient's key.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from domain.events.base import Event
from domain.events.reads import Purpose
from domain.value import Text

ExportScope = Literal["patient", "period", "all"]

Basis = Literal[
    "treatment",
    "payment",
    "operations",
    "right_of_access",
    "authorization",
    "required_by_law",
    "public_health",
    "oversight",
    "judicial",
    "law_enforcement",
    "research",
]
"""What allows handing it out: 45 CFR 164.506, 164.524, 164.508 and 164.512(a), (b), (d) to (f),
(i), in this order. The first four and an authorization need no accounting (164.528(a)(1))."""

BundleHash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
"""SHA-256 of a bundle's manifest, in hexadecimal digits."""


class Exported(Event):
    """Part of the log was handed out: one patient's, a period or all, with so many of both.

    `purpose` is the requester's, as that of a read. `since` and `until` bound a period.
    """

    bundle: BundleHash
    scope: ExportScope
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    purpose: Purpose
    basis: Basis
    events: Annotated[int, Field(ge=1)]
    patients: Annotated[int, Field(ge=0)]


class Disclosed(Event):
    """What a bundle shows of one patient was handed out, to `recipient` in words if named."""

    bundle: BundleHash
    scope: ExportScope
    recipient: Text | None = None
    basis: Basis


ExportEvent = Exported | Disclosed
