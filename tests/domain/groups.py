"""Therapy groups of one synthetic clinic, for the tests of what a group does."""

from datetime import date, datetime, time, timedelta
from typing import Any

from domain.clinician.qualifications import Credential, Licence, Qualifications
from domain.commands.group import AssignFacilitator, Form, Joining, OpenSession, Schedule
from domain.events.base import Event
from domain.events.group import SeatFilled, SeatReserved, SessionHeld, SessionOpened
from domain.events.presence import Admission
from domain.group import GROUP, Group
from domain.group.seating import Seating
from domain.pathway.rows import ConsentPeriod
from domain.pathway.standing import Standing
from tests.domain.histories import IN_GROUPS, IN_SERVICE, NO_MORE, ny
from tests.domain.specification import Given, Specification

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)

FORMED_AT = ny("2026-01-05 10:00")
"""A Monday."""

TUESDAYS = Schedule(weekdays=(1,), starts=time(18), zone="America/New_York")
LENGTH = timedelta(minutes=90)


def tuesday(number: int) -> datetime:
    """When the session of that number starts, from 1."""
    return ny("2026-01-06 18:00") + WEEK * (number - 1)


def clinician(number: int) -> str:
    return f"clinician-00000000-0000-4000-8000-{number:012}"


def patient(number: int) -> str:
    return f"pathway-00000000-0000-4000-8000-{number:012}"


ROBIN, SAM, KIM, ALEX = (clinician(number) for number in range(1, 5))
OTHER_GROUP = "group-00000000-0000-4000-8000-000000000009"

SINCE = date(2025, 1, 1)
UNTIL = date(2027, 12, 31)


def qualified(*states: str, until: date = UNTIL, active: bool = True) -> Qualifications:
    """Trained in MBT, and licensed for those states."""
    return Qualifications(
        service=IN_SERVICE if active else NO_MORE,
        credentials=(Credential(kind="mbt", since=SINCE, until=until),),
        licences=tuple(Licence(state=one, since=SINCE, until=until) for one in states),
    )


CONSENTS = tuple(
    ConsentPeriod(consent=one.id, since=FORMED_AT, document_version=one.document_version)
    for one in IN_GROUPS.consents
)

READY = Standing(
    status="open",
    programme="mbt-g@1",
    phase="ongoing",
    state="FL",
    consents=CONSENTS,
    safety_plan_since=FORMED_AT,
)
"""How a patient stands whom nothing keeps from taking part."""


def standing(**changes: Any) -> Standing:
    return READY.model_copy(update=changes)


FACTS = {
    ROBIN: qualified("FL", "CA"),
    SAM: qualified("FL", "CA", "AZ"),
    KIM: qualified("FL"),
    ALEX: Qualifications(service=IN_SERVICE),
    **{patient(number): READY for number in range(1, 13)},
}
"""Alex is a clinician without the credential, and Kim is licensed for Florida only."""

SUCCESSOR = Seating(status="open", programme="mbt-g@1", kind="ongoing")

group = Specification(GROUP, IN_GROUPS).knowing({**FACTS, OTHER_GROUP: SUCCESSOR})


def form(kind: str = "ongoing", **fields: Any) -> Form:
    asked = {"programme": "mbt-g@1", "modality": "virtual", "first_on": date(2026, 1, 5), **fields}
    return Form(kind=kind, **asked)


def also(given: Given[Group], *events: Event) -> Given[Group]:
    """And then that happened too."""
    return Given(given.specification, (*given.events, *events))


def formed(kind: str = "ongoing", **fields: Any) -> Given[Group]:
    """A group without facilitators and without a schedule."""
    return group.given().when(form(kind, **fields), at=FORMED_AT).and_given()


def led(kind: str = "ongoing", **fields: Any) -> Given[Group]:
    """A group led by Robin and Sam."""
    robin, sam = AssignFacilitator(clinician_id=ROBIN), AssignFacilitator(clinician_id=SAM)
    return formed(kind, **fields).when(robin).and_given().when(sam).and_given()


def meeting(kind: str = "ongoing", **fields: Any) -> Given[Group]:
    """A group led by Robin and Sam that meets on Tuesdays at six, eight sessions being planned."""
    return led(kind, **fields).when(TUESDAYS).and_given()


def reserved(
    number: int, *, offer: int = 1, at: datetime = FORMED_AT, staggered: bool = False
) -> SeatReserved:
    until = at + timedelta(hours=72)
    return SeatReserved(
        at=at,
        pathway_id=patient(number),
        offer=offer,
        state="FL",
        until=until,
        free_at=until + HOUR,
        staggered=staggered,
    )


def joined(number: int, at: datetime = FORMED_AT) -> SeatFilled:
    return SeatFilled(at=at, pathway_id=patient(number))


def members(*numbers: int) -> tuple[SeatFilled, ...]:
    return tuple(joined(number) for number in numbers)


def opening(*numbers: int, session: int = 1, **fields: Any) -> OpenSession:
    """Robin and Sam open a session with patients who say that they are in Florida."""
    joining = tuple(Joining(pathway_id=patient(number), location="FL") for number in numbers)
    asked = {"clinicians": (ROBIN, SAM), "joining": joining, **fields}
    return OpenSession(session=session, **asked)


def opened(*numbers: int, session: int = 1) -> SessionOpened:
    return SessionOpened(
        at=tuesday(session),
        session=session,
        starts_at=tuesday(session),
        clinicians=(ROBIN, SAM),
        admitted=tuple(Admission(pathway_id=patient(one), location="FL") for one in numbers),
        not_admitted=(),
    )


def held(session: int = 1) -> SessionHeld:
    return SessionHeld(
        at=tuesday(session) + LENGTH,
        session=session,
        held_at=tuesday(session),
        length=LENGTH,
        clinicians=(ROBIN, SAM),
        presences=(),
        not_admitted=(),
    )
