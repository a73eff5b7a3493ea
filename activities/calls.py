"""Calls over HTTP: what is worth another attempt, what is final, and nothing of it in an error.

| the other side | then | who has it |
| --- | --- | --- |
| does not answer, or breaks off | again | perhaps they |
| 408, 421, 425, 429, 503 (`Retry-After` is heeded) | again | not they |
| 500, 502, 504, any other 5xx | again | perhaps they |
| 401, 403: a secret is being changed | again, for an hour | not they |
| 404: a route is being deployed | again, for an hour | not they |
| 409: the call of an earlier attempt is under way there | again, for an hour | perhaps they |
| any other 4xx, any redirect | final | not they |

A 409 under an `Idempotency-Key` says that its first call is still being answered
(draft-ietf-httpapi-idempotency-key-header, 2.7): the answer itself follows under the same key.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

from activities.ports import Impossible, TryAgain

NO_HEADERS: Mapping[str, str] = {}

PUT_RIGHT_WITHIN = timedelta(hours=1)
"""How long a refusal may come from work on the other side, or on this one: then a person looks."""

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_PASSING = frozenset({408, 421, 425, 429, 503})
_BEING_PUT_RIGHT = {
    401: "login_refused",
    403: "login_refused",
    404: "not_there",
    409: "under_way",
}


@dataclass(frozen=True)
class Endpoint:
    """Another system. `name` begins the reasons of its failures: `sms_unreachable`, `sms_refused`.

    Redirects are refused: what is sent is meant for this address alone. The bearer token is read
    from its file at each call, so that it can be changed. `patience` is in seconds, for one call.
    """

    name: str
    url: str
    client: httpx.AsyncClient
    token_file: Path | None = None
    patience: float = 20

    async def post(self, content: bytes, headers: Mapping[str, str] = NO_HEADERS) -> httpx.Response:
        """POST a JSON document. Raises `TryAgain` or `Impossible`."""
        with_type = {"content-type": "application/json", **headers}
        return self._accepted(await self._send("POST", "", with_type, content))

    async def look(self, path: str) -> httpx.Response | None:
        """GET; none if nothing is known there. Raises `TryAgain` or `Impossible`."""
        answer = await self._send("GET", path, NO_HEADERS, None)
        return None if answer.status_code == httpx.codes.NOT_FOUND else self._accepted(answer)

    async def _send(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None
    ) -> httpx.Response:
        sent = {**headers, **await self._authorization()}
        try:
            async with asyncio.timeout(self.patience):
                return await self.client.request(
                    method,
                    self.url.rstrip("/") + path,
                    headers=sent,
                    content=content,
                    follow_redirects=False,
                )
        except _NEVER_SENT:
            raise TryAgain(f"{self.name}_unreachable") from None
        except (httpx.HTTPError, OSError):
            raise TryAgain(f"{self.name}_unreachable", perhaps_received=True) from None

    async def _authorization(self) -> dict[str, str]:
        if self.token_file is None:
            return {}
        try:
            token = await asyncio.to_thread(self.token_file.read_text)
        except OSError:
            raise TryAgain(f"{self.name}_unreachable") from None
        return {"authorization": f"Bearer {token.strip()}"}

    def _accepted(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        code, pause = answer.status_code, retry_after(answer)
        if code in _PASSING:
            raise TryAgain(f"{self.name}_not_taken", pause)
        if answer.is_server_error:
            raise TryAgain(f"{self.name}_not_taken", pause, perhaps_received=True)
        if what := _BEING_PUT_RIGHT.get(code):
            raise TryAgain(
                f"{self.name}_{what}",
                pause,
                within=PUT_RIGHT_WITHIN,
                perhaps_received=code == httpx.codes.CONFLICT,
            )
        raise Impossible(f"{self.name}_refused")


def json_of(answer: httpx.Response) -> Any:
    """The JSON of an answer; none if it is not JSON."""
    try:
        return answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return None


def retry_after(answer: httpx.Response) -> timedelta | None:
    """How long the other side asks to be left alone (RFC 9110, 10.2.3): seconds, or a date."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return timedelta(seconds=min(int(said), 10**9))
    try:
        left = parsedate_to_datetime(said) - datetime.now(UTC)
    except (TypeError, ValueError):
        return None
    return max(left, timedelta(0))
