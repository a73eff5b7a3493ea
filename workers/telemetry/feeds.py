"""Feeds, observed: what becomes of each try, and how far receivers are behind the settled log."""

import asyncio
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge

from activities.feeds.subscription import subscriptions
from eventstore.connect import Pool
from eventstore.errors import EventStoreError

READ_WITHIN = timedelta(seconds=3)


class FeedFigures:
    """Counters of the worker that sends, and gauges that any worker reads; none while it cannot.

    A receiver's label is the id of its subscription, which whoever runs carepath gave it.
    """

    def __init__(self, registry: CollectorRegistry, pool: Pool) -> None:
        self._pool = pool
        self._delivered = Counter(
            "carepath_feed_delivered",
            "Events that receivers have taken.",
            ("receiver",),
            registry=registry,
        )
        self._failed = Counter(
            "carepath_feed_failed", "Tries in vain.", ("receiver",), registry=registry
        )
        self._lag = Gauge(
            "carepath_feed_lag",
            "Numbers behind the settled log, of receivers that are not paused.",
            ("receiver",),
            registry=registry,
        )
        self._parked = Gauge(
            "carepath_feed_parked",
            "1 for a receiver that is sent nothing until somebody has looked.",
            ("receiver",),
            registry=registry,
        )

    def delivered(self, receiver: str) -> None:
        """Count an event that was taken."""
        self._delivered.labels(receiver).inc()

    def failed(self, receiver: str) -> None:
        """Count a try that was in vain."""
        self._failed.labels(receiver).inc()

    async def read(self) -> None:
        """Set every gauge to what the database says now."""
        self._lag.clear()
        self._parked.clear()
        try:
            async with asyncio.timeout(READ_WITHIN.total_seconds()):
                found = await subscriptions(self._pool)
        except (EventStoreError, TimeoutError):
            return
        for one in found:
            if one.url is not None and one.state != "paused":
                self._lag.labels(one.id).set(one.lag)
                self._parked.labels(one.id).set(one.state == "parked")
