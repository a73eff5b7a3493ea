"""What a provider publishes of itself: its addresses, and the keys that it signs with now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from web.signin.errors import ProviderUnreachable

WELL_KNOWN = "/.well-known/openid-configuration"

KEPT = timedelta(hours=1)
"""How long addresses and keys are used without asking again."""

NOT_AGAIN = timedelta(seconds=10)
"""An unknown key has the keys read anew, but forged tokens do not have them read all the time."""

ANSWERS_WITHIN = timedelta(seconds=10)

THIS_MACHINE = ("127.0.0.1", "::1", "localhost")

ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that only the provider can make; those with the client's secret are not taken."""


class Metadata(BaseModel):
    """The part of a provider's configuration that carepath uses."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    id_token_signing_alg_values_supported: tuple[str, ...] = ("RS256",)

    @property
    def by_post(self) -> bool:
        """Whether the client's secret has to go in the form."""
        methods = self.token_endpoint_auth_methods_supported
        return "client_secret_basic" not in methods and "client_secret_post" in methods

    @property
    def algorithms(self) -> list[str]:
        return [one for one in self.id_token_signing_alg_values_supported if one in ASYMMETRIC]


class Discovery:
    """One provider's metadata and keys, read when they are needed. Raises `ProviderUnreachable`."""

    def __init__(self, issuer: str, now: Callable[[], datetime]) -> None:
        self._issuer = issuer
        self._now = now
        self._metadata: Metadata | None = None
        self._keys: KeySet | None = None
        self._read_at: dict[Literal["metadata", "keys"], datetime] = {}

    async def metadata(self) -> Metadata:
        """The configuration, which must be that of the very issuer."""
        if self._metadata is None or self._older("metadata", KEPT):
            self._metadata = await self._read_metadata()
            self._read_at["metadata"] = self._now()
        return self._metadata

    async def keys(self, key_id: str | None) -> KeySet:
        """The keys, read anew if the one of this id is not among them: providers rotate theirs."""
        unknown = self._keys is None or not _has(self._keys, key_id)
        if self._keys is None or self._older("keys", NOT_AGAIN if unknown else KEPT):
            self._keys = await self._read_keys()
            self._read_at["keys"] = self._now()
        return self._keys

    def _older(self, what: Literal["metadata", "keys"], age: timedelta) -> bool:
        return self._now() - self._read_at[what] > age

    async def _read_metadata(self) -> Metadata:
        address = self._issuer.rstrip("/") + WELL_KNOWN
        try:
            found = Metadata.model_validate(await self._read(address))
        except ValidationError:
            raise ProviderUnreachable(f"{address} is no OpenID configuration") from None
        if found.issuer.rstrip("/") != self._issuer.rstrip("/"):
            raise ProviderUnreachable("its configuration names another issuer")
        for endpoint in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            if not _kept_from_others(endpoint):
                raise ProviderUnreachable("one of its addresses does not begin with https://")
        return found

    async def _read_keys(self) -> KeySet:
        try:
            return KeySet.import_key_set(await self._read((await self.metadata()).jwks_uri))
        except (JoseError, ValueError, KeyError, TypeError):
            raise ProviderUnreachable("its keys cannot be read") from None

    async def _read(self, address: str) -> Any:
        try:
            async with open_client() as client:
                answer = await client.get(address)
            answer.raise_for_status()
            return answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as lost:
            raise ProviderUnreachable(f"{address} does not answer") from lost


def open_client() -> httpx.AsyncClient:
    """For one question: sign-ins are too rare to keep connections for."""
    return httpx.AsyncClient(timeout=ANSWERS_WITHIN.total_seconds())


def _has(keys: KeySet, key_id: str | None) -> bool:
    return key_id is None or any(key.kid == key_id for key in keys.keys)


def _kept_from_others(address: str) -> bool:
    parts = urlsplit(address)
    here = parts.scheme == "http" and parts.hostname in THIS_MACHINE
    return parts.scheme == "https" or here
