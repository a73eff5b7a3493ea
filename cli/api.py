"""Talking to the API: where it is, and what its answers mean for a command.

The command line never speaks to Temporal itself: its library may crash a short-lived process at
exit.
"""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from cli import output
from cli.output import CommandError, Exit, Unavailable
from domain.actor import Role
from workers.embedded.errors import NotRunning
from workers.embedded.running import api as running_api
from workers.keys import Keys
from workers.settings import Settings

TIMEOUT = httpx.Timeout(60, connect=5)
"""Longer than the API itself waits for an entity."""

PATIENCE = 5
"""So often what was too much at once is asked again, after as long as the answer says."""

LONGEST_WAIT = 30.0
"""Seconds; an answer that says longer is told to whoever asked."""

NO_HURRY = httpx.Timeout(None, connect=5)
"""For what reads the whole log."""

_REFUSING = (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
_COMES_AGAIN = (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)


class Misused(CommandError):
    """What was asked for cannot be understood."""

    exit = Exit.USAGE


@dataclass(frozen=True)
class Answer:
    """What the API said: done if `ok`, otherwise refused with reasons."""

    ok: bool
    content: Any

    @property
    def reasons(self) -> list[dict[str, str]]:
        """Why it is refused; at least one reason."""
        error = self.content.get("error", self.content)
        return error.get("reasons") or [{"code": error["code"], "message": error["message"]}]

    def show(self, *, json: bool) -> None:
        """Print a refusal and end the command."""
        if json:
            output.document(self.content)
        else:
            for reason in self.reasons:
                output.remark(f"refused: {reason['message']} ({reason['code']})")
        output.end(Exit.REFUSED)


class Api:
    """The API of one installation."""

    def __init__(self, client: httpx.AsyncClient, start_with: str) -> None:
        self._client = client
        self._start_with = start_with

    async def get(self, path: str, *, hurry: bool = True, **params: Any) -> Answer:
        """Ask for something. Raises `Misused` or `Unavailable`."""
        return await self._send("GET", path, hurry=hurry, params=_given(params))

    async def post(self, path: str, content: Any = None, *, hurry: bool = True) -> Answer:
        """Send a JSON document. Raises `Misused` or `Unavailable`."""
        return await self._send("POST", path, hurry=hurry, json=content)

    async def ask(self, method: str, path: str, **params: Any) -> Answer:
        """Ask for something that may take long. Raises `Misused` or `Unavailable`."""
        return await self._send(method, path, hurry=False, params=params)

    async def post_bytes(self, path: str, content: bytes, **params: Any) -> Answer:
        """Send bytes as they are. Raises `Misused` or `Unavailable`."""
        return await self._send("POST", path, hurry=True, content=content, params=_given(params))

    async def _send(self, method: str, path: str, *, hurry: bool, **how: Any) -> Answer:
        """What was refused as too much has changed nothing, and a command carries its id."""
        for _ in range(PATIENCE):
            answer = await self._sent(method, path, hurry=hurry, **how)
            wait = _wait_of(answer)
            if wait is None:
                return self._understood(answer)
            await asyncio.sleep(wait)
        return self._understood(await self._sent(method, path, hurry=hurry, **how))

    async def _sent(self, method: str, path: str, *, hurry: bool, **how: Any) -> httpx.Response:
        timeout = TIMEOUT if hurry else NO_HURRY
        try:
            return await self._client.request(method, path, timeout=timeout, **how)
        except httpx.TransportError as lost:
            raise Unavailable(self._lost(lost)) from lost

    def _lost(self, lost: httpx.TransportError) -> str:
        where = self._client.base_url
        if "CERTIFICATE_VERIFY_FAILED" in str(lost):
            return f"no authority known here vouches for {where}: name its file in CAREPATH_CA_FILE"
        if isinstance(lost, httpx.ReadTimeout):
            return f"carepath at {where} did not answer in time: see carepath status"
        return f"carepath at {where} does not answer ({type(lost).__name__}): {self._start_with}"

    def _understood(self, answer: httpx.Response) -> Answer:
        content = _json_of(answer)
        if answer.is_success and content is not None:
            return Answer(ok=True, content=content)
        if content is None:
            raise Unavailable(f"what answers at {self._client.base_url} is not carepath's API")
        message = _message_of(content)
        if answer.status_code in _COMES_AGAIN or answer.is_server_error:
            raise Unavailable(message)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            raise Misused(f"the token is not known to {self._client.base_url}: {message}")
        if answer.status_code in _REFUSING:
            return Answer(ok=False, content=content)
        raise Misused(message)


@asynccontextmanager
async def open_api(settings: Settings, role: Role = "coordinator") -> AsyncIterator[Api]:
    """The API of the running stack, or the one that `CAREPATH_URL` and `CAREPATH_TOKEN` name.

    `CAREPATH_CA_FILE` (PEM) has the authorities that may vouch for it, instead of the public ones.

    On this machine the command line acts in the role that a command takes; a token of somebody's
    own says itself in which.

    Raises `Unavailable` if none runs, `Misused` if those variables are not usable.
    """
    url, token, start_with = _address(settings, os.environ, role)
    try:
        client = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            verify=_trusted(os.environ.get("CAREPATH_CA_FILE")),
            trust_env=False,
        )
    except (httpx.InvalidURL, UnicodeEncodeError) as wrong:
        raise Misused(f"CAREPATH_URL or CAREPATH_TOKEN cannot be used: {wrong}") from None
    async with client:
        yield Api(client, start_with)


def _address(
    settings: Settings, environment: Mapping[str, str], role: Role
) -> tuple[str, str, str]:
    """Where the API is, its token, and what to do if it does not answer."""
    url, token = environment.get("CAREPATH_URL"), environment.get("CAREPATH_TOKEN")
    if url:
        if not url.startswith(("http://", "https://")):
            raise Misused("CAREPATH_URL must begin with http:// or https://")
        elsewhere = "start it there, or correct CAREPATH_URL, or unset it"
        return url, token or _token(Keys(settings.keys_dir).token_of(role)), elsewhere
    start_with = f"start it with carepath up --data-dir {settings.data_dir}"
    try:
        found, kept = running_api(settings, role)
    except NotRunning:
        raise Unavailable(f"no carepath runs on {settings.data_dir}: {start_with}") from None
    return found, token or kept, start_with


def _trusted(file: str | None) -> ssl.SSLContext | bool:
    try:
        return ssl.create_default_context(cafile=file) if file else True
    except OSError as wrong:  # ssl's own errors are of this kind
        raise Misused(f"CAREPATH_CA_FILE: {file} holds no certificates ({wrong})") from None


def _token(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError:
        raise Misused(f"set CAREPATH_TOKEN: there is no token in {file}") from None


def _wait_of(answer: httpx.Response) -> float | None:
    """How many seconds to wait before asking again; None: there is nothing to wait for."""
    said = answer.headers.get("Retry-After", "")
    if answer.status_code != HTTPStatus.TOO_MANY_REQUESTS or not said.isdecimal():
        return None
    return float(said) if float(said) <= LONGEST_WAIT else None


def _given(params: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None}


def _json_of(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _message_of(content: Any) -> str:
    error = content.get("error", {}) if isinstance(content, dict) else {}
    said = [error.get("message", "it answered without saying why")]
    said += [reason["message"] for reason in error.get("reasons", ())]
    return " ".join(said)
