"""Who is who: a recorded process is ended, one that merely has its number is not."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psutil

from workers.embedded.leftovers import clear_leftovers
from workers.embedded.processes import Identity, end_stranger, find, identify
from workers.embedded.state import PartState, StackState

WAITS = (sys.executable, "-I", "-c", "import signal; print(flush=True); signal.pause()")
IGNORES_TERM = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True)\n"
    "while True: signal.pause()"
)
STUBBORN = (
    *(sys.executable, "-I", "-c"),
    IGNORES_TERM,
)


@contextmanager
def child(command: tuple[str, ...] = WAITS) -> Iterator["subprocess.Popen[bytes]"]:
    """A child in a session of its own that has begun to wait."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield process
        finally:
            process.kill()


def recorded(process: "subprocess.Popen[bytes]", command: tuple[str, ...] = WAITS) -> Identity:
    identity = identify(process.pid, command)
    assert identity is not None
    return identity


def stack_with(identity: Identity) -> StackState:
    return StackState(
        phase="ready",
        parts={"worker": PartState(state="ready", process=identity, signals=(signal.SIGTERM,))},
    )


async def test_a_recorded_process_is_ended() -> None:
    with child() as process:
        assert await clear_leftovers(stack_with(recorded(process))) == ["worker"]
        assert not psutil.pid_exists(process.pid)


async def test_a_later_process_with_the_same_number_is_left_alone() -> None:
    with child() as process:
        earlier = recorded(process).model_copy(update={"born": recorded(process).born - 60})
        assert await clear_leftovers(stack_with(earlier)) == []
        assert process.poll() is None


async def test_a_process_with_another_command_is_left_alone() -> None:
    with child() as process:
        other = recorded(process).model_copy(update={"command": ("/usr/bin/postgres",)})
        assert await clear_leftovers(stack_with(other)) == []
        assert process.poll() is None


async def test_a_process_that_ignores_the_signal_is_killed() -> None:
    with child(STUBBORN) as process:
        found = find(recorded(process, STUBBORN))
        assert found is not None
        await end_stranger(found, [signal.SIGTERM], timedelta(milliseconds=100))
        assert not psutil.pid_exists(process.pid)


def test_a_dead_process_that_nobody_has_buried_is_not_found() -> None:
    with child() as process:
        identity = recorded(process)
        os.kill(process.pid, signal.SIGKILL)
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE
        assert find(identity) is None


def test_a_process_that_is_gone_has_no_identity() -> None:
    with child() as process:
        process.kill()
        process.wait()
        assert identify(process.pid, WAITS) is None


def test_a_number_that_nobody_has_finds_nobody() -> None:
    assert find(Identity(pid=2**22 - 1, born=0, command=())) is None
