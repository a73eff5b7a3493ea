"""What patients of the intensive programme live through whose pathways' histories are recorded.

Most of it lies behind them when their workflows begin: what is recorded is how they go on.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from domain import simulation
from domain.pathway import Pathway
from domain.programmes.definition import Definition
from tests.definitions import by_hand
from tests.workflows.clinic import Clinic
from tests.workflows.practice import CLINICIAN, DECIDED, FIRST, append, command_ids, referral_of
from tests.workflows.test_whole_way import PLAN
from workers.embedded.programmes import shipped_definitions

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


async def in_intensive_care(clinic: Clinic) -> str:
    """From the end of intake into the first week of stabilisation."""
    pathway = await _going_on(clinic, weeks=0)
    await clinic.submit(pathway, "enter_phase", phase="stabilisation")
    await _meet(clinic, pathway)
    await clinic.pass_time(days=3)
    return pathway


async def after_intensive_care(clinic: Clinic) -> str:
    """From the last weeks of treatment to the end of follow-up."""
    pathway = await _going_on(clinic, weeks=11)
    await clinic.submit(pathway, "enter_phase", phase="step-down")
    await _meet(clinic, pathway)
    await clinic.submit(pathway, "discharge", reason="patient_withdrew")
    await clinic.pass_time(weeks=15)
    return pathway


async def _meet(clinic: Clinic, pathway: str) -> None:
    start = await clinic.now()
    await clinic.pass_time(hours=3)
    held: dict[str, Any] = {"kind": "group", "held_at": start.isoformat(), "attended": True}
    await clinic.submit(pathway, "record_session", **held)


async def _going_on(clinic: Clinic, weeks: int) -> str:
    """A pathway whose intake, and so many weeks of treatment, are recorded already."""
    definition = by_hand(next(one for one in shipped_definitions() if one.id == "virtual-iop"))
    await clinic.publish(definition)
    pathway, now = f"pathway-{uuid4()}", await clinic.now()
    course = Course(definition, pathway, now - weeks * WEEK - 3 * DAY)
    course.take_in()
    for week in range(weeks):
        course.live_a_week(now - (weeks - week) * WEEK, week)
    await append(clinic, pathway, course.clinic.entity(pathway).history)
    await clinic.entities.start(pathway)
    return pathway


class Course:
    """One patient's intensive care on a virtual clock, with one session each day of groups."""

    def __init__(self, definition: Definition, pathway: str, start: datetime) -> None:
        ids = command_ids(pathway)
        self.clinic = simulation.Clinic({definition.label: definition}, start, lambda: next(ids))
        self._definition = definition
        self._pathway = pathway

    def take_in(self) -> None:
        """From the referral to the door of treatment."""
        registered = {"programme": self._definition.label, "name": "Robin Example"}
        self.clinic.submit(FIRST, "register", CLINICIAN, **registered)
        referral = referral_of(self._pathway)
        self._do("refer", programme=self._definition.label, referral=referral)
        self._attend("intake", self.clinic.now + DAY)
        now = self.clinic.now.isoformat()
        self._do("decide_suitability", suitable=True, **DECIDED)
        self._do("give_consent", consent="treatment", document_version="1", given_at=now)
        self._do("agree_safety_plan", plan=PLAN, agreed_at=now)
        self._do("choose_duration", variant="twelve-weeks", **DECIDED)
        self._answer()

    def live_a_week(self, monday: datetime, week: int) -> None:
        """Three groups and the measures of the week; the phase changes with the fifth."""
        if week in (0, 4):
            self.clinic.pass_until(monday)
            self._do("enter_phase", phase="stabilisation" if week == 0 else "skills")
        for day in (0, 2, 4):
            self._attend("group", monday + day * DAY)
        self._answer()

    def _attend(self, kind: str, held_at: datetime) -> None:
        self.clinic.pass_until(held_at + timedelta(hours=3))
        self._do("record_session", kind=kind, held_at=held_at.isoformat(), attended=True)

    def _answer(self) -> None:
        state: Pathway = self.clinic.entity(self._pathway).state
        for name in dict.fromkeys(one for asked in state.open_measures for one in asked.measures):
            risk_item = 0 if name in ("phq-9", "core-10") else None
            taken = {"taken_at": self.clinic.now.isoformat(), "risk_item": risk_item}
            self._do("record_measure", measure=name, score=0, **taken)

    def _do(self, command: str, **data: Any) -> None:
        self.clinic.submit(self._pathway, command, CLINICIAN, **data)
