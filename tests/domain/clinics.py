"""A clinic of real entities: five clinicians, two groups, and more patients than seats."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any
from uuid import uuid5

from domain.actor import Actor
from domain.programmes.definition import Definition, SessionPlan
from domain.simulation import Clinic
from tests.domain.histories import ANSWERS, BASELINE, IN_GROUPS, PLAN, REFERRAL, REFERRED_AT, answer
from tests.domain.specification import COMMAND_ID, COORDINATOR

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
EXPIRES_SOON = date(2026, 3, 10)
TOO_MANY = 10


def _watched(plan: SessionPlan) -> SessionPlan:
    return plan.model_copy(update={"licence_checked": not plan.in_group})


def by_groups(definition: Definition) -> Definition:
    """The programme with group sessions held by groups, and licences checked in all others.

    Nothing keeps anybody from a phase of treatment: the door of each session has to.
    """
    phases = tuple(
        phase.model_copy(
            update={
                "sessions": tuple(_watched(plan) for plan in phase.sessions),
                "enter_when": () if phase.purpose == "treatment" else phase.enter_when,
            }
        )
        for phase in definition.phases
    )
    return definition.model_copy(update={"phases": phases})


def _id(kind: str, number: int) -> str:
    return f"{kind}-00000000-0000-4000-8000-{number:012}"


PROGRAMME = by_groups(IN_GROUPS)
ON_CALL = "oncall-mbt-g"
CLINICIANS = [_id("clinician", number) for number in range(1, 6)]
INTRODUCTION, ONGOING = GROUPS = [_id("group", number) for number in (1, 2)]
PATIENTS = [_id("pathway", number) for number in range(1, TOO_MANY + 1)]
CLINICIAN = Actor(subject="account-9", role="clinician")

CONSENTING, PLANNED = PATIENTS[:6], [*PATIENTS[:5], PATIENTS[6]]
"""Those who have consented, and those who have a safety plan: of seven seated, five have both."""
REQUESTS = [_id("request", number) for number in (1, 2)]


def a_clinic() -> Clinic:
    """Five clinicians whose papers expire one after the other, two groups, ten patients."""
    numbers = count()
    clinic = Clinic(
        {PROGRAMME.label: PROGRAMME}, REFERRED_AT, lambda: uuid5(COMMAND_ID, str(next(numbers)))
    )
    for one in CLINICIANS:
        clinic.submit(one, "register", COORDINATOR, programme="mbt-g@1", name="Robin Example")
    for one, until in zip(CLINICIANS[:4], _papers_until(), strict=True):
        held: dict[str, Any] = {"number": "A-1", "since": date(2025, 1, 1), "until": until}
        clinic.submit(one, "record_credential", COORDINATOR, kind="mbt", **held)
        clinic.submit(one, "record_licence", COORDINATOR, state="FL", **held)
    *called, last = CLINICIANS
    clinic.submit(ON_CALL, "set_chain", COORDINATOR, clinicians=called, supervisor=last)
    for one, kind, weekday in ((INTRODUCTION, "introduction", 1), (ONGOING, "ongoing", 2)):
        _form(clinic, one, kind, weekday)
    for one in PATIENTS:
        _refer(clinic, one)
    for one in PATIENTS[:7]:
        _agree(clinic, one)
    for one in PATIENTS:
        clinic.submit(one, "enter_phase", COORDINATOR, phase="introduction")
    return clinic


def _papers_until() -> tuple[date, ...]:
    return (date(2029, 1, 1), EXPIRES_SOON + 42 * DAY, EXPIRES_SOON, date(2029, 1, 1))


def _form(clinic: Clinic, group_id: str, kind: str, weekday: int) -> None:
    day = date(2026, 1, 19)
    asked = {"programme": "mbt-g@1", "kind": kind, "modality": "virtual", "first_on": day}
    clinic.submit(group_id, "form", COORDINATOR, **asked)
    for clinician in CLINICIANS[:2]:
        clinic.submit(group_id, "assign_facilitator", COORDINATOR, clinician_id=clinician)
    weekly = {"weekdays": [weekday], "starts": "18:00", "zone": PROGRAMME.zone}
    clinic.submit(group_id, "schedule", COORDINATOR, **weekly)


def _refer(clinic: Clinic, pathway_id: str) -> None:
    """Assessed and found suitable; nothing else is agreed."""
    do = clinic.submit
    do(pathway_id, "refer", COORDINATOR, programme="mbt-g@1", referral=REFERRAL)
    for _ in range(2):
        clinic.pass_until(clinic.now + 2 * HOUR)
        seen = {"clinician": CLINICIANS[0], "modality": "in_person", "attended": True}
        do(pathway_id, "record_session", COORDINATOR, kind="assessment", held_at=clinic.now, **seen)
    do(pathway_id, "choose_duration", CLINICIAN, variant="six-months", **ANSWERS)
    do(pathway_id, "decide_suitability", CLINICIAN, suitable=True, **ANSWERS)


def _agree(clinic: Clinic, pathway_id: str) -> None:
    do, now = clinic.submit, clinic.now
    for measure in BASELINE:
        do(pathway_id, "record_measure", COORDINATOR, **dict(answer(measure, now, 0)))
    if pathway_id in CONSENTING:
        given = {"consent": "treatment", "document_version": "1", "given_at": now}
        do(pathway_id, "give_consent", COORDINATOR, **given)
    if pathway_id in PLANNED:
        do(pathway_id, "agree_safety_plan", CLINICIAN, plan=PLAN, agreed_at=now)


@cache
def first_day() -> Clinic:
    """The clinic before anybody has a seat."""
    return a_clinic()


@cache
def in_session() -> Clinic:
    """The clinic at the start of the first session: seven of its seats are taken."""
    clinic = another(first_day())
    for one in PATIENTS[:7]:
        _seat(clinic, one, "offer_seat", INTRODUCTION)
    clinic.pass_until(clinic.entity(INTRODUCTION).state.session(1).starts_at)
    return clinic


@cache
def half_way() -> Clinic:
    """The clinic after the introduction: some have moved on to a group that is about to meet."""
    clinic = another(in_session())
    for number in range(1, 7):
        clinic.pass_until(clinic.entity(INTRODUCTION).state.session(number).starts_at)
        joining = [{"pathway_id": one, "location": "FL"} for one in PATIENTS[:7]]
        opened = {"session": number, "clinicians": CLINICIANS[:2], "joining": joining}
        clinic.submit(INTRODUCTION, "open_session", COORDINATOR, **opened)
        clinic.pass_until(clinic.now + 2 * HOUR)
        clinic.submit(INTRODUCTION, "hold_session", COORDINATOR, session=number)
    for one in PATIENTS[:4]:
        clinic.submit(one, "enter_phase", COORDINATOR, phase="ongoing")
        _seat(clinic, one, "transfer_to_group", ONGOING, reason="After the introduction")
    clinic.pass_until(clinic.entity(ONGOING).state.upcoming(clinic.now)[0].starts_at)
    return clinic


def _seat(clinic: Clinic, pathway_id: str, command: str, group_id: str, **why: str) -> None:
    clinic.submit(pathway_id, command, COORDINATOR, group_id=group_id, **why)
    offer = clinic.entity(pathway_id).state.offers_made
    clinic.submit(pathway_id, "accept_seat", COORDINATOR, offer=offer)


BEGINNINGS = (first_day, in_session, half_way)


def another(clinic: Clinic) -> Clinic:
    """The same clinic again, to go its own way from here."""
    numbers = count(10_000)
    return replace(
        clinic,
        new_id=lambda: uuid5(COMMAND_ID, str(next(numbers))),
        entities={
            id_: replace(one, history=list(one.history)) for id_, one in clinic.entities.items()
        },
        _under_way=set(clinic._under_way),
        _due=list(clinic._due),
        _watched=dict(clinic._watched),
    )
