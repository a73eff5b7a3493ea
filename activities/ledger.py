"""The ledger of effects: what the outside world has taken, so that it is not asked twice.

An attempt that ended between the answer from outside and its line here is not known: the effect is
performed again, under the same id, by which the other side can recognise it.
"""

import asyncio
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from activities.files import write_whole

SENT = "sent"


class Ledger(Protocol):
    """One line of text per effect id: `SENT`, or a reference that the other side gave."""

    async def line(self, effect_id: UUID) -> str | None:
        """What is known of an effect; nothing before the outside world has taken it."""

    async def note(self, effect_id: UUID, line: str) -> None:
        """Keep a line, in place of an earlier one. It is on disk when this returns."""

    async def strike(self, effect_id: UUID) -> None:
        """Forget the line of an effect, if there is one."""


class FolderLedger:
    """A ledger of one small file per effect. Workers on several machines need a shared folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def line(self, effect_id: UUID) -> str | None:
        return await asyncio.to_thread(self._read, effect_id)

    async def note(self, effect_id: UUID, line: str) -> None:
        await asyncio.to_thread(write_whole, self._path(effect_id), line.encode())

    async def strike(self, effect_id: UUID) -> None:
        await asyncio.to_thread(self._path(effect_id).unlink, missing_ok=True)

    def drop_older(self, than: datetime) -> None:
        """Drop the lines of effects that nobody attempts any more."""
        if self._folder.exists():
            for path in self._folder.iterdir():
                # Another worker on the same folder may have dropped it, or finished its draft.
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime < than.timestamp():
                        path.unlink()

    def _read(self, effect_id: UUID) -> str | None:
        try:
            return self._path(effect_id).read_text()
        except FileNotFoundError:
            return None

    def _path(self, effect_id: UUID) -> Path:
        return self._folder / str(effect_id)
