"""The outside world of the campaign: a mail server that can be killed, and what it has taken."""

import asyncio
import signal
import sys
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from workers.embedded.ports import any_free_port


class Mailbox:
    """A running receiver. Use it as a context: it ends with the block."""

    def __init__(self, folder: Path) -> None:
        self.port = any_free_port()
        self._file = folder / "taken"
        self._process: asyncio.subprocess.Process | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What an installation is told of it."""
        return {
            "CAREPATH_MAIL_HOST": "127.0.0.1",
            "CAREPATH_MAIL_PORT": str(self.port),
            "CAREPATH_MAIL_SECURITY": "none",
            "CAREPATH_MAIL_FROM": "no-reply@clinic.example",
            "CAREPATH_COORDINATOR_EMAIL": "coordinator@clinic.example",
            "CAREPATH_SUPERVISOR_EMAIL": "supervisor@clinic.example",
        }

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it; whoever connects before it listens is refused, and tries again."""
        arguments = ("-m", "tests.faults.receiver", str(self.port), str(self._file))
        self._process = await asyncio.create_subprocess_exec(sys.executable, *arguments)

    async def kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def hang_up_on_next(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGUSR1)

    def taken(self) -> Counter[UUID]:
        """How often each message came: the same id again is the same message."""
        if not self._file.exists():
            return Counter()
        ids = self._file.read_text().split()
        return Counter(UUID(one.strip("<>").partition("@")[0]) for one in ids)
