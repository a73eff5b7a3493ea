"""Health: /healthz and /readyz, open to everybody, so they say yes or no and nothing else."""

from fastapi import APIRouter, Response
from starlette.status import HTTP_503_SERVICE_UNAVAILABLE

from domain.value import Value
from web.services import Serving

router = APIRouter(tags=["about"])


class Health(Value):
    """Yes or no. How the log and its views are, `carepath status` says."""

    ok: bool


@router.get("/health")
@router.get("/healthz")
async def alive() -> Health:
    """The process answers."""
    return Health(ok=True)


@router.get("/readyz", responses={HTTP_503_SERVICE_UNAVAILABLE: {"model": Health}})
async def ready(services: Serving, response: Response) -> Health:
    """The process can do its work now: 200; or something that it needs is missing: 503."""
    ok = await services.ready()
    if not ok:
        response.status_code = HTTP_503_SERVICE_UNAVAILABLE
    return Health(ok=ok)
