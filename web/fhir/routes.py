"""The FHIR interface as a part of the application."""

from fastapi import FastAPI

from web.fhir import answers, capability, definitions, record, referrals

ROUTERS = tuple(one.router for one in (referrals, answers, record, definitions, capability))


def add_fhir(app: FastAPI) -> None:
    """Serve it. /openapi.json leaves it out: /fhir/metadata describes it."""
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
