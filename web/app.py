"""The application: every resource behind one gate, made with the services that it is given."""

from fastapi import FastAPI

from domain.value import Value
from web import audit, entities, erasure, programmes, recovery, referrals, views
from web.errors import Shield, answer_errors
from web.security import Gate
from web.services import Services

RESOURCES = (referrals, entities, erasure, programmes, audit, recovery, views)


class Health(Value):
    """That the process answers. How the log and its views are, `carepath status` says."""

    ok: bool = True


class Welcome(Value):
    """Where to find what."""

    name: str
    links: dict[str, str]


def create_app(services: Services) -> FastAPI:
    """The API. Serve it on the loopback interface, or behind a proxy that speaks TLS.

    Serve it without an access log: the caseload's search has a patient's name in its URL.
    """
    app = FastAPI(title="carepath", docs_url=None, redoc_url=None)
    app.state.services = services
    answer_errors(app)
    for resource in RESOURCES:
        app.include_router(resource.router)
    app.add_api_route("/", _welcome, tags=["about"])
    app.add_api_route("/health", _health, tags=["about"])
    app.add_middleware(Gate, tokens=services.tokens)
    app.add_middleware(Shield)
    return app


async def _health() -> Health:
    return Health()


async def _welcome() -> Welcome:
    return Welcome(
        name="carepath",
        links={
            "description": "/openapi.json",
            "health": "/health",
            "caseload": "/api/views/caseload",
            "views": "/api/views",
            "programmes": "/api/programmes",
            "replay": "/api/audit/replay",
        },
    )
