"""Eighteen months of a clinic: 24 patients, three groups that go on, six clinicians, and mishaps.

Somebody pauses, somebody goes to another level of care and comes back, a concern is raised, a
licence expires before it is renewed, and a group closes in favour of another.
"""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from domain.actor import Actor
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition
from domain.simulation import Clinic
from tests.long.script import Written
from workers.demo.agenda import Agenda
from workers.demo.course import Course
from workers.demo.groups import Groups
from workers.demo.staff import NAMES, Staff

PATIENTS, GROUPS, CLINICIANS = 24, 3, 6
INTRODUCTIONS = 8
MONTHS_18 = timedelta(days=548)
SEED = 20
WEEK = timedelta(weeks=1)
CLINICIAN = Actor(subject="clinician-account", role="clinician")


def lived(programme: Definition, start: datetime) -> Written:
    """The script of the eighteen months, and the clinic that has lived them."""
    random = Random(SEED)  # noqa: S311 - no secret: the same life each time
    clinic = Clinic(
        programmes={programme.label: programme},
        now=start,
        new_id=lambda: UUID(int=random.getrandbits(128), version=4),
    )
    agenda = Written(clinic, programme, random)
    staff = SixOnStaff(agenda)
    groups = ThreeGroups(agenda, staff, ongoing=GROUPS)
    courses = [Course(agenda, staff, groups) for _ in range(PATIENTS)]
    for number, course in enumerate(courses):
        agenda.at(start + number * timedelta(days=2), course.begin)
    Mishaps(agenda, staff, groups, [one.pathway_id for one in courses]).announce(start)
    agenda.live_until(start + MONTHS_18)
    return agenda


class SixOnStaff(Staff):
    """Six clinicians, one of whom renews a licence five weeks too late."""

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._late: str | None = None
        self.clinicians = [self._join(name) for name in NAMES[:CLINICIANS]]
        *called, supervisor = (one.id for one in self.clinicians)
        agenda.ask(
            f"oncall-{agenda.programme.id}", "set_chain", clinicians=called, supervisor=supervisor
        )

    def _hold(self, clinician_id: str, command: str, name: str, until: date, **what: str) -> None:
        self._late = self._late or clinician_id
        if clinician_id == self._late and what.get("state") == "FL":
            self._renew_too_late(clinician_id)
        else:
            super()._hold(clinician_id, command, name, until, **what)

    def _renew_too_late(self, clinician_id: str) -> None:
        today = self._agenda.now.date()
        first, second = today + timedelta(weeks=20), today + timedelta(weeks=200)
        self._licence(clinician_id, today - timedelta(weeks=100), first)
        self._agenda.after(
            timedelta(weeks=25),
            lambda: self._licence(clinician_id, first + timedelta(days=35), second),
        )

    def _licence(self, clinician_id: str, since: date, until: date) -> None:
        self._agenda.ask(
            clinician_id,
            "record_licence",
            state="FL",
            number=f"fl-{clinician_id[-4:]}",
            since=since.isoformat(),
            until=until.isoformat(),
        )


class ThreeGroups(Groups):
    """Groups that go on, and introductions for as long as somebody may need one."""

    def _next_introduction(self) -> None:
        if len(self.ids) < GROUPS + INTRODUCTIONS:
            super()._next_introduction()


class Mishaps:
    """What befalls the clinic beside the weekly round. Each befalls whoever it can."""

    def __init__(self, agenda: Written, staff: Staff, groups: Groups, pathways: list[str]) -> None:
        self._agenda = agenda
        self._staff = staff
        self._groups = groups
        self._pathways = pathways

    def announce(self, start: datetime) -> None:
        for week in range(14, 74, 6):
            self._agenda.at(start + week * WEEK, self._pause)
            self._agenda.at(start + (week + 2) * WEEK, self._go_elsewhere)
            self._agenda.at(start + (week + 4) * WEEK, self._worry)
        self._agenda.at(start + 40 * WEEK, self._close_a_group)

    def _pause(self) -> None:
        back = (self._agenda.now + 3 * WEEK).isoformat()
        self._befall("pause", reason="A journey", resume_at=back)

    def _go_elsewhere(self) -> None:
        decided_by = self._staff.clinicians[0].id
        reason = "Discussed with the team"
        pathway = self._befall("transfer_level", level="php", decided_by=decided_by, reason=reason)
        if pathway:
            self._agenda.after(3 * WEEK, lambda: self._come_back(pathway))

    def _come_back(self, pathway: str) -> None:
        self._agenda.ask(pathway, "return_from_level", CLINICIAN, reason="Stable again")

    def _worry(self) -> None:
        pathway = self._befall("raise_concern", source="clinician", level="moderate")
        if pathway:
            self._agenda.after(timedelta(hours=1), lambda: self._staff.look_at(pathway))

    def _close_a_group(self) -> None:
        first, second, *_ = [
            id_ for id_, one in self._groups.states.items() if one.kind == "ongoing"
        ]
        self._agenda.ask(second, "close", reason="A facilitator leaves", successor=first)

    def _befall(self, command: str, **data: Any) -> str | None:
        """The first of those in treatment whom it can befall, in a drawn order."""
        drawn = [one for one in self._pathways if self._treated(one)]
        self._agenda.random.shuffle(drawn)
        asked = (one for one in drawn if self._agenda.ask(one, command, CLINICIAN, **data))
        return next(asked, None)

    def _treated(self, pathway: str) -> bool:
        state: Pathway = self._agenda.clinic.entity(pathway).state
        return state.phase == "ongoing" and state.status == "open"
