"""Programme definitions as they were published: folded from the programmes' own streams."""

from collections.abc import AsyncIterator

from domain.fold import fold
from domain.programme import PROGRAMME, Programme
from domain.programmes.definition import Definition
from eventstore.store import EventStore
from web.errors import Unavailable

PAGE = 100
"""Streams listed at once."""


def stream_of(programme_id: str) -> str:
    return f"{PROGRAMME.kind}-{programme_id}"


async def published(store: EventStore, programme_id: str) -> Programme:
    """Every version of a programme; one that was never published has none."""
    return fold(PROGRAMME, await store.read_stream(stream_of(programme_id))).state


async def published_programmes(store: EventStore) -> AsyncIterator[Programme]:
    """Every programme of which a version is published, in the order of their names."""
    async for stream in programme_streams(store):
        yield fold(PROGRAMME, await store.read_stream(stream)).state


async def latest_versions(store: EventStore) -> AsyncIterator[Definition]:
    """The version in force of every programme, in the same order."""
    async for programme in published_programmes(store):
        if programme.latest:
            yield programme.latest


async def programme_streams(store: EventStore) -> AsyncIterator[str]:
    """The stream of every such programme, in the same order."""
    after = ""
    while page := await store.streams(PROGRAMME.kind, after, PAGE):
        for stream in page:
            yield stream
        after = page[-1]


async def in_force(store: EventStore, programme_id: str) -> Definition:
    """The latest version. Raises `Unavailable` while nothing is published."""
    latest = (await published(store, programme_id)).latest
    if latest is None:
        raise Unavailable(
            f"No version of the programme {programme_id!r} is published: publish one with "
            "`carepath programmes publish FILE.yaml`."
        )
    return latest


async def definition_of(store: EventStore, label: str) -> Definition | None:
    """The version called `label` (`mbt-g@1`), if it is published."""
    programme_id, _, version = label.partition("@")
    return (await published(store, programme_id)).version(int(version))
