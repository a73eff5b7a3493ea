"""What /fhir/metadata says is served is what is served: no more, and no less."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from tests.web.api import Api
from web.fhir.capability import SERVED_BESIDE
from web.fhir.record import PARAMETERS

OWN = {"read": "GET {}/{{}}", "search-type": "GET {}", "create": "POST {}"}


def served(api: Api) -> Iterator[str]:
    """Each way in, with whatever stands for an id."""
    for route in iter_route_contexts(api.app.routes):
        path = str(route.path_format)
        if path.startswith("/fhir") and isinstance(route.original_route, APIRoute):
            for method in route.methods or ():
                yield f"{method} {re.sub('{.*?}', '{}', path).removeprefix('/fhir').strip('/')}"


async def statement(api: Api) -> dict[str, Any]:
    """Anybody may read it."""
    transport = httpx.ASGITransport(api.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://carepath") as stranger:
        answer = await stranger.get("/fhir/metadata")
    assert answer.headers["Content-Type"] == "application/fhir+json"
    found: dict[str, Any] = answer.json()
    return found


async def test_every_interaction_is_a_route_and_every_route_an_interaction(api: Api) -> None:
    [rest] = (await statement(api))["rest"]
    said = {f"{one}" for one in SERVED_BESIDE}
    assert [one["code"] for one in rest["interaction"]] == ["transaction"]
    said.add("POST ")
    for resource in rest["resource"]:
        kind = resource["type"]
        said |= {OWN[one["code"]].format(kind) for one in resource["interaction"]}
        said |= {f"GET {kind}/{{}}/${one['name']}" for one in resource.get("operation", ())}
    assert said == set(served(api))


async def test_the_parameters_of_everything_are_named(api: Api) -> None:
    [rest] = (await statement(api))["rest"]
    [patient] = [one for one in rest["resource"] if one["type"] == "Patient"]
    told = patient["operation"][0]["documentation"]
    assert all(one in told for one in PARAMETERS - {"_format"})


async def test_it_says_what_a_statement_must_say(api: Api) -> None:
    found = await statement(api)
    assert (found["fhirVersion"], found["kind"], found["status"]) == ("4.0.1", "instance", "active")
    assert found["format"] == ["application/fhir+json"]
    assert found["implementation"]["url"] == "http://carepath/fhir"
    [rest] = found["rest"]
    assert "service" not in rest["security"], "nobody issues tokens here"


@pytest.mark.parametrize("path", ["/fhir/.well-known/smart-configuration"])
async def test_without_a_provider_nothing_is_said_of_tokens(api: Api, path: str) -> None:
    answer = await api.get(path)
    assert answer.status_code == 404
    assert answer.json()["resourceType"] == "OperationOutcome"
