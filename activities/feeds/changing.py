"""A receiver is changed, and who did that is recorded: both, or neither."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import uuid4

from activities.feeds.errors import SubscriptionUnknown
from activities.feeds.subscription import Subscription, subscription
from domain.actor import Actor
from domain.events.envelope import Origin, new_events
from domain.events.receivers import SubscriptionChange, SubscriptionChanged
from eventstore.cipher import PLAINTEXT
from eventstore.connect import Connection, Pool
from eventstore.errors import store_errors
from eventstore.reads import Reading, ReadLog, access_stream_by


@asynccontextmanager
async def changing(
    pool: Pool, subscription_id: str, change: SubscriptionChange, by: Actor
) -> AsyncIterator[Connection]:
    """Where the change is made: it is kept once the access log has taken who made it.

    Raises `StoreUnavailable`, and whatever the change raises: then nothing is changed.
    """
    with store_errors():
        async with pool.acquire() as connection, connection.transaction():
            before = await _found(connection, subscription_id)
            yield connection
            if one := await _found(connection, subscription_id) or before:
                await _record(connection, one, change, by)


async def _record(
    connection: Connection, one: Subscription, change: SubscriptionChange, by: Actor
) -> None:
    changed = SubscriptionChanged(
        at=datetime.now(UTC),
        subscription=one.id,
        change=change,
        host=urlsplit(one.url).hostname if one.url else None,
        types=one.types,
        sees=one.sees,
        position=one.seq,
    )
    [event] = new_events([changed], Origin(command_id=uuid4(), actor=by))
    await ReadLog(connection, PLAINTEXT).append([Reading(access_stream_by(by.subject), event)])


async def _found(connection: Connection, subscription_id: str) -> Subscription | None:
    try:
        return await subscription(connection, subscription_id)
    except SubscriptionUnknown:
        return None
