"""Continuous load: callers who give one command after the other, each until it is answered.

A command that got no answer is sent again under the same id, as every client should.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import httpx

from tests.faults.clinic import ACCEPTED, REFUSED, Clinic, expiring

CALLERS = 6
PAUSE = timedelta(milliseconds=200)
"""What a caller waits before the next command, on average, and before sending one again."""


@dataclass(frozen=True)
class Receipt:
    """What the API said that a command did."""

    entity_id: str
    command_id: UUID
    version: int
    events: tuple[str, ...]


@dataclass
class Load:
    """Callers on a clinic, each of whom waits for `pause` between two commands.

    `waiting` are commands under way, by id, and since when (the loop's clock, in seconds); `waited`
    has when each was answered, and how long that took with all that was sent again.
    """

    clinic: Clinic
    random: Random
    callers: int = CALLERS
    pause: timedelta = PAUSE
    receipts: list[Receipt] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    waiting: dict[UUID, float] = field(default_factory=dict)
    waited: list[tuple[float, float]] = field(default_factory=list)
    impatient: int = 0
    _answered: asyncio.Condition = field(default_factory=asyncio.Condition)
    _ending: bool = False

    async def run(self) -> None:
        """Until `end` is called and everything under way is answered."""
        async with asyncio.TaskGroup() as callers:
            for _ in range(self.callers):
                callers.create_task(self._call())

    def end(self) -> None:
        self._ending = True

    async def after(self, more: int) -> None:
        """Once so many more commands are answered."""
        goal = self.answered + more
        async with self._answered:
            await self._answered.wait_for(lambda: self.answered >= goal)

    @property
    def answered(self) -> int:
        return len(self.receipts) + self.refused.total()

    async def is_taken(self, entity_id: str) -> bool:
        """Whether one more command is accepted."""
        is_clinician = entity_id in self.clinic.clinicians
        command, data = (
            ("record_licence", expiring("the last"))
            if is_clinician
            else ("record_measure", _measured())
        )
        before = len(self.receipts)
        await self._until_answered(entity_id, command, data)
        return len(self.receipts) > before

    async def _call(self) -> None:
        while not self._ending:
            entity_id, command, data = self._drawn()
            await self._until_answered(entity_id, command, data)
            async with self._answered:
                self._answered.notify_all()
            await asyncio.sleep(self.pause.total_seconds() * (0.5 + self.random.random()))

    def _drawn(self) -> tuple[str, str, dict[str, Any]]:
        """A measure mostly; a concern, which other entities hear of; and what goes out.

        A licence is written about, a record is sent, a payer is asked.
        """
        draw = self.random.random()
        if draw < 0.15:
            number = f"L{self.random.getrandbits(60)}"
            return self.random.choice(self.clinic.clinicians), "record_licence", expiring(number)
        pathway = self.random.choice(self.clinic.pathways)
        if draw < 0.35:
            return pathway, "raise_concern", {"source": "clinician", "level": "moderate"}
        if draw < 0.45:
            return pathway, "share_record", {"what": self.random.choice(("progress", "records"))}
        if draw < 0.55:
            return pathway, "request_benefits_check", {}
        return pathway, "record_measure", _measured()

    async def _until_answered(self, entity_id: str, command: str, data: dict[str, Any]) -> None:
        command_id = UUID(int=self.random.getrandbits(128), version=4)
        asked = {"command": command, "data": data, "command_id": str(command_id)}
        self.waiting[command_id] = asyncio.get_running_loop().time()
        while not (answer := await self._sent(entity_id, asked)):
            self.sent_again += 1
            await asyncio.sleep(PAUSE.total_seconds())
        now = asyncio.get_running_loop().time()
        self.waited.append((now, now - self.waiting.pop(command_id)))
        self._note(command_id, answer)

    async def _sent(self, entity_id: str, asked: dict[str, Any]) -> httpx.Response | None:
        """The API's answer, if it is one."""
        path = f"/api/entities/{entity_id}/commands"
        try:
            async with asyncio.timeout(self._patience()):
                answer = await self.clinic.http.post(path, json=asked)
        except (httpx.HTTPError, TimeoutError):
            return None
        return answer if answer.status_code in (ACCEPTED, *REFUSED) else None

    def _patience(self) -> float | None:
        """None, unless callers are to hang up within a tenth of a second, whatever comes of it."""
        if not self.impatient:
            return None
        self.impatient -= 1
        return self.random.random() / 10

    def _note(self, command_id: UUID, answer: httpx.Response) -> None:
        said = answer.json()
        if answer.status_code != ACCEPTED:
            reasons = said.get("reasons") or said["error"]["reasons"]
            self.refused[reasons[0]["code"]] += 1
            return
        events = tuple(said["events"])
        self.receipts.append(Receipt(said["entity_id"], command_id, said["version"], events))


def _measured() -> dict[str, Any]:
    return {"measure": "gad-7", "score": 3, "taken_at": datetime.now(UTC).isoformat()}
