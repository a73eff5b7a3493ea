"""Telling people: the port, and the adapter that leaves messages in a folder."""

import asyncio
import json
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from uuid import UUID

from domain.value import Value


class Message(Value):
    """A neutral message: a template, and an opaque recipient that the adapter looks up."""

    id: UUID
    entity_id: str
    recipient: str
    template: str


class Notifier(Protocol):
    """Sends a message once per id, however often it is asked to."""

    async def send(self, message: Message) -> None:
        """Raises an error if the message could not be sent and another attempt may help."""


class FolderNotifier:
    """Leaves each message as a file named by its id: sending it again changes nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: Message) -> None:
        await asyncio.to_thread(self._leave, message)

    def _leave(self, message: Message) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._folder / f"{message.id}.json"
        if target.exists():
            return
        with NamedTemporaryFile("w", dir=self._folder, delete=False) as draft:
            json.dump(message.model_dump(mode="json"), draft)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).replace(target)
