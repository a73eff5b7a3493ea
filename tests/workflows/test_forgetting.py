"""A worker that has no room for everybody replays whoever it has forgotten."""

from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import WorkflowInstance, WorkflowInstanceDetails

from eventstore.store import EventStore
from tests.ports import folder_ports
from tests.workflows.clinic import Clinic, mbt_g, referral
from workers.sandbox import ContextFreeSandbox
from workers.temporal import create_worker
from workflows.client import EntityClient


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The workflows that a worker has made in its memory, each as often as it did."""
    made: list[str] = []
    make = ContextFreeSandbox.create_instance

    def noted(self: ContextFreeSandbox, det: WorkflowInstanceDetails) -> WorkflowInstance:
        made.append(det.info.workflow_id)
        return make(self, det)

    monkeypatch.setattr(ContextFreeSandbox, "create_instance", noted)
    return made


@pytest.mark.parametrize(("room", "replayed"), [(10, False), (1, True)])
async def test_whoever_has_no_room_is_replayed_and_decides_as_before(
    skipping: WorkflowEnvironment,
    store: EventStore,
    tmp_path: Path,
    begun: list[str],
    *,
    room: int,
    replayed: bool,
) -> None:
    ports = folder_ports(store, tmp_path / "outbox")
    async with create_worker(skipping.client, store, ports, max_cached_workflows=room):
        clinic = Clinic(skipping, EntityClient(skipping.client), store, tmp_path / "outbox")
        await clinic.publish(mbt_g())
        one, _other = await clinic.refer(referral()), await clinic.refer(referral())
        begun.clear()

        await clinic.entities.submit(one, await clinic.consent())

        assert (one in begun) is replayed
        assert (await clinic.types(one))[-1] == "pathway.consent_given"
        assert await clinic.agrees_with_log(one)
