"""Trying a receiver out: one signed event that says nothing of anybody."""

import json
from datetime import UTC, datetime
from uuid import uuid4

import httpx

from activities.feeds.call import call
from activities.feeds.envelope import SINGLE
from activities.feeds.signing import secrets_at, signed
from activities.feeds.subscription import Subscription

TRIAL = "org.carepath.subscription.tried.v1"
"""The type of that event, which is in no log."""


async def try_out(one: Subscription, url: str) -> str | None:
    """Why the receiver did not take it, in a word; None if it did. Raises `SecretUnusable`."""
    now, event_id = datetime.now(UTC), str(uuid4())
    event = {
        "specversion": "1.0",
        "id": event_id,
        "source": "urn:carepath:trial",
        "type": TRIAL,
        "time": now.isoformat(),
    }
    body = json.dumps(event).encode()
    headers = {
        "content-type": SINGLE,
        **signed(await secrets_at(one.secrets), event_id, now, body),
    }
    async with httpx.AsyncClient() as client:
        failure = await call(client, url, body, headers)
    return failure.why if failure else None
