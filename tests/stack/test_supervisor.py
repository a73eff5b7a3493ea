"""The supervisor: order, failure, restarts and the end, with children that do nothing."""

import os
import shutil
import signal
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from tests.stack.trivial import FAILS, IGNORES_TERM, Watched, pid_of, trivial_part
from workers.embedded.errors import FolderGone, PartFailed, StackError
from workers.embedded.parts import Step
from workers.embedded.state import StackState, read_state
from workers.embedded.supervisor import Backoff

AT_ONCE = Backoff(first=timedelta(0))


class Wrecked(StackError):
    """A step that cannot be taken."""


async def test_parts_become_ready_in_the_order_of_the_plan(folder: Path) -> None:
    watched = Watched(folder, *(trivial_part(folder, name) for name in ("a", "b", "c")))
    await watched.ready()
    await watched.end()
    assert order_of("ready", watched.reports) == ["a", "b", "c"]


async def test_parts_end_in_reverse_order_and_leave_no_process(folder: Path) -> None:
    watched = Watched(folder, *(trivial_part(folder, name) for name in ("a", "b", "c")))
    state = await watched.ready()
    await watched.end()
    assert order_of("stopped", watched.reports) == ["c", "b", "a"]
    assert not any(psutil.pid_exists(pid_of(state, name)) for name in "abc")


async def test_a_step_is_taken_between_the_parts_around_it(folder: Path) -> None:
    seen: list[str] = []

    async def migrate() -> None:
        seen.extend(name for name in "ab" if (folder / f"{name}.ready").exists())

    first, second = trivial_part(folder, "a"), trivial_part(folder, "b")
    watched = Watched(folder, first, Step(doing="migrating", do=migrate), second)
    await watched.ready()
    await watched.end()
    assert seen == ["a"]


async def test_a_part_that_fails_at_first_ends_the_others_and_shows_its_log(folder: Path) -> None:
    watched = Watched(folder, trivial_part(folder, "a"), trivial_part(folder, "b", FAILS))
    with pytest.raises(PartFailed, match=r"b ended with exit code 7(.|\n)*the disk is full"):
        await watched.task
    assert watched.state.phase == "failed"
    assert {name: part.state for name, part in watched.state.parts.items()} == {
        "a": "stopped",
        "b": "failed",
    }


async def test_a_program_that_is_not_there_is_named(folder: Path) -> None:
    missing = trivial_part(folder, "a", command=("/nowhere/at-all",))
    with pytest.raises(PartFailed, match=r"a could not be started .*/nowhere/at-all"):
        await Watched(folder, missing).task


async def test_a_part_that_is_never_ready_is_given_up_and_ended(folder: Path) -> None:
    silent = trivial_part(folder, "a", "signal.pause()", ready_within=timedelta(0))
    watched = Watched(folder, silent)
    with pytest.raises(PartFailed, match="was not ready within 0 s"):
        await watched.task
    started = [s for s in watched.reports if s.parts["a"].process]
    assert not psutil.pid_exists(pid_of(started[0], "a"))


async def test_a_failing_step_ends_what_was_started_before_it(folder: Path) -> None:
    async def wreck() -> None:
        message = "the schema is from the future"
        raise Wrecked(message)

    watched = Watched(folder, trivial_part(folder, "a"), Step(doing="migrating", do=wreck))
    with pytest.raises(Wrecked):
        await watched.task
    assert watched.state.parts["a"].state == "stopped"
    assert watched.state.failure == "the schema is from the future"


async def test_a_crashed_part_is_started_again_and_the_restart_is_recorded(folder: Path) -> None:
    watched = Watched(folder, trivial_part(folder, "a"), backoff=AT_ONCE)
    before = pid_of(await watched.ready(), "a")
    os.kill(before, signal.SIGKILL)
    again = await watched.until(
        lambda s: s.parts["a"].restarts == 1 and s.parts["a"].state == "ready"
    )
    recorded = read_state(folder)
    await watched.end()
    assert pid_of(again, "a") != before
    assert recorded.parts["a"].restarts == 1


async def test_a_part_that_ignores_the_polite_signal_is_killed(folder: Path) -> None:
    stubborn = trivial_part(folder, "a", IGNORES_TERM, ends_within=timedelta(milliseconds=200))
    watched = Watched(folder, stubborn)
    state = await watched.ready()
    await watched.end()
    assert not psutil.pid_exists(pid_of(state, "a"))


async def test_losing_patience_kills_at_once(folder: Path) -> None:
    stubborn = trivial_part(folder, "a", IGNORES_TERM, ends_within=timedelta(hours=1))
    watched = Watched(folder, stubborn)
    await watched.ready()
    watched.task.cancel()
    await watched.until(lambda state: state.phase == "stopping")
    watched.supervisor.kill_all()
    await watched.until(lambda state: state.phase == "stopped")


async def test_children_have_a_session_of_their_own(folder: Path) -> None:
    watched = Watched(folder, trivial_part(folder, "a"))
    pid = pid_of(await watched.ready(), "a")
    session = os.getsid(pid)
    await watched.end()
    assert session == pid != os.getsid(0)


async def test_a_stack_whose_folder_was_removed_ends_by_itself(folder: Path) -> None:
    watched = Watched(folder, trivial_part(folder, "a"), looks_every=timedelta(milliseconds=10))
    state = await watched.ready()
    shutil.rmtree(folder)
    with pytest.raises(FolderGone, match="was removed while carepath ran"):
        await watched.task
    assert not psutil.pid_exists(pid_of(state, "a"))


async def test_parts_are_ended_even_if_that_cannot_be_recorded(folder: Path) -> None:
    watched = Watched(folder, trivial_part(folder, "a"))
    state = await watched.ready()
    shutil.rmtree(folder)
    await watched.end()
    assert not psutil.pid_exists(pid_of(state, "a"))


def test_the_wait_doubles_up_to_a_limit() -> None:
    backoff = Backoff(first=timedelta(seconds=1), longest=timedelta(seconds=30))
    waits = [backoff.after(failures).total_seconds() for failures in (1, 2, 3, 6, 1000)]
    assert waits == [1, 2, 4, 30, 30]


def order_of(reached: str, reports: Iterable[StackState]) -> list[str]:
    """The parts in the order in which they first reached a state."""
    order: list[str] = []
    for state in reports:
        order += [n for n, p in state.parts.items() if p.state == reached and n not in order]
    return order
