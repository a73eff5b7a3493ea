"""What the append is measured beside, and what is kept of it."""

import json
from pathlib import Path

import pytest

from bench import kept
from bench.appending import appending
from bench.kept import keep_ratios
from bench.log import log_on
from bench.rounds import Measured, measured
from eventstore.cipher import PLAINTEXT

ROWS = 100


async def test_the_log_and_its_references_go_on_after_the_rows_that_were_there(
    postgres_dsn: str,
) -> None:
    async with log_on(postgres_dsn, "bench_appending") as pool:
        comparisons = await appending(pool, 160, ROWS, PLAINTEXT)
        for count in ("SELECT count(*) FROM carepath_log.events", "TABLE bench_events_seq"):
            assert await pool.fetchval(count) == ROWS
        figures = [await measured(one, rounds=1) for one in comparisons]

    assert all(one.ratio > 0 for one in figures)
    held = "plain INSERT, a connection held by each writer"
    assert [one.what for one in figures if one.against == held] == [
        "append, 1 writer",
        "append, 16 writers",
    ]


def test_a_run_s_ratios_are_kept_with_their_smallest_and_largest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "RESULTS", tmp_path)
    one = Measured("append", "events/s", "INSERT", "≥ 0.8", (90.0, 100, 300), (100.0, 100, 200))
    keep_ratios("append", [one], {"fsync": True})

    [ratio] = json.loads((tmp_path / "append.json").read_text())["ratios"]
    assert (ratio["carepath"], ratio["reference"]) == (100, 100)
    assert (ratio["ratio"], ratio["rounds"]) == (1.0, [0.9, 1.5])
