"""The ledger of effects, and files that are whole or not there."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from activities.files import write_whole
from activities.ledger import SENT, Ledger
from eventstore.connect import Pool, create_pool


async def test_a_line_is_kept_for_every_worker_wherever_it_runs(
    ledger: Ledger, log_dsn: str
) -> None:
    effect_id = uuid4()
    await ledger.note(effect_id, SENT)
    pool = await create_pool(log_dsn)
    assert await Ledger(pool).line(effect_id) == SENT
    await pool.close()


async def test_nothing_is_known_of_what_was_never_noted(ledger: Ledger) -> None:
    assert await ledger.line(uuid4()) is None


async def test_a_later_line_takes_the_place_of_an_earlier_one(ledger: Ledger) -> None:
    effect_id = uuid4()
    await ledger.note(effect_id, "ref-1")
    await ledger.note(effect_id, "ref-2")
    assert await ledger.line(effect_id) == "ref-2"


async def test_a_line_can_be_struck_twice(ledger: Ledger) -> None:
    effect_id = uuid4()
    await ledger.note(effect_id, "ref-1")
    await ledger.strike(effect_id)
    await ledger.strike(effect_id)
    assert await ledger.line(effect_id) is None


async def test_lines_that_nobody_needs_any_more_are_dropped(ledger: Ledger, pool: Pool) -> None:
    old, recent = uuid4(), uuid4()
    await ledger.note(old, SENT)
    await ledger.note(recent, SENT)
    await pool.execute(
        "UPDATE carepath_log.effect_ledger SET noted_at = now() - interval '100 days'"
        " WHERE effect_id = $1",
        old,
    )
    assert await ledger.drop_older(datetime.now(UTC) - timedelta(days=90)) == 1
    assert await ledger.line(old) is None
    assert await ledger.line(recent) == SENT


async def test_a_line_that_is_written_again_counts_from_then(ledger: Ledger, pool: Pool) -> None:
    effect_id = uuid4()
    await ledger.note(effect_id, "ref-1")
    await pool.execute("UPDATE carepath_log.effect_ledger SET noted_at = '2020-01-01'")
    await ledger.note(effect_id, "ref-2")
    assert await ledger.drop_older(datetime.now(UTC) - timedelta(days=90)) == 0


def test_a_write_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "calendar.ics"
    write_whole(path, b"before")

    def full(_descriptor: int) -> None:
        message = "no space left"
        raise OSError(message)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        write_whole(path, b"after")
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
