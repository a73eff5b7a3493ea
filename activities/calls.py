"""Calls over HTTP: what is worth another attempt, what is final, and nothing of it in an error."""

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

_PASSING = frozenset({408, 421, 425, 429})


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
        try:
            sent = {**headers, **await asyncio.to_thread(self._authorization)}
            async with asyncio.timeout(self.patience):
                return await self.client.request(
                    method,
                    self.url.rstrip("/") + path,
                    headers=sent,
                    content=content,
                    follow_redirects=False,
                )
        except (httpx.HTTPError, OSError):
            raise TryAgain(f"{self.name}_unreachable") from None

    def _authorization(self) -> dict[str, str]:
        if self.token_file is None:
            return {}
        return {"authorization": f"Bearer {self.token_file.read_text().strip()}"}

    def _accepted(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        if answer.is_server_error or answer.status_code in _PASSING:
            raise TryAgain(f"{self.name}_not_taken", retry_after(answer))
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
