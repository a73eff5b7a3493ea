"""Anchors: places outside the database that keep checkpoints, so that a forked log shows.

An anchor that does not answer never holds up sealing: it is tried again, each time with the newest
checkpoint, which commits to all before it; a table says what fails since when.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import httpx
import structlog

from eventstore.connect import Connection, Pool
from eventstore.errors import StoreUnavailable, store_errors
from eventstore.seal.checkpoint import Checkpoint, read_checkpoint
from eventstore.seal.errors import NoteMalformed, SealError
from eventstore.seal.sql import query
from eventstore.seal.tree import Sealed, latest

FILE = "file"
HTTP = "http"
ANSWERS_WITHIN = timedelta(seconds=10)
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
LAST_TRY = timedelta(seconds=2)
"""When the sealer stops it waits so long for an anchor."""

log = structlog.get_logger(__name__)


class AnchorFailed(SealError):
    """An anchor did not take a checkpoint."""

    def __init__(self, anchor: str, why: str) -> None:
        super().__init__(f"anchor {anchor} did not take the checkpoint ({why}): it is tried again")
        self.anchor = anchor
        self.why = why


class Anchor(Protocol):
    """A place that keeps notes; `name` is what tables and logs call it, without any address."""

    @property
    def name(self) -> str:
        """A word."""

    async def publish(self, sealed: Sealed) -> None:
        """Give it a checkpoint; when this returns it is kept. Raises `AnchorFailed`."""


@dataclass(frozen=True, slots=True)
class FileAnchor:
    """A file that only grows: a JSON object a line, `{size, created_at, note}`."""

    path: Path
    name: str = FILE

    async def publish(self, sealed: Sealed) -> None:
        try:
            await asyncio.to_thread(self._append, sealed)
        except OSError as failed:
            raise AnchorFailed(self.name, type(failed).__name__) from failed

    def _append(self, sealed: Sealed) -> None:
        entry = {
            "size": sealed.size,
            "created_at": sealed.created_at.isoformat(),
            "note": sealed.note,
        }
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            cut = file.tell() > 0 and not self._ends_a_line()
            file.write("\n" * cut + json.dumps(entry, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _ends_a_line(self) -> bool:
        """False after a crash in the middle of a line."""
        with self.path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read(1) == b"\n"


@dataclass(frozen=True, slots=True)
class HttpAnchor:
    """An endpoint that takes the note as `text/plain` by POST and answers with any 2xx."""

    url: str
    name: str = HTTP

    async def publish(self, sealed: Sealed) -> None:
        headers = {"content-type": "text/plain; charset=utf-8"}
        try:
            async with httpx.AsyncClient(timeout=ANSWERS_WITHIN.total_seconds()) as client:
                answer = await client.post(self.url, content=sealed.note.encode(), headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as failed:
            raise AnchorFailed(self.name, type(failed).__name__) from failed
        if not answer.is_success:
            raise AnchorFailed(self.name, f"status {answer.status_code}")


@dataclass(frozen=True, slots=True)
class AnchorState:
    """What an anchor holds, and what fails since when."""

    anchor: str
    accepted_size: int | None
    accepted_at: datetime | None
    failing_since: datetime | None
    failures: int
    error: str | None


class Follower:
    """Keeps one anchor at the newest checkpoint."""

    def __init__(self, anchor: Anchor, pool: Pool, first_pause: timedelta = FIRST_PAUSE) -> None:
        self._anchor = anchor
        self._pool = pool
        self._first_pause = first_pause
        self._newest: Sealed | None = None
        self._offered = asyncio.Event()

    def offer(self, sealed: Sealed) -> None:
        """There is a newer checkpoint."""
        self._newest = sealed
        self._offered.set()

    async def offer_what_it_lacks(self) -> None:
        """A checkpoint that was signed before this process began. Raises `StoreUnavailable`."""
        with store_errors():
            async with self._pool.acquire() as connection:
                held = {one.anchor: one.accepted_size for one in await states(connection)}
                sealed = await latest(connection)
        if sealed and self._newest is None and held.get(self._anchor.name) != sealed.size:
            self.offer(sealed)

    async def keep_up(self) -> None:
        """Deliver what is offered, for ever; longer and longer pauses while it is refused."""
        pause = self._first_pause
        while True:
            await self._offered.wait()
            if await self.deliver():
                pause = self._first_pause
            else:
                await asyncio.sleep(pause.total_seconds())
                pause = min(2 * pause, LONGEST_PAUSE)

    async def deliver(self) -> bool:
        """Offer the newest checkpoint to the anchor once, if it does not hold it already."""
        sealed = self._newest
        if sealed is None:
            return True
        problem = await self._problem_with(sealed)
        try:
            with store_errors():
                await self._pool.execute(
                    query("note_anchoring"), self._anchor.name, sealed.size, problem
                )
        except StoreUnavailable:
            return False
        if problem is None and self._newest is sealed:
            self._newest = None
            self._offered.clear()
        return problem is None

    async def _problem_with(self, sealed: Sealed) -> str | None:
        try:
            await self._anchor.publish(sealed)
        except AnchorFailed as failed:
            log.warning("anchor_failed", anchor=failed.anchor, why=failed.why)
            return failed.why
        return None


async def states(connection: Connection) -> list[AnchorState]:
    """Every anchor that was ever offered a checkpoint."""
    with store_errors():
        rows = await connection.fetch(query("anchors"))
    return [AnchorState(**row) for row in rows]


async def deliver_last(followers: Sequence[Follower]) -> None:
    """Once more, and not for long."""
    tries = [asyncio.create_task(follower.deliver()) for follower in followers]
    if not tries:
        return
    _, late = await asyncio.wait(tries, timeout=LAST_TRY.total_seconds())
    for task in late:
        task.cancel()


def notes_in(path: Path) -> list[str]:
    """The notes of an anchor's file: as `FileAnchor` writes them, or one note by itself.

    A line that a crash has cut is passed over: its checkpoint was published again, or a later one.
    Raises `NoteMalformed` with the line, and `OSError`.
    """
    text = path.read_text(encoding="utf-8")
    if not text.lstrip().startswith("{"):
        return [text] if text.strip() else []
    notes = []
    for number, line in enumerate(text.splitlines(), start=1):
        note = _note_in(line)
        if note is not None:
            notes.append(note)
        elif not _was_cut(line):
            raise NoteMalformed(f"line {number} of the anchor's file")
    return notes


def checkpoint_in(line: str) -> tuple[str, Checkpoint] | None:
    """The note in a line of the file and what it says, unverified; None if there is no note."""
    note = _note_in(line)
    try:
        return (note, read_checkpoint(note)[1]) if note else None
    except NoteMalformed:
        return None


def _was_cut(line: str) -> bool:
    return line.startswith('{"size"') and not line.endswith("}")


def _note_in(line: str) -> str | None:
    try:
        return str(json.loads(line)["note"])
    except (ValueError, KeyError, TypeError):
        return None
