"""E-mail by SMTP, each message recognisable by its id when it comes twice.

Before a message begins, giving up does no harm: it was not sent. Once it has begun only the server
knows, so it is left all its time to say.
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponse,
)

from activities.notify import Letter
from activities.ports import EffectError, Impossible, TryAgain
from activities.words import MailSecurity

GOODBYE = 0.5
"""Seconds for a server to say goodbye in."""

_FINAL = range(500, 600)


@dataclass(frozen=True)
class MailServer:
    """The server that takes mail for the world.

    `patience` is in seconds: until a message begins, and again until it is taken. Where an entity
    waits, it begins `shortly` or not at all.

    The password and the certificates to trust besides the system's are read from files.
    """

    host: str
    port: int
    sender: str
    security: MailSecurity = "starttls"
    user: str | None = None
    password_file: Path | None = None
    ca_file: Path | None = None
    patience: float = 30
    shortly: float = 2


class MailSender:
    """Hands letters to a mail server."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def send(self, letter: Letter) -> None:
        """Raises `TryAgain` or `Impossible`, neither with an address or the server's words."""
        message = _message(letter, self._server.sender)
        try:
            await self._hand_over(message, letter.at_once)
        except (SMTPException, OSError, ValueError) as failure:
            raise _sorted(failure) from None

    async def _hand_over(self, message: EmailMessage, at_once: bool) -> None:
        server = self._server
        async with asyncio.timeout(server.shortly if at_once else server.patience) as limit:
            line = _Line(
                limit,
                server.patience,
                hostname=server.host,
                port=server.port,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                tls_context=await asyncio.to_thread(self._trust),
                timeout=server.patience / 4,
            )
            try:
                await line.connect()
                if server.user is not None:
                    await line.login(server.user, await asyncio.to_thread(self._password))
                await line.send_message(message)
                await _leave(line)
            finally:
                line.close()

    def _trust(self) -> ssl.SSLContext | None:
        if self._server.security == "none":
            return None
        context = ssl.create_default_context()
        if self._server.ca_file:
            context.load_verify_locations(self._server.ca_file)
        return context

    def _password(self) -> str:
        file = self._server.password_file
        return file.read_text().strip() if file else ""


class _Line(SMTP):
    """A line to the server, on which a message that has begun is given all of `patience`."""

    def __init__(self, limit: asyncio.Timeout, patience: float, **settings: Any) -> None:
        super().__init__(**settings)
        self._limit = limit
        self._patience = patience

    async def data(self, message: str | bytes, **_limits: Any) -> SMTPResponse:
        self._limit.reschedule(asyncio.get_running_loop().time() + self._patience)
        answer = await super().data(message, timeout=self._patience)
        self._limit.reschedule(None)
        return answer


async def _leave(line: SMTP) -> None:
    """Say goodbye as the protocol has it: the message is taken, whatever becomes of that."""
    with suppress(SMTPException, OSError):
        await line.quit(timeout=GOODBYE)


def _message(letter: Letter, sender: str) -> EmailMessage:
    """The letter as RFC 5322 has it; its Message-ID is the same at every attempt."""
    message = EmailMessage()
    try:
        message["From"] = Address(addr_spec=sender)
        message["To"] = Address(addr_spec=letter.to)
    except (MessageError, ValueError, IndexError):
        raise Impossible("address_invalid") from None
    message["Subject"] = letter.wording.subject
    message["Date"] = datetime.now(UTC)
    message["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.wording.text)
    message["Content-Language"] = letter.language
    return message


def _sorted(failure: Exception) -> EffectError:
    """Final is only what the server says of this very message; all else may be put right."""
    match failure:
        case SMTPAuthenticationError():
            return TryAgain("mail_login_refused")
        case SMTPNotSupported():
            return Impossible("address_not_supported")
        case SMTPRecipientsRefused(recipients=[refused]):
            return _answered(refused.code)
        case SMTPDataError():
            return _answered(failure.code)
        case _:
            return TryAgain("mail_unreachable")


def _answered(code: int) -> EffectError:
    return Impossible("mail_refused") if code in _FINAL else TryAgain("mail_not_taken")
