"""Sending to other systems as a worker does it, beside the effects of entities."""

import httpx

from activities.feeds.delivery import Counts, Feeds
from activities.feeds.run import run_feeds
from eventstore.connect import Pool
from eventstore.store import EventStore
from web.rights.sight import sight_of


async def send_feeds(pool: Pool, store: EventStore, counts: Counts) -> None:
    """Send for ever, or stand by while another worker does."""
    async with httpx.AsyncClient(timeout=20) as client:
        await run_feeds(Feeds(pool, store, client, sight_of, counts))
