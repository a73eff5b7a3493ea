"""A desk at the clinic: the application on a loopback port, over a demo clinic's log."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

import yaml

from domain.actor import Actor, Role
from domain.commands.registry import read
from domain.commands.submission import Submission
from domain.fold import fold
from domain.pathway import PATHWAY, Pathway
from domain.programme import PROGRAMME
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.runner import run_projector
from projections.states import view_states
from tests.web.entities import EntitiesHere
from web.app import create_app
from web.person import Person
from web.services import Services, SigningIn
from web.sessions import Sessions
from web.signin.personas import personas
from workers.demo.load import load_demo
from workers.history.log import Log
from workers.serving import Server

COLLEAGUE = Actor(subject="a-colleague", role="coordinator")
BEGINS = datetime(2026, 10, 24, 15, tzinfo=UTC)
"""When it is as the tests begin: a Saturday, when nobody has a session that one of a test meets."""

DEFINITION = yaml.safe_load(Path("domain/programmes/mbt-g.yaml").read_text(encoding="utf-8"))


@dataclass
class Desk:
    """`url` is where the application listens."""

    url: str
    services: Services
    entities: EntitiesHere

    def now(self) -> datetime:
        return self.services.now()

    async def submit(self, entity_id: str, command: str, **data: Any) -> None:
        """A command that comes from no page of the test: a colleague's, or a worker's."""
        await self.entities.submit(entity_id, _submission(command, data, COLLEAGUE))

    @contextmanager
    def earlier(self, by: timedelta) -> Iterator[None]:
        """What is submitted within is decided as if that had been so long ago."""
        clock, then = self.entities.now, self.now() - by
        self.entities.now = lambda: then
        try:
            yield
        finally:
            self.entities.now = clock

    async def session(self, role: Role) -> tuple[str, str]:
        """The name and value of a cookie with which somebody in this role is signed in."""
        signing_in = self.services.signing_in
        person = await self.persona(role)
        sessions = Sessions(self.services.pool, signing_in.lasting)
        session = await sessions.begin(person, self.now())
        return signing_in.cookie.name, session.secret

    async def persona(self, role: Role) -> Person:
        """The first of those whom one may sign in as in a role."""
        chosen = await personas(self.services.store)
        return next(one.person for one in chosen if one.person.actor.role == role)

    async def clinician_of(self, role: Role) -> str:
        """The clinician who the first persona of a role is."""
        person = await self.persona(role)
        assert person.clinician_id
        return person.clinician_id

    async def pathway(self, entity_id: str) -> Pathway:
        return fold(PATHWAY, await self.services.store.read_stream(entity_id)).state

    async def version(self, entity_id: str) -> int:
        return (await self.services.store.read_stream(entity_id))[-1].version

    async def pathway_in(self, phase: str, place: int = 0) -> str:
        """One of the open pathways in a phase: each test that changes one takes another place."""
        found = []
        for entity_id in await self.services.store.streams("pathway", "", 500):
            pathway = await self.pathway(entity_id)
            if (pathway.status, pathway.phase) == ("open", phase):
                found.append(entity_id)
        return found[place]


def clock_from(begins: datetime) -> Callable[[], datetime]:
    """A clock that goes on from a moment, as fast as any other."""
    started = monotonic()
    return lambda: begins + timedelta(seconds=monotonic() - started)


def services_of(pool: Pool, store: EventStore, entities: EntitiesHere) -> Services:
    """What the application is made with: people sign in as personas of the demo."""
    signing_in = SigningIn(personas=True)
    return Services(store, entities, pool, (), b"k" * 32, now=entities.now, signing_in=signing_in)


async def load_clinic(
    pool: Pool, begins: datetime = BEGINS, patients: int = 16, months: int = 8
) -> None:
    """Publish the programme, load a small demo clinic, and bring the views up to date."""
    store = EventStore(pool)
    entities = EntitiesHere(store, clock_from(begins))
    await _publish(entities)
    demo = {"patients": patients, "months": months, "seed": 12}
    await load_demo(Log(pool), "mbt-g", **demo, now=entities.now)
    async with _projected(pool, store):
        pass


@asynccontextmanager
async def open_desk(pool: Pool) -> AsyncIterator[Desk]:
    """Serve a clinic that is loaded, and keep its views up to date."""
    store = EventStore(pool)
    entities = EntitiesHere(store, clock_from(BEGINS))
    entities.awake |= set(await store.streams(None, "", 1000))
    async with open_desk_of(services_of(pool, store, entities), entities) as desk:
        yield desk


@asynccontextmanager
async def open_desk_of(services: Services, entities: EntitiesHere) -> AsyncIterator[Desk]:
    """The same where the application reaches entities in a way of its own."""
    async with _projected(services.pool, services.store), _served(services) as url:
        yield Desk(url, services, entities)


async def _publish(entities: EntitiesHere) -> None:
    command = read(PROGRAMME.kind, "publish", {"definition": DEFINITION})
    publisher = Actor(subject="an-administrator", role="administrator")
    submission = _submission("publish", command.model_dump(mode="json"), publisher)
    await entities.submit_starting("programme-mbt-g", submission)


def _submission(command: str, data: dict[str, Any], actor: Actor) -> Submission:
    return Submission(command_id=uuid4(), command=command, data=data, actor=actor)


@asynccontextmanager
async def _projected(pool: Pool, store: EventStore) -> AsyncIterator[None]:
    stop = asyncio.Event()
    projector = asyncio.create_task(run_projector(pool, stop, store))
    while any(one.lag or one.state != "running" for one in await view_states(pool)):  # noqa: ASYNC110 - views tell nobody
        await asyncio.sleep(0.05)
    yield
    stop.set()
    await projector


@asynccontextmanager
async def _served(services: Services) -> AsyncIterator[str]:
    server = Server(create_app(services))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving
