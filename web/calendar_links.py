"""Secret links to calendars: whoever has one sees when somebody meets, until it is revoked.

A link is 256 random bits. What is kept is their SHA-256, by which nobody can follow it; so a link
is told once, to whoever made it, and a lost one is replaced by another.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from pydantic import AwareDatetime

from domain.actor import Actor
from domain.events.reads import CalendarLinkFollowed, CalendarLinkMade, CalendarLinkRevoked
from domain.value import Value
from eventstore.connect import Pool
from eventstore.errors import store_errors
from eventstore.sql import queries_in
from web.errors import NotFound, WebError
from web.rights.access_log import AccessLog

SECRET_BYTES = 32

MOST = 10
"""Living links of one calendar: one a device is plenty, and the list stays readable."""

PATH = "/calendar/"

query = queries_in(Path(__file__).parent / "queries")


class TooManyLinks(WebError):
    """The calendar has as many links as one may have."""

    status = 409
    code = "too_many_links"

    def __init__(self) -> None:
        super().__init__(f"This calendar has {MOST} links: revoke one that is no longer used.")


class Link(Value):
    """A living link, without its secret. `followed_at`: when it was first used, if ever."""

    id: UUID
    made_by: str
    made_at: AwareDatetime
    followed_at: AwareDatetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Where a secret leads."""

    id: UUID
    calendar: str
    followed_at: datetime | None


class CalendarLinks:
    """The links of this installation. Every method raises `StoreUnavailable`."""

    def __init__(self, pool: Pool, log: AccessLog, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._log = log
        self._now = now

    async def make(self, calendar: str, actor: Actor) -> tuple[UUID, str]:
        """A link's id, and the secret that nobody is told again. Raises `TooManyLinks`."""
        link, secret, now = uuid4(), secrets.token_urlsafe(SECRET_BYTES), self._now()
        with store_errors():
            made = await self._pool.fetchval(
                query("make_calendar_link"),
                *(link, _digest(secret), calendar, actor.subject, now, MOST),
            )
        if not made:
            raise TooManyLinks
        made_now = CalendarLinkMade(at=now, link=link, calendar=calendar)
        await self._log.record_link(actor, made_now)
        return link, secret

    async def of(self, calendar: str) -> tuple[Link, ...]:
        """The calendar's living links, the latest first."""
        with store_errors():
            rows = await self._pool.fetch(query("calendar_links_of"), calendar)
        return tuple(Link(**dict(row)) for row in rows)

    async def revoke(self, calendar: str, link: UUID, actor: Actor) -> None:
        """End a link at once. Raises `NotFound` if the calendar has no such link."""
        with store_errors():
            revoked = await self._pool.fetchval(query("revoke_calendar_link"), link, calendar)
        if not revoked:
            raise NotFound("This calendar has no such link; perhaps it is revoked already.")
        revoked_now = CalendarLinkRevoked(at=self._now(), link=link, calendar=calendar)
        await self._log.record_link(actor, revoked_now)

    async def find(self, secret: str) -> Found | None:
        """Where a secret leads; None if it is nobody's, or revoked."""
        with store_errors():
            row = await self._pool.fetchrow(query("find_calendar_link"), _digest(secret))
        return Found(**dict(row)) if row else None

    async def note_followed(self, found: Found) -> None:
        """Record the first use of a link; nothing of further ones."""
        if found.followed_at is not None:
            return
        now = self._now()
        whoever = Actor(subject=f"calendar-link-{found.id}", role="service")
        followed = CalendarLinkFollowed(at=now, link=found.id, calendar=found.calendar)
        await self._log.record_link(whoever, followed)
        with store_errors():
            await self._pool.execute(query("note_calendar_followed"), found.id, now)


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
