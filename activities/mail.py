"""E-mail by SMTP, each message recognisable by its id when it comes twice."""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
)

from activities.notify import Letter
from activities.ports import EffectError, Impossible, TryAgain
from activities.words import MailSecurity

_FINAL = range(500, 600)


@dataclass(frozen=True)
class MailServer:
    """The server that takes mail for the world. `patience` is in seconds, for one message.

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


class MailSender:
    """Hands letters to a mail server."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    async def send(self, letter: Letter) -> None:
        """Raises `TryAgain` or `Impossible`, neither with an address or the server's words."""
        message = _message(letter, self._server.sender)
        try:
            async with asyncio.timeout(self._server.patience):
                await self._hand_over(message)
        except (SMTPException, OSError, ValueError) as failure:
            raise _sorted(failure) from None

    async def _hand_over(self, message: EmailMessage) -> None:
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            use_tls=server.security == "tls",
            start_tls=server.security == "starttls",
            tls_context=await asyncio.to_thread(self._trust),
            timeout=server.patience / 4,
        )
        async with client:
            if server.user is not None:
                await client.login(server.user, await asyncio.to_thread(self._password))
            await client.send_message(message)

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
