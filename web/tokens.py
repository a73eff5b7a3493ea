"""Tokens of programs, and of people at a command line: known by their digest only."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from domain.actor import Actor, Role
from domain.identity import ClinicianId
from domain.value import Name, Value
from web.errors import Unauthorised
from web.issued_tokens import IssuedTokens
from web.person import Person

SIGNED_DOTS = 2
"""Between the three parts of a signed token."""


class Token(Value):
    """Somebody's token, known by its SHA-256 in hexadecimal only.

    `clinician_id` is who its owner is among the clinic's clinicians, if they are one. With `scopes`
    it is a program's, which may do what these give and nothing else.
    """

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    subject: Name
    role: Role
    clinician_id: ClinicianId | None = None
    scopes: tuple[Name, ...] | None = None

    @property
    def person(self) -> Person:
        actor = Actor(subject=self.subject, role=self.role)
        return Person(actor=actor, clinician_id=self.clinician_id, scopes=self.scopes)


_TOKENS = TypeAdapter(tuple[Token, ...])


def read_tokens(path: Path) -> tuple[Token, ...]:
    """The tokens of a `tokens.json`, a list of `{sha256, subject, role}`, perhaps with `scopes`.

    Raises `OSError`, or `ValueError` saying what is wrong with the file.
    """
    return _TOKENS.validate_python(json.loads(path.read_text(encoding="utf-8")))


def bearer_of(tokens: tuple[Token, ...], authorization: str) -> Person | None:
    """Who brings this header, if its token is known.

    Every token is compared, each in constant time: how long it takes tells nothing.
    """
    scheme, _, given = authorization.partition(" ")
    digest = hashlib.sha256(given.strip().encode()).hexdigest()
    matches = [one for one in tokens if hmac.compare_digest(one.sha256, digest)]
    return matches[0].person if matches and scheme.lower() == "bearer" else None


class Bearers:
    """Who brings which token: one that is listed here, or one that the clinic's provider issued."""

    def __init__(self, tokens: tuple[Token, ...], issued: IssuedTokens | None = None) -> None:
        self._tokens = tokens
        self._issued = issued

    async def who(self, authorization: str) -> Person:
        """Raises `Unauthorised`, or `ProviderUnreachable` for a token that needs the provider."""
        known = bearer_of(self._tokens, authorization)
        if known is not None:
            return known
        scheme, _, token = authorization.partition(" ")
        if self._issued is None or scheme.lower() != "bearer" or token.count(".") != SIGNED_DOTS:
            raise Unauthorised
        return await self._issued.person(token.strip())
