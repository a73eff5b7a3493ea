"""What the API is made with: the composition root passes it, and nothing is kept in modules."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Protocol

from fastapi import Depends, Request

from activities.definitions import Definitions
from activities.sharing.record import Clinic
from activities.words import Language
from domain.commands.submission import Receipt, Submission
from eventstore.connect import Pool
from eventstore.store import EventStore
from web.issued_tokens import IssuedTokens
from web.open_groups import OpenGroups
from web.provable import Provable
from web.rights.access_log import AccessLog
from web.sessions import Cookie, Lasting
from web.signin.discovery import Discovery
from web.signin.trusted import Trusted
from web.tokens import Token
from web.turns import Turns
from workflows.entity import Snapshot


class Entities(Protocol):
    """The way to running entities, as `workflows.client.EntityClient` goes it."""

    async def submit(self, entity_id: str, submission: Submission) -> Receipt:
        """Send a command to a running entity. Raises `Rejected` or an `EntityError`."""

    async def submit_starting(self, entity_id: str, submission: Submission) -> Receipt:
        """Send a command to an entity, and start its workflow if none runs."""

    async def start(self, entity_id: str) -> bool:
        """Start the workflow of an entity of the log. False: it was running already."""

    async def snapshot(self, entity_id: str) -> Snapshot:
        """What the running entity holds. Raises `NotRunning` or another `EntityError`."""


@dataclass(frozen=True)
class SigningIn:
    """How people sign in: by a provider, or as personas where that was asked for.

    `public_url` is where browsers reach carepath, if not on this machine.
    """

    public_url: str | None = None
    trusted: Trusted | None = None
    personas: bool = False
    lasting: Lasting = field(default_factory=Lasting)

    @property
    def cookie(self) -> Cookie:
        return Cookie(secure=self.tls)

    @property
    def tls(self) -> bool:
        return (self.public_url or "").startswith("https://")


def utc_now() -> datetime:
    return datetime.now(UTC)


async def always_ready() -> bool:
    """Say yes: what else is needed, only the composition root knows."""
    return True


@dataclass(frozen=True)
class Services:
    """`programme` is what referrals are for that name none.

    `identity_key` makes patients' ids opaque. `ready` says whether all that requests need is there,
    `provable` where the log's public keys are, `clinic` whose records are handed out,
    `language` that of calendars.
    """

    store: EventStore
    entities: Entities
    pool: Pool
    tokens: tuple[Token, ...]
    identity_key: bytes
    programme: str = "mbt-g"
    now: Callable[[], datetime] = utc_now
    ready: Callable[[], Awaitable[bool]] = always_ready
    turns: Turns = field(default_factory=Turns)
    signing_in: SigningIn = field(default_factory=SigningIn)
    provable: Provable | None = None
    language: Language = "en"
    clinic: Clinic = field(default_factory=Clinic)

    @cached_property
    def access_log(self) -> AccessLog:
        """What this process notes of reads and of refused attempts."""
        return AccessLog(self.store.reads(), self.now)

    @cached_property
    def issued_tokens(self) -> IssuedTokens | None:
        """What reads tokens of the identity provider, where one is set and our address is known."""
        trusted, public_url = self.signing_in.trusted, self.signing_in.public_url
        if trusted is None or public_url is None:
            return None
        discovery = Discovery(trusted.issuer, self.now)
        return IssuedTokens(trusted, f"{public_url.rstrip('/')}/fhir", discovery, self.now)

    @cached_property
    def definitions(self) -> Definitions:
        """The programme definitions that are published, each read once."""
        return Definitions(self.store)

    @cached_property
    def open_groups(self) -> OpenGroups:
        """The groups that meet, as this process has last drawn them."""
        return OpenGroups(self.definitions.version)


def _services_of(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Serving = Annotated[Services, Depends(_services_of)]
