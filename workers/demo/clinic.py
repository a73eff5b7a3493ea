"""The demo clinic: staff, groups and patients over some months. Same seed, same clinic."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil
from random import Random
from uuid import UUID

from domain.programmes.definition import Definition
from domain.simulation import Clinic
from workers.demo.agenda import Agenda
from workers.demo.course import Course
from workers.demo.groups import Groups
from workers.demo.staff import Staff
from workers.history.line import VERSION, Header, written

DAYS_A_MONTH = 30.44

PATIENTS_A_GROUP = 14
"""Patients of the whole period for each ongoing group: not all of them are there at once."""

FEWEST_GROUPS = 2
"""With one ongoing group alone, whoever is ready for it when it is full would wait for months."""


def simulated_clinic(
    programme: Definition, until: datetime, patients: int, months: int, seed: int
) -> Clinic:
    """The clinic as it is at `until`, after so many months with so many referrals."""
    return _lived(programme, until, patients, months, seed).clinic


def demo_history(
    programme: Definition, until: datetime, patients: int, months: int, seed: int
) -> Iterator[bytes]:
    """The same clinic as the lines of a history, for `carepath history import`."""
    header = Header(history=VERSION, name=f"demo of seed {seed}", until=until)
    yield written(header)
    yield from map(written, _lived(programme, until, patients, months, seed).lines)


def _lived(programme: Definition, until: datetime, patients: int, months: int, seed: int) -> Agenda:
    random = Random(seed)
    length = timedelta(days=months * DAYS_A_MONTH)
    clinic = Clinic(
        programmes={programme.label: programme},
        now=until - length - timedelta(days=30),
        new_id=lambda: UUID(int=random.getrandbits(128), version=4),
    )
    agenda = Agenda(clinic, programme, random)
    staff = Staff(agenda)
    ongoing = max(FEWEST_GROUPS, ceil(patients / PATIENTS_A_GROUP))
    groups = Groups(agenda, staff, ongoing)
    for _ in range(patients):
        course = Course(agenda, staff, groups)
        agenda.at(until - length * random.random(), course.begin)
    agenda.live_until(until)
    return agenda
