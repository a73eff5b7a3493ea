"""The port `calendar`: a person's file, written anew whenever what is in it has changed."""

import asyncio
from pathlib import Path

from activities.calendars.agenda import Agendas, person
from activities.calendars.writing import written
from activities.contracts import EffectRequest
from activities.files import write_whole
from activities.ports import DONE, Settled
from activities.words import Language

NO_LONGER = Settled(outcome="lapsed", reasons=("messages_not_allowed",))


class CalendarFolder:
    """One file a person, named by their opaque id. Written whole, so it may be read at any time."""

    def __init__(self, agendas: Agendas, folder: Path, language: Language = "en") -> None:
        self._agendas = agendas
        self._folder = folder
        self._language: Language = language

    async def perform(self, request: EffectRequest) -> Settled:
        """Idempotent: the file says what the log says now. Raises `Impossible`."""
        whose = person(request.entity_id, request.pending.effect.recipient)
        entries = await self._agendas.entries(whose)
        if entries is None:
            await self.forget(whose)
            return NO_LONGER
        content = await asyncio.to_thread(written, entries, self._language)
        await asyncio.to_thread(_keep, self.path(whose), content)
        return DONE

    async def forget(self, person_id: str) -> None:
        """Remove the file, if there is one."""
        await asyncio.to_thread(self.path(person_id).unlink, missing_ok=True)

    def path(self, person_id: str) -> Path:
        return self._folder / f"{person_id}.ics"


def _keep(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        write_whole(path, content)
