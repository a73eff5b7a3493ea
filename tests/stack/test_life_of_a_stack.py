"""A stack with a real PostgreSQL, in a process of its own: killed, stopped, doubled."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest

from tests.stack.trivial import pid_of
from workers.embedded.errors import AlreadyRunning, StackFailed
from workers.embedded.lock import held, is_held
from workers.embedded.postgres_leftover import processes_in
from workers.embedded.running import database_url, follow, running, stop
from workers.embedded.state import StackState, read_state, state_file
from workers.settings import Settings

ROOT = Path(__file__).parents[2]


@contextmanager
def supervisor_of(settings: Settings) -> Iterator["subprocess.Popen[bytes]"]:
    """A supervisor process on this data directory, which does not outlive the block."""
    command = [sys.executable, "-m", "tests.stack.small_stack", str(settings.data_dir)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.terminate()


async def started(settings: Settings, process: "subprocess.Popen[bytes]") -> StackState:
    return await follow(settings, lambda _state: None, process)


def kill_supervisor(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


async def test_what_a_killed_supervisor_leaves_is_cleared_by_the_next_one(folder: Path) -> None:
    settings = Settings(data_dir=folder / "data")
    with supervisor_of(settings) as first:
        before = await started(settings, first)
        kill_supervisor(first)
    assert psutil.pid_exists(pid_of(before, "worker")), "the test needs something to clear"
    with supervisor_of(settings) as second:
        after = await started(settings, second)
        assert not psutil.pid_exists(pid_of(before, "worker"))
        assert not psutil.pid_exists(pid_of(before, "postgres"))
        assert after.ports == before.ports


async def test_down_clears_what_a_killed_supervisor_left(folder: Path) -> None:
    settings = Settings(data_dir=folder / "data")
    with supervisor_of(settings) as first:
        before = await started(settings, first)
        kill_supervisor(first)
    assert await stop(settings, lambda _state: None)
    assert not psutil.pid_exists(pid_of(before, "worker"))
    assert processes_in(settings.postgres_dir / "data") == []


@pytest.mark.long
async def test_what_was_written_survives_the_supervisor_being_killed(folder: Path) -> None:
    settings = Settings(data_dir=folder / "data")
    with supervisor_of(settings) as first:
        await started(settings, first)
        await execute(settings, "CREATE TABLE kept (seat integer); INSERT INTO kept VALUES (8)")
        kill_supervisor(first)
    with supervisor_of(settings) as second:
        await started(settings, second)
        assert await execute(settings, "SELECT seat FROM kept") == "SELECT 1"


@pytest.mark.long
async def test_a_server_killed_together_with_its_supervisor_comes_back(folder: Path) -> None:
    settings = Settings(data_dir=folder / "data")
    with supervisor_of(settings) as first:
        before = await started(settings, first)
        kill_supervisor(first)
        os.kill(pid_of(before, "postgres"), signal.SIGKILL)
    with supervisor_of(settings) as second:
        await started(settings, second)
        assert await execute(settings, "SELECT 1") == "SELECT 1"


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_everything_cleanly(folder: Path, asked: signal.Signals) -> None:
    settings = Settings(data_dir=folder / "data")
    with supervisor_of(settings) as process:
        state = await started(settings, process)
        process.send_signal(asked)
        assert process.wait() == 0
    assert not any(psutil.pid_exists(pid_of(state, name)) for name in ("postgres", "worker"))
    assert read_state(settings.run_dir).phase == "stopped"
    assert not (settings.postgres_dir / "data" / "postmaster.pid").exists()


async def test_two_data_directories_run_side_by_side(folder: Path) -> None:
    one, other = Settings(data_dir=folder / "one"), Settings(data_dir=folder / "other")
    with supervisor_of(one) as first, supervisor_of(other) as second:
        ports = [await started(one, first), await started(other, second)]
        assert ports[0].ports["postgres"] != ports[1].ports["postgres"]
        assert await execute(one, "CREATE TABLE mine ()") == "CREATE TABLE"
        with pytest.raises(asyncpg.UndefinedTableError):
            await execute(other, "SELECT FROM mine")


async def test_a_second_supervisor_is_refused_and_the_first_is_found(folder: Path) -> None:
    settings = Settings(data_dir=folder / "data")
    with supervisor_of(settings) as first:
        state = await started(settings, first)
        with pytest.raises(AlreadyRunning, match="another carepath runs on"):
            held(settings.run_dir).__enter__()
        found = running(settings)
        assert found is not None
        assert found.url == state.url


@pytest.mark.long
async def test_down_stops_the_stack_and_lets_go_of_the_folder(folder: Path) -> None:
    settings = Settings(data_dir=folder / "data")
    with supervisor_of(settings) as process:
        await started(settings, process)
        assert await stop(settings, lambda _state: None)
        assert process.wait() == 0
    assert not is_held(settings.run_dir)
    assert not await stop(settings, lambda _state: None)


async def test_whoever_waits_for_a_stack_that_cannot_start_learns_why(folder: Path) -> None:
    settings = Settings(data_dir=folder / "data")
    settings.postgres_dir.mkdir(parents=True)
    settings.data_dir.chmod(0o711)
    (settings.postgres_dir / "data").write_text("in the way")
    with (
        supervisor_of(settings) as process,
        pytest.raises(StackFailed, match="something else"),
    ):
        await started(settings, process)


@pytest.mark.parametrize("damage", [Path.unlink, lambda record: record.write_text("{")])
async def test_a_lost_record_is_written_again_and_found(
    folder: Path, damage: Callable[[Path], object]
) -> None:
    settings = Settings(data_dir=folder / "data")
    with supervisor_of(settings) as process:
        before = await started(settings, process)
        damage(state_file(settings.run_dir))
        assert await started(settings, process) == before


async def test_down_finds_the_supervisor_without_its_record(folder: Path) -> None:
    settings = Settings(data_dir=folder / "data")
    with supervisor_of(settings) as process:
        await started(settings, process)
        state_file(settings.run_dir).unlink()
        assert await stop(settings, lambda _state: None)
        assert process.wait() == 0


async def execute(settings: Settings, statement: str) -> str:
    connection = await asyncpg.connect(database_url(settings))
    try:
        return str(await connection.execute(statement))
    finally:
        await connection.close()
