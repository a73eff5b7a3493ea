"""Which programmes are published, as requests ask for them."""

from collections.abc import AsyncIterator

from activities.definitions import stream_of
from domain.programme import PROGRAMME, Programme
from domain.programmes.definition import Definition
from eventstore.store import EventStore
from web.errors import Unavailable
from web.services import Services

PAGE = 100
"""Streams listed at once."""


async def published_programmes(services: Services) -> AsyncIterator[Programme]:
    """Every programme of which a version is published, in the order of their names."""
    async for programme_id in programme_ids(services.store):
        yield await services.definitions.programme(programme_id)


async def programme_ids(store: EventStore) -> AsyncIterator[str]:
    """The name of every such programme, in the same order."""
    after = ""
    while page := await store.streams(PROGRAMME.kind, after, PAGE):
        for stream in page:
            yield stream.removeprefix(stream_of(""))
        after = page[-1]


async def in_force(services: Services, programme_id: str) -> Definition:
    """The latest version. Raises `Unavailable` while nothing is published."""
    latest = (await services.definitions.programme(programme_id)).latest
    if latest is None:
        raise Unavailable(
            f"No version of the programme {programme_id!r} is published: publish one with "
            "`carepath programmes publish FILE.yaml`."
        )
    return latest
