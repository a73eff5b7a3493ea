"""A person on a terminal sees how far verifying has come; a file sees nothing of it."""

import io

import pytest
from rich.console import Console

from tests.cli.carepath import Carepath
from tests.seal.given import Clinic


async def sealed_in_three(clinic: Clinic) -> None:
    await clinic.fill(300)
    for _ in range(3):
        await clinic.seal(100)


async def test_on_a_terminal_a_bar_counts_events_and_checkpoints(
    clinic: Clinic, carepath: Carepath, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sealed_in_three(clinic)
    seen = io.StringIO()
    terminal = Console(file=seen, force_terminal=True, width=100, highlight=False)
    monkeypatch.setattr("cli.output.people", terminal)
    ended = await carepath("audit", "verify", "--json", "--processes", "1")
    assert (ended.code, ended.document["checkpoints"]) == (0, 3)
    assert "verifying" in seen.getvalue()
    assert "303/303" in seen.getvalue()


async def test_where_nobody_looks_there_is_no_bar(clinic: Clinic, carepath: Carepath) -> None:
    await sealed_in_three(clinic)
    ended = await carepath("audit", "verify", "--json", "--processes", "1")
    assert (ended.code, ended.err) == (0, "")


@pytest.mark.parametrize("since", [0, 100])
async def test_what_is_reported_rises_to_the_whole(clinic: Clinic, since: int) -> None:
    await sealed_in_three(clinic)
    reported: list[tuple[int, int]] = []
    await clinic.verified(since, report=lambda done, total: reported.append((done, total)))
    [total] = {total for _, total in reported}
    assert [done for done, _ in reported] == sorted(done for done, _ in reported)
    assert reported[-1] == (total, total)


async def test_a_deleted_row_does_not_keep_the_bar_from_ending(clinic: Clinic) -> None:
    await sealed_in_three(clinic)
    await clinic.tamper("DELETE FROM carepath_log.events WHERE seq = 9")
    reported: list[tuple[int, int]] = []
    await clinic.verified(report=lambda done, total: reported.append((done, total)))
    assert reported[-1] == (303, 303)
