"""The demo clinic: many courses, spread over the months before now. Same seed, same clinic."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

from domain.programmes.definition import Definition
from domain.simulation import Simulated
from workers.demo.course import Course

DAYS_A_MONTH = 30.44


def simulated_clinic(
    programme: Definition, until: datetime, patients: int, months: int, seed: int
) -> Iterator[Simulated]:
    """Every patient's pathway, complete up to `until`."""
    for number in range(patients):
        random = Random(f"{seed}/{number}")
        ago = timedelta(days=random.uniform(0.1, months * DAYS_A_MONTH))
        pathway = Simulated(
            entity_id=f"pathway-{_new_id(random)}",
            programme=programme,
            now=until - ago,
            new_id=partial(_new_id, random),
        )
        Course(pathway, random).run(until)
        yield pathway


def _new_id(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)
