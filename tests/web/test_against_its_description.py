"""Requests that schemathesis derives from /openapi.json, fitting it and not, in every role."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from random import Random
from typing import Any

import httpx
import pytest
import pytest_asyncio
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from domain.actor import ROLES, Role
from eventstore.connect import Pool
from projections.views import VIEWS
from tests.web.api import Api, token_of
from tests.web.conftest import Clock, empty_log
from tests.web.test_views import settle_and_rebuild

CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]
TAKEN_OVER = ("method", "url", "params", "headers", "json", "data")
"""Of what schemathesis gives its own client; the rest is about connections."""

SEED = 8
IS_KNOWN = 0.7
"""How often a request is about something that is there."""

ANY = list(HealthCheck)
Operation = APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]
Ask = Callable[[Case, Role], httpx.Response]


@pytest_asyncio.fixture
async def pool(postgres_dsn: str) -> AsyncIterator[Pool]:
    async with empty_log(postgres_dsn) as pool:
        yield pool


@pytest_asyncio.fixture
async def living(clinic: Api, pool: Pool) -> Api:
    """A clinic with a patient, and every view of it."""
    await clinic.opened()
    await settle_and_rebuild(clinic, pool, *(view.name for view in VIEWS))
    return clinic


async def entities_of(pool: Pool) -> list[str]:
    rows = await pool.fetch("SELECT DISTINCT stream_id FROM carepath_log.events ORDER BY 1")
    return [row["stream_id"] for row in rows if not row["stream_id"].startswith("access-")]


@pytest.mark.parametrize("examples", [2, pytest.param(60, marks=pytest.mark.long)])
async def test_whatever_is_sent_is_answered_as_described(
    living: Api, pool: Pool, clock: Clock, examples: int
) -> None:
    schema = schemathesis.openapi.from_dict(living.app.openapi())
    known = {"entity_id": await entities_of(pool), "name": [view.name for view in VIEWS]}
    wrong: list[str] = []
    loop = asyncio.get_running_loop()
    transport = httpx.ASGITransport(living.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://carepath") as client:

        def ask(case: Case, role: Role) -> httpx.Response:
            clock.pass_time(seconds=1)
            asked = sent(client, case, role)
            return asyncio.run_coroutine_threadsafe(client.send(asked), loop).result(30)

        for operation in operations(schema):
            for mode in modes(operation):
                wrong += await asyncio.to_thread(found, operation, mode, known, ask, examples)
    assert wrong == []


def operations(schema: Any) -> Iterator[Operation]:
    return (one.ok() for one in schema.get_all_operations())


def modes(operation: Operation) -> tuple[GenerationMode, ...]:
    """Of what takes nothing, nothing can be wrong."""
    takes = [*operation.iter_parameters(), *operation.body]
    return tuple(GenerationMode) if takes else (GenerationMode.POSITIVE,)


def sent(client: httpx.AsyncClient, case: Case, role: Role) -> httpx.Request:
    """What schemathesis would send, by somebody in this role."""
    how = case.as_transport_kwargs(base_url=str(client.base_url))
    how = {name: how[name] for name in TAKEN_OVER if name in how}
    how["headers"] = {**how["headers"], "Authorization": f"Bearer {token_of(role)}"}
    how["content"] = how.pop("data", None)
    return client.build_request(**how)


def found(
    operation: Operation,
    mode: GenerationMode,
    known: Mapping[str, list[str]],
    ask: Ask,
    examples: int,
) -> list[str]:
    """What is wrong with the answers to so many requests, each in a role that is drawn."""
    wrong: list[str] = []
    cases = operation.as_strategy(generation_mode=mode)

    @seed(SEED)
    @settings(max_examples=examples, database=None, deadline=None, suppress_health_check=ANY)
    @given(case=cases, drawn=st.randoms(use_true_random=False))
    def tried(case: Case, drawn: Random) -> None:
        for name in case.path_parameters.keys() & known.keys():
            if drawn.random() < IS_KNOWN:
                case.path_parameters[name] = drawn.choice(known[name])
        role = drawn.choice(ROLES)
        problem = problem_of(case, ask(case, role))
        if problem:
            wrong.append(f"{operation.label} as {role}: {problem}")

    tried()
    return wrong


def problem_of(case: Case, answer: httpx.Response) -> str | None:
    if answer.is_server_error:
        return f"{answer.status_code} {answer.text} {case.as_curl_command()}"
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as undescribed:
        return str(undescribed)
    return None
