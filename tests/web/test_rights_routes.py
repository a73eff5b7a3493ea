"""Every route says what it needs, and every role gets what its row of the tables says."""

import asyncio
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.actor import ROLES, Role
from domain.commands.registry import COMMANDS, FROM_ENTITIES, INTERNAL
from tests.web.api import Api, token_of
from tests.web.conftest import Clock
from web.rights.commands import may_submit
from web.rights.needs import Needs, NeedsOfKind
from web.rights.permissions import Permission, may
from web.security import is_open

GOLDEN = Path(__file__).parent / "rights.csv"
ABOUT_ONE = ("entity_id", "pathway_id", "patient_id")
CONCERN_NO_READING = {
    "/api/entities/{entity_id}/erasure",
    "/break-glass/{entity_id}",
    "/entities/{entity_id}/commands/{command}",
    "/pathways/{pathway_id}",
    "/pathways/{pathway_id}/discharge",
    "/referrals/{pathway_id}",
    "/waitlist/{pathway_id}",
}
"""How an erasure goes on and a reason's form; and pages that record their reads themselves."""

SENT = [
    (kind, name)
    for kind, names in COMMANDS.items()
    for name in names
    if name not in {*INTERNAL, *FROM_ENTITIES.get(kind, ()), "refer"}
]


def routes(app: FastAPI) -> Iterator[tuple[str, RouteContext]]:
    """Each method that is not open with its route; another sort of route could declare no need."""
    for route in iter_route_contexts(app.routes):
        assert isinstance(route.original_route, APIRoute), f"{route} cannot say what it needs"
        for method in sorted(route.methods or ()):
            if not is_open(method, str(route.path_format)):
                yield method, route


def needs_of(route: RouteContext) -> list[Needs | NeedsOfKind]:
    return [
        one.call
        for one in route.dependant.dependencies
        if isinstance(one.call, Needs | NeedsOfKind)
    ]


@pytest.fixture
def app(api: Api) -> FastAPI:
    return api.app


def test_every_route_that_is_not_open_declares_what_it_needs(app: FastAPI) -> None:
    silent = [f"{method} {route.path}" for method, route in routes(app) if not needs_of(route)]
    assert silent == []


def test_every_route_of_one_patient_records_that_it_was_read(app: FastAPI) -> None:
    unrecorded = [
        route.path
        for method, route in routes(app)
        if method == "GET"
        and any("{" + one in str(route.path) for one in ABOUT_ONE)
        and not any(isinstance(one, NeedsOfKind) for one in needs_of(route))
    ]
    assert set(unrecorded) - CONCERN_NO_READING == set()


def told() -> list[dict[str, str]]:
    with GOLDEN.open(newline="") as file:
        return list(csv.DictReader(file))


def table() -> list[dict[str, str]]:
    """What the code says, a row for each permission and command."""
    permissions = [
        {"what": str(one), **{role: _yes(may(role, one)) for role in ROLES}} for one in Permission
    ]
    commands = [
        {"what": f"{kind}.{name}", **{role: _yes(may_submit(role, kind, name)) for role in ROLES}}
        for kind, name in SENT
    ]
    return permissions + commands


def _yes(allowed: bool) -> str:
    return "yes" if allowed else "no"


def test_roles_have_the_rights_that_were_agreed_upon() -> None:
    """A change of the tables is a decision: whoever makes it changes the file too."""
    assert table() == told()


@pytest.mark.parametrize("role", ROLES)
async def test_every_command_refuses_and_admits_each_role_as_the_table_says(
    clinic: Api, role: Role
) -> None:
    wrong = []
    with clinic.acting_as(role):
        for kind, name in SENT:
            entity = "programme-none" if kind == "programme" else f"{kind}-{uuid4()}"
            entity = "oncall-none" if kind == "oncall" else entity
            answer = await clinic.submit(entity, name)
            refused = answer.status_code == 403
            if refused == may_submit(role, kind, name) and "invalid" not in answer.text:
                wrong.append((kind, name, answer.status_code, answer.text[:200]))
    assert wrong == []


AT_MOST = 30
"""Seconds for every route as one role; an answer that goes on for ever is cut off."""

NO_ANSWER = (401, 405, 429, 500)
"""What says nothing of the role. 503 is an answer: nobody builds the views here."""

FORM_OF_COMMAND = "/entities/{entity_id}/commands/{command}"

RECORDS_MEASURE = "/pathways/{pathway_id}/measures/{measure}"
"""What is sent there, or below, is one command."""


class FirstPart:
    """An application whose answers end after their first part: a live stream never would."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ended = asyncio.Event()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "more_body": False}
                ended.set()
            await send(message)

        answering = asyncio.ensure_future(self._app(scope, receive, sending))
        waiting = asyncio.create_task(ended.wait())
        await asyncio.wait({answering, waiting}, return_when=asyncio.FIRST_COMPLETED)
        for task in (answering, waiting):
            task.cancel()
        failed, _ = await asyncio.gather(answering, waiting, return_exceptions=True)
        if isinstance(failed, Exception):
            raise failed


def address_of(route: RouteContext) -> str:
    """An address of the route, of an entity that is not there."""
    known = {"entity_id": f"pathway-{uuid4()}", "command": "raise_concern"}

    def filled(parameter: re.Match[str]) -> str:
        name = parameter[1]
        kind, _, is_id = name.partition("_id")
        return known.get(name) or (f"{kind}-{uuid4()}" if "_id" in name and not is_id else "none")

    return re.sub(r"{(\w+)}", filled, str(route.path))


def admits(role: Role, method: str, route: RouteContext) -> bool:
    """What the tables say of a role and a route; the entity is a pathway where it may be any."""
    asked = {
        permission
        for one in needs_of(route)
        for permission in (
            [Permission.READ_PATIENT] if isinstance(one, NeedsOfKind) else one.permissions
        )
    }
    if route.path == FORM_OF_COMMAND:
        return may(role, Permission.READ_PATIENT) and may_submit(role, "pathway", "raise_concern")
    if method == "POST" and str(route.path).startswith(RECORDS_MEASURE):
        asked_of_pages = all(may(role, one) for one in asked)
        return asked_of_pages and may_submit(role, "pathway", "record_measure")
    return all(may(role, one) for one in asked)


def sent_with(method: str, path: str) -> dict[str, Any]:
    if method == "GET":
        return {}
    return {"json": {}} if path.startswith("/api/") else {"data": {"command_id": str(uuid4())}}


@pytest.mark.parametrize("role", ROLES)
async def test_every_route_refuses_and_admits_each_role_as_the_tables_say(
    clinic: Api, clock: Clock, role: Role
) -> None:
    wrong = []
    transport = httpx.ASGITransport(FirstPart(clinic.app))
    headers = {"Authorization": f"Bearer {token_of(role)}"}
    async with (
        asyncio.timeout(AT_MOST),
        httpx.AsyncClient(transport=transport, base_url="http://carepath") as client,
    ):
        for method, route in routes(clinic.app):
            clock.pass_time(seconds=1)
            path = address_of(route)
            stranger = await client.request(method, path, **sent_with(method, path))
            answer = await client.request(method, path, headers=headers, **sent_with(method, path))
            refused = answer.status_code == 403 and "not_your_role" in answer.text
            if (
                stranger.status_code != 401
                or answer.status_code in NO_ANSWER
                or refused == admits(role, method, route)
            ):
                wrong.append((method, route.path, stranger.status_code, answer.status_code))
    assert wrong == []
