"""The feed: /api/feed. Settled events as CloudEvents, for other systems that fetch them.

A receiver is whoever brings a token of the service role. What it may see beyond envelopes is said
by the subscription of its subject's name, if there is one.
"""

import asyncio
import json
import time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from activities.feeds.envelope import BATCH
from activities.feeds.errors import SubscriptionUnknown
from activities.feeds.page import Feed, Page
from activities.feeds.subscription import subscription
from domain.actor import Actor
from web.answers import answers
from web.errors import BadRequest, WebError
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_list
from web.rights.sight import sight_of
from web.security import Acting
from web.services import Services, Serving

LOOK_AGAIN = 0.5
"""Seconds between two looks for a receiver that waits."""

LONGEST_WAIT = 30

NEXT = "carepath-next"

Position = Annotated[int, Query(ge=0, lt=2**63)]
Types = Annotated[str, Query(max_length=2000, pattern=r"^([a-z_]+\.([a-z_]+|\*)(,|$))*$")]
Limit = Annotated[int, Query(ge=1, le=500)]
Seconds = Annotated[int, Query(ge=0, le=LONGEST_WAIT)]

router = APIRouter(prefix="/api/feed", tags=["feed"])


class FeedStopped(WebError):
    """The receiver's subscription is paused."""

    status = 409
    code = "paused"

    def __init__(self) -> None:
        super().__init__("This receiver is paused: ask whoever runs carepath to resume it.")


class Batch(Response):
    """Events in the batch format of CloudEvents: a JSON array."""

    media_type = BATCH


DESCRIBED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events in order, oldest first; none if nothing was settled meanwhile.",
        "content": {BATCH: {"schema": {"type": "array", "items": {"type": "object"}}}},
        "headers": {
            NEXT: {
                "description": "The `after` of the next page.",
                "schema": {"type": "string", "pattern": "^[0-9]+$"},
            }
        },
    }
}


@router.get(
    "",
    response_class=Response,  # whose type is none, so that errors are described as JSON
    responses={**answers(BadRequest, Forbidden, FeedStopped), **DESCRIBED},
    dependencies=[needs(Permission.READ_FEED)],
)
async def fetch(
    request: Request,
    services: Serving,
    actor: Acting,
    *,
    after: Position = 0,
    types: Types = "",
    limit: Limit = 100,
    wait: Seconds = 0,
) -> Batch:
    """Settled events above a position, in their order.

    `types` are event types, or kinds as `pathway.*`, with commas between them. With `wait`, the
    answer comes as soon as there is an event, after so many seconds at most.
    """
    feed = await _feed_of(services, actor)
    among = [one for one in types.split(",") if one]
    page = await _awaited(feed, after, limit, among, time.monotonic() + wait)
    note_list(request, page.pathways)
    events = [one.event for one in page.told]
    return Batch(json.dumps(events, ensure_ascii=False), headers={NEXT: str(page.reached)})


async def _feed_of(services: Services, actor: Actor) -> Feed:
    """What the receiver is told of. Raises `FeedStopped`."""
    try:
        one = await subscription(services.pool, actor.subject)
    except SubscriptionUnknown:
        return Feed(services.pool, services.store, sight_of(()))
    if one.state != "running":
        raise FeedStopped
    return Feed(services.pool, services.store, sight_of(one.sees), one.types)


async def _awaited(feed: Feed, after: int, limit: int, among: list[str], until: float) -> Page:
    """The next page with events on it; an empty one where none come in time."""
    while True:
        page = await feed.page(after, limit, among)
        left = until - time.monotonic()
        if page.told or left <= 0:
            return page
        if page.reached == after:
            await asyncio.sleep(min(LOOK_AGAIN, left))
        after = page.reached
