"""The ledger of effects, and files that are whole or not there."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from activities.files import write_whole
from activities.ledger import SENT, FolderLedger


async def test_a_line_is_kept_for_whoever_opens_the_ledger_next(tmp_path: Path) -> None:
    effect_id = uuid4()
    await FolderLedger(tmp_path / "effects").note(effect_id, SENT)
    assert await FolderLedger(tmp_path / "effects").line(effect_id) == SENT


async def test_nothing_is_known_of_what_was_never_noted(ledger: FolderLedger) -> None:
    assert await ledger.line(uuid4()) is None


async def test_a_later_line_takes_the_place_of_an_earlier_one(ledger: FolderLedger) -> None:
    effect_id = uuid4()
    await ledger.note(effect_id, "ref-1")
    await ledger.note(effect_id, "ref-2")
    assert await ledger.line(effect_id) == "ref-2"


async def test_a_line_can_be_struck_twice(ledger: FolderLedger) -> None:
    effect_id = uuid4()
    await ledger.note(effect_id, "ref-1")
    await ledger.strike(effect_id)
    await ledger.strike(effect_id)
    assert await ledger.line(effect_id) is None


async def test_lines_that_nobody_needs_any_more_are_dropped(tmp_path: Path) -> None:
    ledger, (old, recent) = FolderLedger(tmp_path), (uuid4(), uuid4())
    await ledger.note(old, SENT)
    await ledger.note(recent, SENT)
    long_ago = (datetime.now(UTC) - timedelta(days=100)).timestamp()
    os.utime(tmp_path / str(old), (long_ago, long_ago))
    ledger.drop_older(datetime.now(UTC) - timedelta(days=90))
    assert await ledger.line(old) is None
    assert await ledger.line(recent) == SENT


def test_a_ledger_that_was_never_written_has_nothing_to_drop(ledger: FolderLedger) -> None:
    ledger.drop_older(datetime.now(UTC))


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
