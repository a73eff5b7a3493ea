"""Lives a small clinic, and prints a digest of all that was decided, asked for and waited for.

Run by a test, in processes that order their sets of strings otherwise.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256

from domain.deciders import decider_of
from domain.simulation import Clinic, Entity
from workers.demo.clinic import simulated_clinic
from workers.embedded.programmes import shipped_definitions

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
PATIENTS, MONTHS, SEED = 10, 8, 1


def said_by(clinic: Clinic) -> Iterator[str]:
    """Every entity's events in their order, its state, its deadlines and what it waits for."""
    for entity in clinic.entities.values():
        yield from (f"{one.event_id} {one.type} {one.data!r}" for one in entity.history)
        yield from _left_open(entity)


def _left_open(entity: Entity) -> Iterator[str]:
    yield entity.state.model_dump_json()
    yield repr(decider_of(entity.id).deadlines(entity.state))
    yield repr(list(entity.folded.pending))


if __name__ == "__main__":
    programme = next(one for one in shipped_definitions() if one.id == "mbt-g")
    lived = simulated_clinic(programme, UNTIL, PATIENTS, MONTHS, SEED)
    digest = sha256("\n".join(said_by(lived)).encode()).hexdigest()
    sys.stdout.write(f"{digest} {sum(len(one.history) for one in lived.entities.values())}\n")
