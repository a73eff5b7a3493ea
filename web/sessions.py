"""Sessions of people who signed in: kept in the database, known by a cookie of random bytes.

What the identity provider said of the person is asked for when they sign out. Until then it is kept
under a key that follows from the cookie, so that the database alone does not tell it.
"""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from starlette.requests import Request
from starlette.responses import Response

from domain.actor import Actor
from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.sql import queries_in
from web.person import Person

SECRET_BYTES = 32
NONCE_BYTES = 12

query = queries_in(Path(__file__).parent / "queries")


@dataclass(frozen=True)
class Lasting:
    """How long a session lasts: unused for `idle`, and in all cases `at_most`."""

    idle: timedelta = timedelta(minutes=30)
    at_most: timedelta = timedelta(hours=12)


def csrf_of(secret: str) -> str:
    """What each form must carry: it follows from the cookie, which other sites cannot read."""
    return hmac.digest(secret.encode(), b"csrf", hashlib.sha256).hex()


@dataclass(frozen=True)
class Session:
    """A living session. `id_token` is what its identity provider said of the person, if one did."""

    secret: str
    person: Person
    signed_in_at: datetime
    ends_at: datetime
    id_token: str | None = None

    @property
    def csrf(self) -> str:
        """What each form of this session must carry."""
        return csrf_of(self.secret)


@dataclass(frozen=True)
class Cookie:
    """The cookie that holds a session's secret. With TLS it is bound to this very host."""

    secure: bool

    @property
    def name(self) -> str:
        return "__Host-carepath" if self.secure else "carepath_session"

    def read(self, request: Request) -> str | None:
        return request.cookies.get(self.name)

    def give(self, response: Response, session: Session) -> None:
        """Have the browser keep the session until it is closed."""
        response.set_cookie(
            self.name, session.secret, secure=self.secure, httponly=True, samesite="lax", path="/"
        )

    def take(self, response: Response) -> None:
        response.delete_cookie(
            self.name, secure=self.secure, httponly=True, samesite="lax", path="/"
        )


class Sessions:
    """The sessions of one installation. Every method raises `StoreUnavailable`."""

    def __init__(self, pool: Pool, lasting: Lasting) -> None:
        self._pool = pool
        self._lasting = lasting

    async def begin(self, person: Person, now: datetime, id_token: str | None = None) -> Session:
        """A session of somebody who has just shown who they are."""
        session = Session(
            secret=secrets.token_urlsafe(SECRET_BYTES),
            person=person,
            signed_in_at=now,
            ends_at=now + self._lasting.at_most,
            id_token=id_token,
        )
        with store_errors():
            await self._pool.execute(
                query("begin_session"),
                _digest(session.secret),
                person.actor.subject,
                person.actor.role,
                person.name,
                person.clinician_id,
                _closed(session.secret, id_token),
                now,
                session.ends_at,
            )
        return session

    async def seen(self, secret: str, now: datetime) -> Session | None:
        """The session of this secret, if it lives; it has been used now."""
        return await self._found("see_session", secret, now)

    async def looked_up(self, secret: str, now: datetime) -> Session | None:
        """The same for what no person did: it lasts no longer for that."""
        return await self._found("look_up_session", secret, now)

    async def end(self, secret: str, *, everywhere: bool = False) -> int:
        """End the session, or all of the same person; how many there were."""
        with store_errors():
            return int(await self._pool.fetchval(query("end_session"), _digest(secret), everywhere))

    async def _found(self, how: str, secret: str, now: datetime) -> Session | None:
        with store_errors():
            row = await self._pool.fetchrow(query(how), _digest(secret), now, self._lasting.idle)
        if row is None:
            return None
        return Session(
            secret=secret,
            person=Person(
                actor=Actor(subject=row["subject"], role=row["role"]),
                name=row["person_name"],
                clinician_id=row["clinician"],
            ),
            signed_in_at=row["signed_in_at"],
            ends_at=row["ends_at"],
            id_token=_opened(secret, row["id_token"]),
        )


def _closed(secret: str, id_token: str | None) -> str | None:
    """AES-256-GCM, a random nonce before it, as base64."""
    if id_token is None:
        return None
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_token_key(secret)).encrypt(nonce, id_token.encode(), None)
    return base64.b64encode(nonce + sealed).decode("ascii")


def _opened(secret: str, kept: str | None) -> str | None:
    """What was kept, unless it was changed: then nothing, and signing out ends here."""
    if kept is None:
        return None
    try:
        stored = base64.b64decode(kept, validate=True)
        nonce, sealed = stored[:NONCE_BYTES], stored[NONCE_BYTES:]
        return AESGCM(_token_key(secret)).decrypt(nonce, sealed, None).decode()
    except (InvalidTag, ValueError):
        return None


def _token_key(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"id token", hashlib.sha256)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
