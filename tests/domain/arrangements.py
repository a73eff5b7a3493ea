"""Others whom a pathway relies on, and what was arranged with them."""

from datetime import date, timedelta

from domain.clinician.qualifications import Credential, Licence, Qualifications
from domain.events.pathway import PathwayEvent
from domain.events.seats import (
    SeatAccepted,
    SeatFilled,
    SeatOfferBegun,
    SeatOffered,
    WaitlistJoined,
)
from domain.group.seating import Seating
from tests.domain.histories import IN_SERVICE, READY_AT, in_introduction, pathway, ready

GROUP = "group-0b8f7a52-5f3c-4d43-9c51-6a2f4d1c7e01"
OTHER = "group-9e8d7c6b-5a49-4382-9170-6f5e4d3c2b1a"
ANNA = "clinician-5c3a1f0e-9d47-4b59-8f0a-2e6b7c8d9f02"
BORIS = "clinician-7d1e2f3a-4b5c-4d6e-8f90-a1b2c3d4e5f6"
UNTIL = READY_AT + timedelta(hours=72)

SEATING = Seating(status="open", programme="mbt-g@1", kind="introduction", capacity=8, taken=7)
QUALIFIED = Qualifications(
    service=IN_SERVICE,
    credentials=(Credential(kind="mbt", since=date(2025, 1, 1), until=date(2027, 1, 1)),),
    licences=(Licence(state="FL", since=date(2025, 1, 1), until=date(2026, 1, 28)),),
)

FACTS = {**pathway.facts, GROUP: SEATING, OTHER: SEATING, ANNA: QUALIFIED, BORIS: QUALIFIED}

knowing = pathway.knowing(FACTS)
given = knowing.given

WAITS = WaitlistJoined(
    at=READY_AT,
    group_kind="introduction",
    modalities=("virtual",),
    urgency="routine",
    zone="America/New_York",
    review_at=READY_AT + timedelta(days=30),
)
BEGUN = SeatOfferBegun(at=READY_AT, offer=1, group_id=GROUP, until=UNTIL)
OFFERED = SeatOffered(at=READY_AT, offer=1, group_id=GROUP, until=UNTIL)
ACCEPTED = SeatAccepted(at=READY_AT, offer=1, group_id=GROUP)
FILLED = SeatFilled(at=READY_AT, offer=1, group_id=GROUP)


def waiting() -> tuple[PathwayEvent, ...]:
    return (*ready(), WAITS)


def asked() -> tuple[PathwayEvent, ...]:
    return (*waiting(), BEGUN)


def offered() -> tuple[PathwayEvent, ...]:
    return (*asked(), OFFERED)


def seated() -> tuple[PathwayEvent, ...]:
    """In the introduction, with a seat in the group."""
    return (*in_introduction(), WAITS, BEGUN, OFFERED, ACCEPTED, FILLED)
