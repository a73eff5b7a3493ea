"""The outside world of the campaign: receivers that can be killed, and what they have taken."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import UUID

from workers.embedded.ports import any_free_port

Module = Literal["mail_receiver", "gateway_receiver"]


class Receiver:
    """A receiver in a process of its own; `file` has a line for whatever it took."""

    def __init__(self, module: Module, file: Path) -> None:
        self.port = any_free_port()
        self._module = module
        self._file = file
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; whoever connects before it listens is refused, and tries again."""
        arguments = ("-m", f"tests.faults.{self._module}", str(self.port), str(self._file))
        self._process = await asyncio.create_subprocess_exec(sys.executable, *arguments)

    async def kill(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def hang_up_on_next(self) -> None:
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGUSR1)

    def lines(self) -> list[str]:
        return self._file.read_text().splitlines() if self._file.exists() else []


@dataclass(frozen=True)
class Taken:
    """What a receiver took: the port of the effect, its id, and what the words were, if known.

    A mail tells its date, and so is another at each attempt.
    """

    port: str
    id: UUID
    digest: str = ""


@dataclass(frozen=True)
class Outside:
    """A mail server; and a gateway for text messages, records and inquiries."""

    mail: Receiver
    gateway: Receiver
    secret_file: Path

    @property
    def environment(self) -> dict[str, str]:
        """What an installation is told of it."""
        gateway = f"http://127.0.0.1:{self.gateway.port}"
        return {
            "CAREPATH_MAIL_HOST": "127.0.0.1",
            "CAREPATH_MAIL_PORT": str(self.mail.port),
            "CAREPATH_MAIL_SECURITY": "none",
            "CAREPATH_MAIL_FROM": "no-reply@clinic.example",
            "CAREPATH_COORDINATOR_EMAIL": "coordinator@clinic.example",
            "CAREPATH_SUPERVISOR_EMAIL": "supervisor@clinic.example",
            "CAREPATH_SMS_URL": f"{gateway}/notify",
            "CAREPATH_SMS_SECRET_FILE": str(self.secret_file),
            "CAREPATH_BENEFITS_URL": f"{gateway}/benefits",
            "CAREPATH_SHARE_URL": f"{gateway}/share",
        }

    def taken(self) -> list[Taken]:
        """Everything, each as often as it came."""
        mails = [UUID(one.strip("<>").partition("@")[0]) for one in self.mail.lines()]
        calls = [one.split() for one in self.gateway.lines()]
        return [
            *(Taken("notify", one) for one in mails),
            *(Taken(path[1:], UUID(key), digest) for path, key, digest in calls),
        ]


@asynccontextmanager
async def outside(folder: Path) -> AsyncIterator[Outside]:
    """The receivers, which end with the block."""
    secret_file = folder / "secret"
    secret_file.write_text("a-secret-of-the-campaign")
    mail = Receiver("mail_receiver", folder / "mail")
    gateway = Receiver("gateway_receiver", folder / "gateway")
    try:
        await mail.start()
        await gateway.start()
        yield Outside(mail, gateway, secret_file)
    finally:
        await mail.kill()
        await gateway.kill()
