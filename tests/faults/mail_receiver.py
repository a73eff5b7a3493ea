"""A mail server in its own process, to be killed: `python -m tests.faults.mail_receiver`.

Every message that it takes is a line in a file, on disk before the sender is told. After SIGUSR1 it
hangs up on the next sender once it has taken the message, so that nobody hears that it did.
"""

import argparse
import asyncio
import os
import signal
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 taken"


class Receiver:
    """Keeps the ids of messages."""

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._hangs_up = False

    def hang_up(self) -> None:
        self._hangs_up = True

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        if not isinstance(content, bytes):
            raise TypeError("a message is bytes")
        os.write(self._file, f"{message_from_bytes(content)['Message-ID']}\n".encode())
        os.fsync(self._file)
        if self._hangs_up and server.transport:
            self._hangs_up = False
            server.transport.close()
        return TAKEN


async def _serve(port: int, file: Path) -> None:
    loop, receiver = asyncio.get_running_loop(), Receiver(file)
    loop.add_signal_handler(signal.SIGUSR1, receiver.hang_up)
    server = await loop.create_server(
        lambda: SMTP(receiver, hostname="localhost", loop=loop), "127.0.0.1", port
    )
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="tests.faults.mail_receiver", description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("file", type=Path)
    chosen = parser.parse_args()
    asyncio.run(_serve(chosen.port, chosen.file))
