"""The ID token: who somebody is, as the provider has signed it (OpenID Connect Core, 3.1.3.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from web.signin.discovery import Discovery
from web.signin.errors import TokenNotTrusted


@dataclass(frozen=True)
class Expected:
    """What a token has to say to be the answer to what was asked."""

    issuer: str
    client_id: str
    nonce: str
    now: datetime
    skew: timedelta


async def read_id_token(token: str, discovery: Discovery, expected: Expected) -> Mapping[str, Any]:
    """The claims of a token that is signed, meant for us, of now, and asked for by this browser.

    Raises `TokenNotTrusted` or `ProviderUnreachable`.
    """
    try:
        key_id = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError):
        raise TokenNotTrusted("it is no signed token") from None
    metadata = await discovery.metadata()
    claims = _verified(token, await discovery.keys(key_id), metadata.algorithms)
    _require(claims, expected, metadata.issuer)
    return claims


def _verified(token: str, keys: KeySet, algorithms: list[str]) -> Mapping[str, Any]:
    try:
        return jwt.decode(token, keys, algorithms=algorithms).claims
    except (JoseError, ValueError):
        raise TokenNotTrusted("its signature does not hold") from None


def _require(claims: Mapping[str, Any], expected: Expected, issuer: str) -> None:
    now, skew = int(expected.now.timestamp()), int(expected.skew.total_seconds())
    rules = jwt.JWTClaimsRegistry(
        now=now,
        leeway=skew,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": expected.client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": expected.nonce},
    )
    try:
        rules.validate(dict(claims))
    except ExpiredTokenError:
        raise TokenNotTrusted("it has expired, or the clocks are apart") from None
    except ClaimError as wrong:
        raise TokenNotTrusted(f"its {wrong.claim!r} is not what was asked for") from None
    except JoseError:
        raise TokenNotTrusted("its claims are not what was asked for") from None
    if claims.get("azp", expected.client_id) != expected.client_id:
        raise TokenNotTrusted("it was made for another program")
