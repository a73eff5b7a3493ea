"""Who may use the API: whoever brings a token that `tokens.json` knows. Only health is open."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field, TypeAdapter
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from domain.actor import Actor, Role
from domain.value import Name, Value
from web.errors import Unauthorised, response_to

OPEN = tuple(
    (method, path) for method in ("GET", "HEAD") for path in ("/health", "/healthz", "/readyz")
)


class Token(Value):
    """Somebody's token, known by its SHA-256 in hexadecimal only."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    subject: Name
    role: Role

    @property
    def actor(self) -> Actor:
        return Actor(subject=self.subject, role=self.role)


_TOKENS = TypeAdapter(tuple[Token, ...])


def read_tokens(path: Path) -> tuple[Token, ...]:
    """The tokens of a `tokens.json`, a list of `{sha256, subject, role}`.

    Raises `OSError`, or `ValueError` saying what is wrong with the file.
    """
    return _TOKENS.validate_python(json.loads(path.read_text(encoding="utf-8")))


class Gate:
    """Lets a request in if its token is known, and notes who acts; refuses it unread if not."""

    def __init__(self, app: ASGIApp, tokens: tuple[Token, ...]) -> None:
        self._app = app
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or (scope["method"], scope["path"]) in OPEN:
            await self._app(scope, receive, send)
            return
        actor = self._actor(Headers(scope=scope).get("authorization", ""))
        if actor is None:
            await response_to(Unauthorised())(scope, receive, send)
            return
        scope.setdefault("state", {})["actor"] = actor
        await self._app(scope, receive, send)

    def _actor(self, authorization: str) -> Actor | None:
        """Every token is compared, each in constant time: how long it takes tells nothing."""
        scheme, _, given = authorization.partition(" ")
        digest = hashlib.sha256(given.strip().encode()).hexdigest()
        matches = [one for one in self._tokens if hmac.compare_digest(one.sha256, digest)]
        return matches[0].actor if matches and scheme.lower() == "bearer" else None


def _acting(request: Request) -> Actor:
    actor: Actor = request.state.actor
    return actor


Acting = Annotated[Actor, Depends(_acting)]
