"""Every route says what it needs, and every role gets what its row of the tables says."""

import csv
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from domain.actor import ROLES, Role
from domain.commands.registry import COMMANDS, FROM_ENTITIES, INTERNAL
from tests.web.api import Api
from web.rights.commands import may_submit
from web.rights.needs import Needs, NeedsOfKind
from web.rights.permissions import Permission, may
from web.security import is_open

GOLDEN = Path(__file__).parent / "rights.csv"
ABOUT_ONE = ("entity_id", "pathway_id")
CONCERN_NO_READING = {
    "/api/entities/{entity_id}/erasure",
    "/break-glass/{entity_id}",
    "/entities/{entity_id}/commands/{command}",
    "/pathways/{pathway_id}",
}
"""How an erasure goes on, a reason's form, the form of a command; and a page that is refreshed as
views change, and so records its reads itself."""

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
