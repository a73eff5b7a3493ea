"""Text messages, or any other channel, through a web service of the clinic's choice.

The call is signed as Standard Webhooks 1.0 describes it: `webhook-signature` is `v1,` and the
base64 of the HMAC-SHA-256 over `<webhook-id>.<webhook-timestamp>.<body>`. A receiver that refuses
old timestamps cannot be made to send a captured call again.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from activities.calls import Endpoint
from activities.notify import Letter


def _now() -> datetime:
    return datetime.now(UTC)


class WebhookSender:
    """Posts `{id, to, text, language}`; the effect's id is the idempotency key.

    The secret is the content of its file, without the line break at its end.
    """

    def __init__(
        self, endpoint: Endpoint, secret_file: Path, now: Callable[[], datetime] = _now
    ) -> None:
        self._endpoint = endpoint
        self._secret_file = secret_file
        self._now = now

    async def send(self, letter: Letter) -> None:
        """Raises `TryAgain` or `Impossible`."""
        call = {
            "id": str(letter.id),
            "to": letter.to,
            "text": letter.wording.short,
            "language": letter.language,
        }
        body = json.dumps(call, ensure_ascii=False).encode()
        secret = await asyncio.to_thread(self._secret_file.read_bytes)
        await self._endpoint.post(body, self._headers(str(letter.id), body, secret.strip()))

    def _headers(self, effect_id: str, body: bytes, secret: bytes) -> dict[str, str]:
        timestamp = str(int(self._now().timestamp()))
        return {
            "idempotency-key": effect_id,
            "webhook-id": effect_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(secret, effect_id, timestamp, body),
        }


def signature(secret: bytes, effect_id: str, timestamp: str, body: bytes) -> str:
    """What a receiver computes too, to see who called and that nothing was changed."""
    signed = f"{effect_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
