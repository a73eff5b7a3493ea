"""One thing that somebody must do, and the patient whom it is about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Source = Literal[
    "task", "ahead", "measures", "seat_offer", "flag", "escalation", "expiry", "records_request"
]
"""Where it comes from: a task that was opened, a date that comes, and so on."""

Clock = Literal["acknowledge", "contact", "visit", "resolve"]
"""Which response to a risk the clock runs for."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the worklist. All instants are UTC.

    `item` is unique within its entity (`task-3`), `kind` says what is to be done. `owner` is a
    clinician's id, or the role that it falls to while it is nobody's own; `role` is that role in
    any case. `level` is that of a risk. `about` is an occasion of measures, the number of a
    session, or an id; `why` is a sentence without anything that anybody wrote.
    """

    entity_id: str
    item: str
    source: Source
    kind: str
    subject_pathway_id: str | None
    programme: str | None
    owner: str
    role: str
    opened_at: datetime | None
    due_at: datetime
    clock: Clock | None
    level: str | None
    about: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A patient whom items may be about; `risk` is the present one."""

    pathway_id: str
    patient_name: str
    programme: str | None
    phase: str | None
    status: str
    risk: str | None
