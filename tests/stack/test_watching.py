"""Watching somebody else's stack: each change once, and never for ever."""

import asyncio
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from workers.embedded.doctor import examine
from workers.embedded.errors import PartsDown, SupervisorSilent
from workers.embedded.lock import held, holder
from workers.embedded.processes import identify
from workers.embedded.running import follow
from workers.embedded.state import PartPhase, PartState, StackState, write_state
from workers.embedded.status import status_of
from workers.embedded.supervise import make_folders
from workers.embedded.watch import Patience
from workers.settings import Settings

SHORT = timedelta(milliseconds=350)


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Settings]:
    """A data directory that this process holds as its supervisor, without a record yet."""
    settings = Settings(data_dir=tmp_path / "data")
    make_folders(settings)
    with held(settings.run_dir):
        yield settings


def test_the_lock_names_its_holder_while_it_is_held(tmp_path: Path) -> None:
    with held(tmp_path):
        named = holder(tmp_path)
    assert named is not None
    assert named.pid == os.getpid()
    with held(tmp_path, signed=False):
        assert holder(tmp_path) is None


async def test_a_stack_without_a_record_is_given_up_and_said_once(ours: Settings) -> None:
    reports: list[StackState] = []
    with pytest.raises(SupervisorSilent) as silent:
        async with asyncio.timeout(20):
            await follow(ours, reports.append, patience=Patience(unrecorded=SHORT))
    assert silent.value.pid == os.getpid()
    assert f"process {os.getpid()}" in str(silent.value)
    assert str(ours.run_dir / "stack.json") in str(silent.value)
    assert len(reports) == 1


async def test_a_start_in_which_nothing_happens_is_given_up(ours: Settings) -> None:
    record(ours, phase_of_worker="starting", phase="starting")
    with pytest.raises(SupervisorSilent):
        await follow(ours, lambda _state: None, patience=Patience(unchanged=SHORT))


async def test_a_ready_stack_with_a_part_down_is_waited_for(ours: Settings) -> None:
    record(ours, phase_of_worker="restarting")

    def mend(state: StackState) -> None:
        if not state.is_ready:
            record(ours, phase_of_worker="ready")

    assert (await follow(ours, mend)).parts["worker"].state == "ready"


async def test_a_part_that_does_not_come_back_is_named_with_its_log(ours: Settings) -> None:
    record(ours, phase_of_worker="restarting")
    with pytest.raises(PartsDown) as refused:
        await follow(ours, lambda _state: None, patience=Patience(down=SHORT))
    assert refused.value.down == {"worker": "restarting"}
    assert str(ours.logs_dir / "worker.log") in str(refused.value)


async def test_status_and_doctor_say_that_the_record_is_lost(ours: Settings) -> None:
    (ours.run_dir / "stack.json").write_text("{")
    cause = (await status_of(ours)).cause
    assert cause is not None
    assert f"process {os.getpid()} holds" in cause
    assert "stack.json is missing, unreadable or another's" in cause
    [found] = [one for one in await examine(ours) if one.check == "stack"]
    assert (found.ok, found.says) == (False, cause)


def record(settings: Settings, phase_of_worker: PartPhase, **changes: object) -> None:
    state = StackState(
        phase="ready",
        supervisor=identify(os.getpid(), psutil.Process().cmdline()),
        parts={"web": PartState(state="ready"), "worker": PartState(state=phase_of_worker)},
    )
    write_state(settings.run_dir, state.model_copy(update=changes))
