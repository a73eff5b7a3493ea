"""A clinic's eighteen months on running workflows, with all that goes otherwise than planned."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

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

A_DAY = timedelta(days=1)
BEGINS = datetime(2040, 1, 4, tzinfo=UTC)
"""The same life whenever the test runs: holidays and expiries fall on the same days."""

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
    await skipping.sleep(BEGINS - A_DAY - await skipping.get_current_time())
    async with create_worker(skipping.client, store, obliging_outside()):
        clinic = Played(skipping, EntityClient(skipping.client), store)
        published = submission("publish", {"definition": mbt_g().model_dump(mode="json")})
        await clinic.entities.submit_starting("programme-mbt-g", published)
        yield clinic


@pytest.mark.long
async def test_all_that_was_decided_is_in_the_log_and_nothing_that_must_hold_is_broken(
    played: Played,
) -> None:
    life = lived(mbt_g(), BEGINS)

    await played.play(life.script)
    await played.until(life.now)

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
    assert unlike(without_rivalry(kinds), without_rivalry(life.kinds())) == {}
    assert len(AT_REST) > 0
    assert broken_invariants(log, mbt_g()) == []


def without_rivalry(kinds: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    """The same, with the pathways that lost their group put together.

    All of them ask at one instant for the few seats that another group has free: as many get one
    as in the simulation, and who does is whoever is heard first.
    """
    found: dict[str, Counter[str]] = {}
    for id_, of in kinds.items():
        name = "rivals" if of["pathway.group_lost"] else id_
        found[name] = found.get(name, Counter()) + of
    return {name: of for name, of in found.items() if of}


def unlike(
    found: dict[str, Counter[str]], simulated: dict[str, Counter[str]]
) -> dict[str, tuple[Counter[str], Counter[str]]]:
    """Whose log holds which kinds of events too often, and which too seldom."""
    nothing = Counter[str]()
    both = {
        id_: (found.get(id_, nothing), simulated.get(id_, nothing)) for id_ in found | simulated
    }
    return {id_: (one - other, other - one) for id_, (one, other) in both.items() if one != other}
