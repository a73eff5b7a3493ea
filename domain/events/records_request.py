"""What can happen to a patient's request for their records, or for an amendment of them."""

from typing import Literal

from pydantic import AwareDatetime

from domain.events import effects
from domain.events.base import Event

RequestKind = Literal["access", "amendment"]

Fulfilment = Literal["electronic", "paper", "inspection", "amended"]

DenialGround = Literal[
    "psychotherapy_notes",
    "legal_proceedings",
    "endangers_life_or_safety",
    "names_another_person",
    "confidential_source",
    "not_created_here",
    "not_in_record_set",
    "not_open_to_access",
    "accurate_and_complete",
]
"""The grounds on which 45 CFR 164.524(a) and 164.526(a)(2) allow a denial."""


class Received(Event):
    """A request is made. It is to be answered by `due_at`, and warned of at `warn_at`."""

    pathway_id: str
    programme: str
    kind: RequestKind
    due_at: AwareDatetime
    warn_at: AwareDatetime


class Extended(Event):
    """The one extension, with its written reason."""

    reason: str
    due_at: AwareDatetime
    warn_at: AwareDatetime


class DueSoon(Event):
    """The due date is near and nobody has answered."""

    due_at: AwareDatetime


class BecameOverdue(Event):
    """The due date has passed and nobody has answered."""


class Fulfilled(Event):
    what: str
    how: Fulfilment


class Denied(Event):
    """The patient is told why, in plain words, and how to complain (164.524(d), 164.526(d))."""

    ground: DenialGround
    reason: str


class Withdrawn(Event):
    """The patient does not want it any more."""

    reason: str


class Erased(Event):
    """The patient's record is given up, and what the request says of them with it."""


class EffectSettled(effects.EffectSettled):
    """What came of an effect of the request."""


RecordsRequestEvent = (
    Received
    | Extended
    | DueSoon
    | BecameOverdue
    | Fulfilled
    | Denied
    | Withdrawn
    | Erased
    | EffectSettled
)
