"""The FHIR interface on a real log, as the other tests of the API have it."""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.web.api import Api
from tests.web.conftest import api, clinic, clock, definition, entities, log_dsn, pool, services
from web.app import create_app
from web.services import Services
from web.tokens import Token
from workers.telemetry.metrics import Metrics
from workers.telemetry.requests import ObservedRequests
from workers.telemetry.telemetry import Telemetry

__all__ = ("api", "clinic", "clock", "definition", "entities", "log_dsn", "pool", "services")

Fhir = httpx.AsyncClient
Opens = Callable[..., AbstractAsyncContextManager[Fhir]]

SECRET = "known to the tests of programs"  # noqa: S105  # pragma: allowlist secret
JSON = "application/fhir+json"


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def program(services: Services, clinic: Api, metrics: Metrics) -> Opens:
    """A program at the clinic's interface, whose token has these scopes."""

    @asynccontextmanager
    async def opened(*scopes: str, **different: Any) -> AsyncIterator[Fhir]:
        assert clinic.anybody, "its programme is published"
        digest = hashlib.sha256(SECRET.encode()).hexdigest()
        token = Token(sha256=digest, subject="program-1", role="service", scopes=scopes)
        app = create_app(replace(services, tokens=(*services.tokens, token), **different))
        watched = ObservedRequests(app, Telemetry(metrics))
        headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": JSON}
        transport = httpx.ASGITransport(watched)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://carepath/fhir", headers=headers
        ) as fhir:
            yield fhir
        await app.state.access_log.written()

    return opened


def counted(metrics: Metrics) -> dict[tuple[str, str], int]:
    """How often which way in led to what."""
    return {
        (one.labels["way"], one.labels["outcome"]): int(one.value)
        for family in metrics.fhir.collect()
        for one in family.samples
        if one.name.endswith("_total")
    }
