"""The outcomes page: each figure with its table, its file, and how many it is about."""

from collections.abc import AsyncIterator, Iterable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from web.errors import NotFound
from web.pages.clinic import AtClinic, Clinic
from web.pages.csv_files import csv_lines
from web.pages.kept import kept_of
from web.pages.outcomes.asked import PERIODS, Asked
from web.pages.outcomes.figures import Figure, Value
from web.pages.outcomes.reading import figures
from web.pages.rendering import page
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.services import Services

router = APIRouter(prefix="/outcomes", dependencies=[needs(Permission.READ_OUTCOMES)])

Wanted = Annotated[Asked, Query()]


@router.get("")
async def outcomes(request: Request, clinic: AtClinic, wanted: Wanted) -> HTMLResponse:
    """Every figure of a programme, of a period. Nobody stands here by name or id."""
    asked = wanted.of(clinic)
    return page(
        request,
        "outcomes/outcomes.html",
        asked=asked,
        figures=await _figures(request, clinic, asked),
        programmes=[(one.id, one.title) for one in clinic.programmes],
        periods=PERIODS,
    )


@router.get("/{figure_id}.csv")
async def file(
    figure_id: str, request: Request, clinic: AtClinic, wanted: Wanted
) -> StreamingResponse:
    """One figure as a file of comma-separated values."""
    found = await _figures(request, clinic, wanted.of(clinic))
    figure = next((one for one in found if one.id == figure_id), None)
    if figure is None:
        raise NotFound("There is no such figure: go back to the outcomes.")
    return StreamingResponse(
        csv_lines(figure.columns, _each(figure.lines())),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{figure.id}.csv"'},
    )


async def _figures(request: Request, clinic: Clinic, asked: Asked) -> list[Figure]:
    programme = clinic.programme(asked.programme)
    if programme is None:
        return []
    services: Services = request.app.state.services
    return await figures(services.pool, kept_of(request), programme, asked, services.now())


async def _each(rows: Iterable[tuple[Value, ...]]) -> AsyncIterator[tuple[object, ...]]:
    for row in rows:
        yield row
