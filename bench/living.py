"""A clinic in the middle of its life, written into a log, and what it goes on to do.

`simulated` lives it in a process of its own, so that what the simulation takes of memory is not in
the figures of whoever asked.
"""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from multiprocessing import get_context
from random import Random
from uuid import UUID

from bench.clinic import shipped_programme
from domain.deciders import decider_of
from domain.events.envelope import NewEvent
from domain.simulation import Clinic
from eventstore.store import EventStore
from tests.long.script import Asked, Written
from workers.demo.clinic import PATIENTS_A_GROUP
from workers.demo.course import Course
from workers.demo.groups import Groups
from workers.demo.staff import NAMES, Staff

SEED = 7
WRITERS = 16
GROUPS_A_CLINICIAN = 2
"""Two lead each group, so everybody leads four: more would meet at the same hours."""

ONGOING_AN_INTRODUCTION = 4
"""Ongoing groups for each introduction that begins every four weeks."""


@dataclass(frozen=True)
class Living:
    """What every entity's stream holds at an instant, who is open then, and what people do next."""

    histories: Mapping[str, Sequence[NewEvent]]
    open: tuple[str, ...]
    script: tuple[Asked, ...]

    def open_of(self, kind: str) -> list[str]:
        """The open entities of one kind."""
        return [one for one in self.open if one.startswith(f"{kind}-")]


async def living(
    at: datetime, patients: int, months: float, further: timedelta, groups: int | None = None
) -> Living:
    """A clinic to which so many were referred in the months before, and what follows further on.

    Of so many ongoing groups, or of as many as such a clinic has.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(apart, simulated, at, patients, months, further, groups)


def simulated(
    at: datetime, patients: int, months: float, further: timedelta, groups: int | None = None
) -> Living:
    """The same, lived here and now."""
    random = Random(SEED)  # noqa: S311 - no secret: the same clinic each time
    programme, length = shipped_programme(), timedelta(days=30.44 * months)
    clinic = Clinic(
        programmes={programme.label: programme},
        now=at - length - timedelta(days=30),
        new_id=lambda: UUID(int=random.getrandbits(128), version=4),
    )
    agenda = Written(clinic, programme, random)
    ongoing = groups or max(1, patients // PATIENTS_A_GROUP)
    staff = Staff(agenda, max(len(NAMES), ongoing // GROUPS_A_CLINICIAN + 1))
    meeting = Groups(agenda, staff, ongoing, max(1, ongoing // ONGOING_AN_INTRODUCTION))
    for _ in range(patients):
        agenda.at(at - length * random.random(), Course(agenda, staff, meeting).begin)
    agenda.live_until(at)
    histories = {id_: tuple(one.history) for id_, one in clinic.entities.items() if one.history}
    open_ = tuple(id_ for id_ in histories if not _over(clinic, id_))
    agenda.script.clear()
    agenda.live_until(at + further)
    return Living(histories=histories, open=open_, script=tuple(agenda.script))


async def write(store: EventStore, clinic: Living) -> int:
    """Write every stream, one decision after the other; how many events there are."""
    slots = asyncio.Semaphore(WRITERS)

    async def write_one(entity_id: str, history: Sequence[NewEvent]) -> None:
        async with slots:
            version = 0
            for _, decision in groupby(history, key=lambda one: one.origin.command_id):
                version = (await store.append(entity_id, version, list(decision))).version

    await asyncio.gather(*(write_one(*one) for one in clinic.histories.items()))
    return sum(len(one) for one in clinic.histories.values())


def _over(clinic: Clinic, entity_id: str) -> bool:
    return decider_of(entity_id).is_closed(clinic.entity(entity_id).state)
