"""The application without a network, and every statement that a page sends to the database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from domain.actor import Actor, Role
from eventstore.connect import LogConnection, Pool
from eventstore.store import EventStore
from tests.pages.desk import services_of
from tests.web.entities import EntitiesHere
from web.app import create_app
from web.person import Person
from web.rights.access_log import AccessLog
from web.services import utc_now
from web.sessions import Sessions

Heard = list[str]


@dataclass
class Pages:
    """Pages of a process that has just begun: nothing is kept yet."""

    app: FastAPI
    client: httpx.AsyncClient
    heard: Heard

    async def statements(self, address: str) -> list[str]:
        """What is sent to the database for one page, without what records that it was read.

        What the page has worked out behind it is part of it.
        """
        self.heard.clear()
        answer = await self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        await self.app.state.kept.behind.idle()
        return list(self.heard)


def heard_by(heard: Heard) -> type[LogConnection]:
    """A connection that notes each statement."""

    class Listening(LogConnection):
        async def _execute(self, query: str, *arguments: Any, **options: Any) -> Any:
            heard.append(query)
            return await super()._execute(query, *arguments, **options)  # type: ignore[misc] # untyped

    return Listening


@asynccontextmanager
async def pages(pool: Pool, listening: Pool, heard: Heard, role: Role) -> AsyncIterator[Pages]:
    """A new process that serves pages to somebody in a role; `listening` is the pool it uses."""
    store = EventStore(listening)
    services = services_of(listening, store, EntitiesHere(store, utc_now))
    app = create_app(services)
    app.state.access_log = AccessLog(EventStore(pool).reads(), services.now)
    sessions = Sessions(pool, services.signing_in.lasting)
    person = Person(actor=Actor(subject=f"a-{role}", role=role))
    session = await sessions.begin(person, services.now())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://desk",
        cookies={services.signing_in.cookie.name: session.secret},
        headers={"accept": "text/html"},
    ) as client:
        yield Pages(app, client, heard)
    await app.state.access_log.written()
