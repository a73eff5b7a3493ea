"""The application: every resource behind one gate, made with the services that it is given."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Security
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.security import HTTPBearer
from fastapi.telemetry import TelemetryConfig
from starlette.status import HTTP_303_SEE_OTHER

from domain.value import Value
from web import (
    audit,
    audit_backtest,
    audit_conformance,
    audit_replay,
    audit_reports,
    audit_why,
    calendars,
    entities,
    erasure,
    feed,
    health,
    past,
    programmes,
    recovery,
    referrals,
    requests,
    views,
    waitlist,
)
from web.answers import EVERYWHERE, answers
from web.calendar_feed import add_calendar_feed
from web.errors import Unauthorised, answer_errors
from web.fhir.routes import add_fhir
from web.fhir.speaking import SpeaksFhir
from web.headers import SecureHeaders
from web.pages.navigation import first_place
from web.pages.routes import add_pages
from web.pages.trouble import in_browser
from web.rights import break_glass
from web.rights.break_glass import lead_to_reasons
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.refusals import record_refusals
from web.security import Gate
from web.services import Services
from web.sessions import Sessions
from web.shield import Shield
from web.signin.routes import add_signing_in
from web.tokens import Bearers

RESOURCES = (
    referrals,
    entities,
    erasure,
    programmes,
    audit,
    audit_replay,
    audit_conformance,
    audit_reports,
    audit_why,
    audit_backtest,
    recovery,
    views,
    past,
    waitlist,
    feed,
    calendars,
)

SILENT: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "auto_configure": False,
}
"""FastAPI's own telemetry would tell paths, queries, and the words of errors."""

TOKEN = Security(HTTPBearer(scheme_name="token", auto_error=False))
"""Described for readers of /openapi.json; the gate is what asks for it."""


class Welcome(Value):
    """Where to find what."""

    name: str
    links: dict[str, str]


class Api(FastAPI):
    """Describes the bodies that are read by hand as well."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        document["components"]["schemas"] |= requests.shapes()
        return document


def create_app(services: Services) -> FastAPI:
    """The API. Serve it on the loopback interface, or behind a proxy that speaks TLS.

    Serve it without an access log. No URL holds a patient's name (the caseload's search takes it in
    the body), but a log of URLs would still tell whose pathway was looked at, and when.
    """
    app = Api(
        title="carepath",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        telemetry=SILENT,
        lifespan=_living,
    )
    app.state.services = services
    app.state.access_log = services.access_log
    answer_errors(app)
    for resource in RESOURCES:
        app.include_router(resource.router, responses=EVERYWHERE, dependencies=[TOKEN])
    app.add_api_route(
        "/",
        _welcome,
        response_model=Welcome,
        tags=["about"],
        responses=answers(Unauthorised),
        dependencies=[TOKEN, needs(Permission.SIGNED_IN)],
    )
    app.add_api_route(
        "/openapi.json",
        _description,
        include_in_schema=False,
        dependencies=[needs(Permission.SIGNED_IN)],
    )
    app.include_router(health.router)
    add_signing_in(app, services)
    add_calendar_feed(app, services)
    app.include_router(break_glass.router, responses=EVERYWHERE, dependencies=[TOKEN])
    lead_to_reasons(app)
    add_fhir(app)
    add_pages(app)
    record_refusals(app)
    app.add_middleware(
        Gate,
        bearers=Bearers(services.tokens, services.issued_tokens),
        sessions=Sessions(services.pool, services.signing_in.lasting),
        cookie=services.signing_in.cookie,
        now=services.now,
    )
    app.add_middleware(Shield)
    app.add_middleware(SpeaksFhir)
    app.add_middleware(SecureHeaders, tls=services.signing_in.tls)
    return app


@asynccontextmanager
async def _living(app: FastAPI) -> AsyncIterator[None]:
    """Before the process ends, nobody looks at views any more, and what was read is recorded."""
    yield
    await app.state.changes.close()
    await app.state.access_log.written()


async def _description(request: Request) -> JSONResponse:
    return JSONResponse(request.app.openapi())


async def _welcome(request: Request) -> Any:
    """Programs are told where what is; browsers are led to the first page of their role."""
    if in_browser(request):
        return RedirectResponse(first_place(request.state.actor), HTTP_303_SEE_OTHER)
    return Welcome(
        name="carepath",
        links={
            "description": "/openapi.json",
            "health": "/healthz",
            "readiness": "/readyz",
            "caseload": "/api/views/caseload",
            "views": "/api/views",
            "programmes": "/api/programmes",
            "replay": "/api/audit/replay",
            "feed": "/api/feed",
        },
    )
