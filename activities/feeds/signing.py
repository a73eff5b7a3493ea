"""Signatures of what is sent, as Standard Webhooks 1.0 describes them, and the secrets for them."""

import asyncio
import base64
import binascii
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from activities.feeds.errors import SecretUnusable
from activities.webhook import signature

PREFIX = "whsec_"
LENGTHS = range(24, 65)
"""Bytes of a secret, as the specification says."""


async def secrets_at(references: Sequence[str]) -> list[bytes]:
    """The secrets, read anew: an exchanged file counts at once. Raises `SecretUnusable`."""
    return [await asyncio.to_thread(_secret_at, one) for one in references]


def signed(secrets: Sequence[bytes], event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a call: a signature by each secret, so that a receiver may know either."""
    timestamp = str(int(at.timestamp()))
    by_each = [signature(secret, event_id, timestamp, body) for secret in secrets]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(by_each),
    }


def _secret_at(reference: str) -> bytes:
    kind, _, where = reference.partition(":")
    try:
        text = Path(where).read_text(encoding="ascii") if kind == "file" else os.environ[where]
        secret = base64.b64decode(text.strip().removeprefix(PREFIX), validate=True)
    except (OSError, KeyError, UnicodeError, binascii.Error):
        raise SecretUnusable(reference) from None
    if not text.startswith(PREFIX) or len(secret) not in LENGTHS:
        raise SecretUnusable(reference)
    return secret
