"""Access tokens that the clinic's identity provider signs for programs (RFC 9068)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError

from domain.actor import Actor
from web.errors import Unauthorised
from web.person import Person
from web.signin.discovery import ASYMMETRIC, Discovery
from web.signin.trusted import LONGEST_NAME, Trusted, claim


class TokenRefused(Unauthorised):
    """A token that was brought, and is not taken (RFC 6750, section 3.1)."""

    headers: Mapping[str, str] = MappingProxyType(
        {"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )


class TokenForged(TokenRefused):
    """A token that the provider has not signed, or not in this form."""

    code = "token_forged"


class TokenExpired(TokenRefused):
    """A token whose time is over, or has not begun."""

    code = "token_expired"


class TokenForOthers(TokenRefused):
    """A token that was issued for another server, or by another provider."""

    code = "token_for_others"


class IssuedTokens:
    """Reads the tokens of one provider that are meant for `audience`, the FHIR interface's URL.

    Their scopes say what the program may do; in the log it acts as a service, under the subject.
    """

    def __init__(
        self, trusted: Trusted, audience: str, discovery: Discovery, now: Callable[[], datetime]
    ) -> None:
        self._trusted = trusted
        self._audience = audience
        self._discovery = discovery
        self._now = now

    async def endpoints(self) -> Mapping[str, str]:
        """Where tokens are asked for, as the provider says. Raises `ProviderUnreachable`."""
        known = await self._discovery.metadata()
        return {
            "issuer": known.issuer,
            "jwks_uri": known.jwks_uri,
            "authorization_endpoint": known.authorization_endpoint,
            "token_endpoint": known.token_endpoint,
        }

    async def person(self, token: str) -> Person:
        """Whom the token speaks of. Raises `TokenRefused` or `ProviderUnreachable`."""
        claims = await self._claims(token)
        subject = claim(claims, self._trusted.subject_claim)
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_NAME:
            raise TokenForged
        return Person(actor=Actor(subject=subject, role="service"), scopes=_scopes(claims))

    async def _claims(self, token: str) -> Mapping[str, Any]:
        issuer = (await self._discovery.metadata()).issuer
        try:
            key_id = jws.extract_compact(token.encode()).headers().get("kid")
            keys = await self._discovery.keys(key_id)
            claims = jwt.decode(token, keys, algorithms=list(ASYMMETRIC)).claims
            self._rules(issuer).validate(claims)
        except ExpiredTokenError:
            raise TokenExpired from None
        except ClaimError as wrong:
            if wrong.claim in ("aud", "iss"):
                raise TokenForOthers from None
            raise (TokenExpired if wrong.claim in ("nbf", "iat") else TokenForged) from None
        except (JoseError, ValueError):
            raise TokenForged from None
        return claims

    def _rules(self, issuer: str) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(self._now().timestamp()),
            leeway=int(self._trusted.skew.total_seconds()),
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            sub={"essential": True},
        )


def _scopes(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """In one text with spaces (RFC 9068), or in a list, as some providers write them."""
    given = claims.get("scope", claims.get("scp", ""))
    words = given.split() if isinstance(given, str) else given
    return tuple(one for one in words if isinstance(one, str)) if isinstance(words, list) else ()
