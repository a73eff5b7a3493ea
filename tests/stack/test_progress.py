"""Progress where nobody watches a terminal: a line for each change and no line twice."""

import pytest

from cli import progress
from workers.embedded.state import PartState, StackState


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    said: list[str] = []
    monkeypatch.setattr(progress, "remark", said.append)
    return said


def test_a_stack_without_parts_is_announced_once(lines: list[str]) -> None:
    report = progress._plain_lines("starting carepath")
    report(StackState(phase="starting"))
    report(StackState(phase="starting"))
    assert lines == ["starting carepath"]


def test_a_part_that_is_down_in_a_running_stack_is_named(lines: list[str]) -> None:
    running = StackState(phase="ready", parts={"web": PartState(state="ready")})
    report = progress._plain_lines("carepath runs, parts are down")
    report(running.with_part("worker", state="restarting"))
    report(running.with_part("worker", state="ready"))
    assert lines[1:] == ["  worker: restarting", "  worker: ready"]
