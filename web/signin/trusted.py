"""An OpenID provider as carepath is told about it, and who it says somebody is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from domain.actor import Actor, Role
from domain.identity import well_formed
from web.person import Person
from web.signin.errors import NoRole, TokenNotTrusted

Claims = Mapping[str, Any]

LONGEST_NAME = 200


@dataclass(frozen=True)
class Trusted:
    """One provider, and how its claims are read.

    A claim is named by its path: `realm_access.roles`. `roles` maps values of the role's claim to
    roles; of several that somebody has, the first in the order of `roles` counts. `subject_claim`
    must never change for a person and say nothing about them. `skew` is how far the clocks of the
    two may be apart.
    """

    issuer: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    title: str = "your organisation's account"
    scopes: tuple[str, ...] = ("openid", "profile")
    subject_claim: str = "sub"
    name_claim: str = "name"
    role_claim: str = "roles"
    clinician_claim: str | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    skew: timedelta = timedelta(minutes=2)


def person_of(trusted: Trusted, claims: Claims) -> Person:
    """Who the claims speak of. Raises `NoRole` or `TokenNotTrusted`."""
    subject = claim(claims, trusted.subject_claim)
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_NAME:
        raise TokenNotTrusted(f"it does not say {trusted.subject_claim!r}")
    return Person(
        actor=Actor(subject=subject, role=_role(trusted, claims)),
        name=_name(claim(claims, trusted.name_claim)),
        clinician_id=_clinician(trusted, claims),
    )


def claim(claims: Claims, path: str) -> Any:
    """What stands at a path of names; a name with dots or slashes of its own is tried first."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _role(trusted: Trusted, claims: Claims) -> Role:
    given = claim(claims, trusted.role_claim)
    values: Iterable[Any] = given if isinstance(given, list) else [given]
    held = {value for value in values if isinstance(value, str)}
    for value, role in trusted.roles.items():
        if value in held:
            return role
    raise NoRole(trusted.role_claim)


def _clinician(trusted: Trusted, claims: Claims) -> str | None:
    given = claim(claims, trusted.clinician_claim) if trusted.clinician_claim else None
    is_one = isinstance(given, str) and given.startswith("clinician-") and well_formed(given)
    return given if is_one else None


def _name(given: Any) -> str | None:
    """On one line, and not longer than a name is."""
    words = " ".join(given.split())[:LONGEST_NAME] if isinstance(given, str) else ""
    return words if words.isprintable() and words else None
