"""Subscriptions: which other system is told of which events, and how far each has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import asyncpg

from activities.feeds.errors import SubscriptionTaken, SubscriptionUnknown
from eventstore.connect import Connection, Pool
from eventstore.errors import store_errors
from eventstore.sql import queries_in

State = Literal["running", "paused", "parked"]

query = queries_in(Path(__file__).parent / "queries")


@dataclass(frozen=True, slots=True)
class Subscription:
    """One receiver. It has been sent what it is told of up to `seq`; `lag` numbers wait.

    `types` are event types, or kinds as `pathway.*`; none is all. `sees` names the permissions by
    which it may read content. `secrets` are `file:/path` or `env:NAME`, the one in force first.
    A receiver without a `url` asks by itself, and says itself from where. It is `parked` when it
    took nothing for too long: `failures` counts the tries since it last did.
    """

    id: str
    url: str | None
    types: tuple[str, ...]
    sees: tuple[str, ...]
    secrets: tuple[str, ...]
    seq: int
    state: State
    failures: int
    failure: str | None
    failed_at: datetime | None
    next_try_at: datetime | None
    delivered_at: datetime | None
    lag: int


async def subscriptions(source: Pool | Connection) -> list[Subscription]:
    """All of them, by id. Raises `StoreUnavailable`."""
    with store_errors():
        return [_subscription(row) for row in await source.fetch(query("subscriptions"))]


async def subscription(source: Pool | Connection, subscription_id: str) -> Subscription:
    """One of them. Raises `SubscriptionUnknown`, `StoreUnavailable`."""
    with store_errors():
        row = await source.fetchrow(query("subscription"), subscription_id)
    if row is None:
        raise SubscriptionUnknown(subscription_id)
    return _subscription(row)


async def due(source: Pool | Connection) -> list[Subscription]:
    """Those to be sent something now. Raises `StoreUnavailable`."""
    with store_errors():
        return [_subscription(row) for row in await source.fetch(query("due"))]


async def add(
    source: Pool | Connection,
    subscription_id: str,
    url: str | None,
    *,
    types: Sequence[str],
    sees: Sequence[str],
    secrets: Sequence[str],
    after: int | None,
) -> None:
    """Begin a subscription after an event's seq, or with what happens from now on.

    Raises `SubscriptionTaken`, `StoreUnavailable`.
    """
    try:
        with store_errors():
            await source.execute(query("add"), subscription_id, url, types, sees, secrets, after)
    except asyncpg.UniqueViolationError:
        raise SubscriptionTaken(subscription_id) from None


async def pause(source: Pool | Connection, subscription_id: str) -> None:
    """Send nothing until it is resumed. Raises `SubscriptionUnknown`, `StoreUnavailable`."""
    await _change(source, "pause", subscription_id)


async def resume(source: Pool | Connection, subscription_id: str) -> None:
    """Send again at once, from where it stands. Raises as `pause`."""
    await _change(source, "resume", subscription_id)


async def rewind(source: Pool | Connection, subscription_id: str, seq: int) -> None:
    """Send what follows on `seq` again, or leave out what is before it. Raises as `pause`."""
    await _change(source, "rewind", subscription_id, seq)


async def exchange_secrets(
    source: Pool | Connection, subscription_id: str, secrets: Sequence[str]
) -> None:
    """Sign by these from now on. Raises as `pause`."""
    await _change(source, "exchange_secrets", subscription_id, secrets)


async def remove(source: Pool | Connection, subscription_id: str) -> None:
    """Forget the receiver. Raises as `pause`."""
    await _change(source, "remove", subscription_id)


async def note_delivery(
    pool: Pool, one: Subscription, before: int, reached: int, sent: int
) -> bool:
    """Save that everything up to `reached` is done; False if it was moved or stopped meanwhile."""
    with store_errors():
        return bool(await pool.fetchval(query("note_delivery"), one.id, before, reached, sent > 0))


async def note_failure(
    pool: Pool, one: Subscription, before: int, why: str, wait: timedelta, *, park: bool
) -> None:
    """Save why a try has failed, and when the next is due. Raises `StoreUnavailable`."""
    with store_errors():
        await pool.execute(query("note_failure"), one.id, before, why, wait, park)


async def _change(
    source: Pool | Connection, how: str, subscription_id: str, *given: object
) -> None:
    with store_errors():
        done = await source.execute(query(how), subscription_id, *given)
    if done.endswith(" 0"):
        raise SubscriptionUnknown(subscription_id)


def _subscription(row: asyncpg.Record) -> Subscription:
    lists = {name: tuple(row[name]) for name in ("types", "sees", "secrets")}
    return Subscription(**{**dict(row.items()), **lists})
