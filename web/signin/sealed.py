"""What a browser keeps for us for a few minutes, and cannot change: a signed cookie."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import datetime, timedelta

from web.signin.provider import Begun

LASTS = timedelta(minutes=10)

_DIGEST = hashlib.sha256
_LENGTH = _DIGEST().digest_size


class Seal:
    """Signs and opens what a browser brings back; `key` is the installation's, 32 bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"carepath sign-in", _DIGEST)

    def closed(self, begun: Begun, now: datetime) -> str:
        """The value of the cookie."""
        until = int((now + LASTS).timestamp())
        content = json.dumps({"until": until, **asdict(begun)}).encode()
        signature = hmac.digest(self._key, content, _DIGEST)
        return base64.urlsafe_b64encode(signature + content).decode()

    def opened(self, value: str, now: datetime) -> Begun | None:
        """What was closed in, if it is ours and not too old."""
        try:
            raw = base64.urlsafe_b64decode(value.encode())
        except (binascii.Error, ValueError):
            return None
        signature, content = raw[:_LENGTH], raw[_LENGTH:]
        if not hmac.compare_digest(signature, hmac.digest(self._key, content, _DIGEST)):
            return None
        found = json.loads(content)
        return Begun(**found) if found.pop("until") > now.timestamp() else None
