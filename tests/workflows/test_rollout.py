"""A changed workflow is deployed over running ones: they end what they do, move, and go on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.client import WorkflowHistory, WorkflowQueryFailedError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer
from temporalio.workflow import NondeterminismError

from eventstore.connect import Pool
from eventstore.store import EventStore
from tests.ports import folder_ports
from tests.workflows.changed import CHANGED
from tests.workflows.clinic import Clinic, mbt_g, referral
from tests.workflows.conftest import server_in
from workers.rollout import Moved, bring_along, current_build, make_current
from workers.temporal import SANDBOX, create_worker
from workflows.client import WORKFLOWS, EntityClient

PATIENCE = timedelta(seconds=20)
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"
"""What an append to a stream waits for."""


class Builds:
    """The builds of one deployment; each is deployed under a name of its own."""

    def __init__(self, server: WorkflowEnvironment, store: EventStore, outbox: Path) -> None:
        self.server, self.store, self.outbox = server, store, outbox
        self.clinic = Clinic(server, EntityClient(server.client), store, outbox)
        test = uuid4().hex[:6]
        self.before, self.after = f"before-{test}", f"after-{test}"

    @asynccontextmanager
    async def working(self, build: str, workflows: Sequence[type]) -> AsyncIterator[None]:
        """A worker of this build, which is current from now on."""
        ports = folder_ports(self.store, self.outbox)
        async with create_worker(
            self.server.client, self.store, ports, build=build, workflows=workflows
        ):
            await make_current(self.server.client, build)
            yield

    async def bring_along(self, build: str, patience: timedelta = PATIENCE) -> Moved:
        return await bring_along(self.server.client, self.clinic.entities, build, patience)

    async def has_changed(self, pathway: str) -> bool:
        """Whether the pathway runs on the changed workflow."""
        try:
            answer: bool = await self.server.client.get_workflow_handle(pathway).query(
                "has_changed", rpc_timeout=PATIENCE
            )
        except WorkflowQueryFailedError:
            return False
        return answer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own_server(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[WorkflowEnvironment]:
    """No other test's: its task queue goes on asking for the build that was current last."""
    async with server_in(tmp_path_factory.mktemp("keys")) as environment:
        yield environment


@pytest_asyncio.fixture
async def builds(
    own_server: WorkflowEnvironment, store: EventStore, tmp_path: Path
) -> AsyncIterator[Builds]:
    builds = Builds(own_server, store, tmp_path / "outbox")
    yield builds
    for entity in await store.streams(None, "", 100):
        await own_server.client.get_workflow_handle(entity).terminate()


async def test_the_changed_workflow_could_not_go_on_with_a_running_history(
    builds: Builds,
) -> None:
    async with builds.working(builds.before, WORKFLOWS):
        await builds.clinic.publish(mbt_g())
        pathway = await builds.clinic.refer(referral())
        client = builds.server.client
        history = await client.get_workflow_handle(pathway).fetch_history()

    await replay(builds, WORKFLOWS, history)
    with pytest.raises(NondeterminismError):
        await replay(builds, CHANGED, history)


async def replay(builds: Builds, workflows: Sequence[type], history: WorkflowHistory) -> None:
    converter = builds.server.client.data_converter
    replayer = Replayer(workflows=workflows, data_converter=converter, workflow_runner=SANDBOX)
    await replayer.replay_workflow(history)


async def test_a_decision_under_way_ends_where_it_began_and_the_next_run_is_on_the_new_build(
    builds: Builds, pool: Pool
) -> None:
    clinic = builds.clinic
    async with AsyncExitStack() as working:
        await working.enter_async_context(builds.working(builds.before, WORKFLOWS))
        await clinic.publish(mbt_g())
        pathway = await clinic.refer(referral())
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(LOCK, pathway)
            deciding = asyncio.create_task(clinic.entities.submit(pathway, await clinic.consent()))
            await working.enter_async_context(builds.working(builds.after, CHANGED))
            assert not deciding.done()
            assert not await builds.has_changed(pathway)
        receipt = await deciding

        assert receipt.events == ("pathway.consent_given",)
        await goes_on(builds, pathway)


async def test_a_sleeping_entity_is_nudged_to_the_new_build_and_loses_nothing(
    builds: Builds,
) -> None:
    clinic = builds.clinic
    async with AsyncExitStack() as working:
        await working.enter_async_context(builds.working(builds.before, WORKFLOWS))
        await clinic.publish(mbt_g())
        pathways = [await clinic.refer(referral()) for _ in range(2)]
        await working.enter_async_context(builds.working(builds.after, CHANGED))
        assert not any([await builds.has_changed(one) for one in pathways])

        moved = await builds.bring_along(builds.after)

        assert moved == Moved(nudged=3, begun_anew=0)
        assert all([await builds.has_changed(one) for one in pathways])
        for one in pathways:
            await goes_on(builds, one)
        assert await builds.bring_along(builds.after) == Moved()


async def test_an_entity_whose_old_workers_are_gone_is_begun_anew_from_the_log(
    builds: Builds,
) -> None:
    clinic = builds.clinic
    async with builds.working(builds.before, WORKFLOWS):
        await clinic.publish(mbt_g())
        pathway = await clinic.refer(referral())

    async with builds.working(builds.after, CHANGED):
        moved = await builds.bring_along(builds.after, timedelta(0))

        assert moved == Moved(nudged=0, begun_anew=2)
        await goes_on(builds, pathway)


async def test_rolling_back_moves_entities_to_the_build_before(builds: Builds) -> None:
    clinic = builds.clinic
    async with (
        builds.working(builds.before, WORKFLOWS),
        builds.working(builds.after, CHANGED),
    ):
        await clinic.publish(mbt_g())
        pathway = await clinic.refer(referral())
        assert await builds.has_changed(pathway)

        await make_current(builds.server.client, builds.before)
        assert await builds.bring_along(builds.after) == Moved(), "it is not the current one"
        await builds.bring_along(builds.before)

        assert await current_build(builds.server.client) == builds.before
        assert not await builds.has_changed(pathway)
        await clinic.entities.submit(pathway, await clinic.consent())
        assert await clinic.agrees_with_log(pathway)


async def goes_on(builds: Builds, pathway: str) -> None:
    """The pathway runs on the changed workflow, takes a command there, and has lost nothing."""
    clinic = builds.clinic
    async with asyncio.timeout(PATIENCE.total_seconds()):
        while not await builds.has_changed(pathway):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)
    await clinic.entities.submit(pathway, await clinic.consent())
    events = await clinic.events(pathway)
    assert [one.version for one in events] == list(range(1, len(events) + 1))
    assert events[-1].type == "pathway.consent_given"
    assert await clinic.agrees_with_log(pathway)
