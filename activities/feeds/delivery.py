"""Sending one receiver what it waits for: in order, each event until it was taken.

An event counts as sent once the receiver has answered 2xx and its place is saved. If that is cut
off in between, the event is sent again, under the same id and with the same bytes.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

import httpx
import structlog

from activities.feeds.call import Failure, call
from activities.feeds.envelope import SINGLE, Sight
from activities.feeds.errors import SecretUnusable
from activities.feeds.page import Feed, Page, Told
from activities.feeds.signing import secrets_at, signed
from activities.feeds.subscription import Subscription, note_delivery, note_failure
from domain.actor import Actor
from domain.events.envelope import Origin, new_events
from domain.events.reads import ListRead
from eventstore.connect import Pool
from eventstore.errors import StoreUnavailable
from eventstore.reads import Reading, ReadLog, access_stream_by
from eventstore.store import EventStore

AT_ONCE = 50
"""Events read together."""

FRESH = timedelta(seconds=5)
"""What was read longer ago is read again, for the patient may have been erased since."""

READS = UUID("c3a8c1c4-4c61-4b5b-8b4e-0f6a2f6d7f10")
"""Names the records of what receivers were shown."""

log = structlog.get_logger(__name__)


class Counts(Protocol):
    """Who counts what becomes of tries, by the receiver's id."""

    def delivered(self, receiver: str) -> None:
        """Count an event that was taken."""

    def failed(self, receiver: str) -> None:
        """Count a try that was in vain."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Feeds:
    """What sending takes. `sight_of` says what the permissions of a subscription let it see."""

    pool: Pool
    store: EventStore
    client: httpx.AsyncClient
    sight_of: Callable[[Sequence[str]], Sight]
    counts: Counts
    now: Callable[[], datetime] = _now


async def deliver(feeds: Feeds, one: Subscription) -> None:
    """Send what waits, until nothing does, a try fails, or somebody stops or moves the receiver."""
    sending = _Sending(feeds, one)
    try:
        while await sending.page():
            pass
    except StoreUnavailable as lost:
        log.warning("feed_waits", receiver=one.id, cause=lost.cause)
    except SecretUnusable:
        await sending.failed(Failure("secret_unusable"))
    except Exception as unreadable:  # noqa: BLE001 - whatever an event is, it stops this receiver
        await sending.failed(Failure(f"unreadable_{type(unreadable).__name__}"))


class _Sending:
    """The sending to one receiver, and how far it has come."""

    def __init__(self, feeds: Feeds, one: Subscription) -> None:
        self._feeds = feeds
        self._one = one
        self._seq = one.seq
        self._failures = one.failures
        self._feed = Feed(feeds.pool, feeds.store, feeds.sight_of(one.sees), one.types)
        self._reads: ReadLog = feeds.store.reads()

    async def page(self) -> bool:
        """Send the next page; whether to go on. Raises `SecretUnusable`."""
        begun = time.monotonic()
        page = await self._next()
        if page.reached == self._seq:
            return False
        secrets = await secrets_at(self._one.secrets) if page.told else []
        await self._record(page)
        for told in page.told:
            if not await self._send(told, secrets):
                return False
            if time.monotonic() - begun > FRESH.total_seconds():
                return True
        return page.reached == self._seq or await self._moved(page.reached, sent=0)

    async def _next(self) -> Page:
        """An event that cannot be read holds up none before it: those are then read alone."""
        try:
            return await self._feed.page(self._seq, AT_ONCE)
        except StoreUnavailable:
            raise
        except Exception:  # noqa: BLE001 - told where it is read alone
            return await self._feed.page(self._seq, 1)

    async def _record(self, page: Page) -> None:
        """That somebody outside is shown what the page says of patients, before they are.

        A page that is sent again is not recorded again.
        """
        if not page.pathways:
            return
        actor = Actor(subject=f"feed-{self._one.id}", role="service")
        read = ListRead(
            at=self._feeds.now(),
            what="webhook",
            patients=len(page.pathways),
            purpose="operations",
            pathways=tuple(sorted(UUID(one.partition("-")[2]) for one in page.pathways)),
        )
        shown = f"{actor.subject} {' '.join(one.event_id for one in page.told)}"
        origin = Origin(command_id=uuid5(READS, shown), actor=actor)
        [recorded] = new_events([read], origin)
        await self._reads.append([Reading(access_stream_by(actor.subject), recorded)])

    async def _send(self, told: Told, secrets: Sequence[bytes]) -> bool:
        """Send one event; whether to go on."""
        url, feeds = self._one.url or "", self._feeds
        body = told.body
        headers = signed(secrets, told.event_id, feeds.now(), body)
        failure = await call(feeds.client, url, body, {"content-type": SINGLE, **headers})
        if failure:
            await self.failed(failure)
            return False
        feeds.counts.delivered(self._one.id)
        self._failures = 0
        return await self._moved(told.seq, sent=1)

    async def _moved(self, reached: int, *, sent: int) -> bool:
        moved = await note_delivery(self._feeds.pool, self._one, self._seq, reached, sent)
        self._seq = reached
        return moved

    async def failed(self, failure: Failure) -> None:
        """Note why, and when the next try is due, if there is to be one."""
        one, park = self._one, failure.parks(self._failures)
        self._feeds.counts.failed(one.id)
        wait = failure.wait(self._failures)
        await note_failure(self._feeds.pool, one, self._seq, failure.why, wait, park=park)
        if park:
            log.error("feed_parked", receiver=one.id, why=failure.why, seq=self._seq)
        else:
            log.warning("feed_fails", receiver=one.id, why=failure.why, wait_s=wait.total_seconds())
