"""A clinic's eighteen months on running workflows, with all that goes otherwise than planned."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from domain.programmes.definition import Definition
from eventstore.store import EventStore
from tests.long.invariants import AT_REST, broken_invariants, gaps
from tests.long.life import CLINICIANS, GROUPS, PATIENTS, lived
from tests.long.playing import Played, kinds_of, obliging_outside
from tests.workflows.clinic import submission
from workers.embedded.programmes import shipped_definitions
from workers.temporal import create_worker
from workflows.client import EntityClient

HAPPENED = {
    "pathway.session_recorded",
    "pathway.paused",
    "pathway.resumed",
    "pathway.level_transferred",
    "pathway.level_returned",
    "pathway.group_lost",
    "pathway.escalation_resolved",
    "pathway.not_admitted",
    "clinician.licence_expired",
    "group.substitute_named",
    "escalation.fell_overdue",
    "group.closed",
}
"""What the eighteen months are to hold, so that the test speaks of it."""


def mbt_g() -> Definition:
    return next(one for one in shipped_definitions() if one.id == "mbt-g")


@pytest_asyncio.fixture
async def played(skipping: WorkflowEnvironment, store: EventStore) -> AsyncIterator[Played]:
    async with create_worker(skipping.client, store, obliging_outside()):
        clinic = Played(skipping, EntityClient(skipping.client), store)
        published = submission("publish", {"definition": mbt_g().model_dump(mode="json")})
        await clinic.entities.submit_starting("programme-mbt-g", published)
        yield clinic


@pytest.mark.long
async def test_all_that_was_decided_is_in_the_log_and_nothing_that_must_hold_is_broken(
    played: Played,
) -> None:
    today = (await played.environment.get_current_time()).replace(hour=0, minute=0, second=0)
    life = lived(mbt_g(), today + timedelta(days=1))

    await played.play(life.script)

    assert played.otherwise == [], "every command is decided as in the simulation"
    assert await played.disagreeing() == [], "the workflows hold what the log says"
    log = [one for one in await played.log() if not one.stream_id.startswith("programme-")]
    assert gaps(log) == []
    kinds = kinds_of(log)
    assert {id_.partition("-")[0] for id_ in kinds} >= {"pathway", "group", "clinician"}
    assert sum(id_.startswith("pathway-") for id_ in kinds) == PATIENTS
    assert sum(id_.startswith("clinician-") for id_ in kinds) == CLINICIANS
    assert sum(id_.startswith("group-") for id_ in kinds) > GROUPS
    assert set().union(*kinds.values()) >= HAPPENED
    assert kinds == {id_: of for id_, of in life.kinds().items() if of}
    assert len(AT_REST) > 0
    assert broken_invariants(log, mbt_g()) == []
