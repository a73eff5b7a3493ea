"""OpenID Connect: the authorization code flow with PKCE, and who comes back from it.

OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636 (PKCE), RFC 9700.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from web.person import Person
from web.signin.discovery import Discovery, open_client
from web.signin.errors import ProviderRefused, ProviderUnreachable
from web.signin.id_token import Expected, read_id_token
from web.signin.trusted import Trusted, person_of

SECRET_BYTES = 32


@dataclass(frozen=True)
class Begun:
    """A sign-in on its way: what must come back with it, and where the person goes then.

    `callback` is the address to which the provider sends the browser back.
    """

    state: str
    nonce: str
    verifier: str
    callback: str
    wanted: str


@dataclass(frozen=True)
class Arrived:
    """Somebody whom the provider has recognised."""

    person: Person
    id_token: str


class Provider:
    """Signs people in by one provider."""

    def __init__(self, trusted: Trusted, now: Callable[[], datetime]) -> None:
        self.trusted = trusted
        self._now = now
        self._discovery = Discovery(trusted.issuer, now)

    async def begin(self, callback: str, wanted: str) -> tuple[str, Begun]:
        """Where to send the browser. Raises `ProviderUnreachable`."""
        known = await self._discovery.metadata()
        begun = Begun(_random(), _random(), _random(), callback, wanted)
        asked = {
            "response_type": "code",
            "client_id": self.trusted.client_id,
            "redirect_uri": callback,
            "scope": " ".join(self.trusted.scopes),
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": _challenge(begun.verifier),
            "code_challenge_method": "S256",
        }
        return _with(known.authorization_endpoint, asked), begun

    async def arrive(self, code: str, begun: Begun) -> Arrived:
        """Who it is that came back with a code. Raises a `SignInError`."""
        id_token = await self._exchange(code, begun)
        expected = Expected(
            issuer=self.trusted.issuer,
            client_id=self.trusted.client_id,
            nonce=begun.nonce,
            now=self._now(),
            skew=self.trusted.skew,
        )
        claims = await read_id_token(id_token, self._discovery, expected)
        return Arrived(person_of(self.trusted, claims), id_token)

    async def farewell(self, id_token: str | None, back: str) -> str | None:
        """Where somebody ends their session at the provider too; None if it offers no such page."""
        known = await self._discovery.metadata()
        if known.end_session_endpoint is None:
            return None
        asked = {"client_id": self.trusted.client_id, "post_logout_redirect_uri": back}
        if id_token:
            asked["id_token_hint"] = id_token
        return _with(known.end_session_endpoint, asked)

    async def _exchange(self, code: str, begun: Begun) -> str:
        known = await self._discovery.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": begun.callback,
            "code_verifier": begun.verifier,
        }
        headers, more = self._credentials(by_post=known.by_post)
        try:
            async with open_client() as client:
                answer = await client.post(known.token_endpoint, data=form | more, headers=headers)
            content: Any = answer.json()
        except (httpx.HTTPError, ValueError) as lost:
            raise ProviderUnreachable("its token endpoint does not answer") from lost
        if not isinstance(content, dict) or not isinstance(content.get("id_token"), str):
            raise ProviderRefused(_error(content))
        return str(content["id_token"])

    def _credentials(self, *, by_post: bool) -> tuple[dict[str, str], dict[str, str]]:
        """How carepath shows who it is: headers, and fields of the form (RFC 6749, 2.3.1)."""
        secret = self.trusted.client_secret
        if secret is None or by_post:
            fields = {"client_id": self.trusted.client_id}
            return {}, fields | ({"client_secret": secret} if secret else {})
        pair = f"{quote(self.trusted.client_id, safe='')}:{quote(secret, safe='')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, {}


def _random() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _with(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}"


def _error(content: Any) -> str:
    """The provider's code for it; its words might say anything."""
    code = content.get("error") if isinstance(content, dict) else None
    return code if isinstance(code, str) and code.isidentifier() else "nothing that is known"
