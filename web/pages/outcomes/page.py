"""The outcomes page: each figure with its table, its file, how many it is about, and of when."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from web.errors import NotFound, Unavailable
from web.pages.clinic import AtClinic, Clinic
from web.pages.csv_files import csv_lines
from web.pages.kept import kept_of, working_behind
from web.pages.kept_behind import Last
from web.pages.outcomes.asked import PERIODS, Asked
from web.pages.outcomes.figures import Figure
from web.pages.outcomes.reading import figures
from web.pages.rendering import page
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.services import Services

router = APIRouter(
    prefix="/outcomes",
    dependencies=[needs(Permission.READ_OUTCOMES)],
    lifespan=working_behind,
)

NOTHING: Last[list[Figure]] = Last(None, under_way=False, look_again_s=None)

Wanted = Annotated[Asked, Query()]


@router.get("")
async def outcomes(request: Request, clinic: AtClinic, wanted: Wanted) -> HTMLResponse:
    """Every figure of a programme, of a period. Nobody stands here by name or id."""
    asked = wanted.of(clinic)
    return page(
        request,
        "outcomes/outcomes.html",
        asked=asked,
        last=await _last(request, clinic, asked),
        programmes=[(one.id, one.title) for one in clinic.programmes],
        periods=PERIODS,
    )


@router.get("/{figure_id}.csv")
async def file(
    figure_id: str, request: Request, clinic: AtClinic, wanted: Wanted
) -> StreamingResponse:
    """One figure as a file of comma-separated values; each line says of when it is.

    `as_of` is an instant, `as_of_seq` the last event of the log that is counted.
    """
    last = await _last(request, clinic, wanted.of(clinic))
    if last.worked is None and last.under_way:
        raise Unavailable("The figures are being worked out: ask again in a few seconds.")
    worked = last.worked
    figure = next((one for one in worked.value if one.id == figure_id), None) if worked else None
    if worked is None or figure is None:
        raise NotFound("There is no such figure: go back to the outcomes.")
    return StreamingResponse(
        csv_lines((*figure.columns, "as_of", "as_of_seq"), _each(figure, worked.at, worked.seq)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{figure.id}.csv"'},
    )


async def _last(request: Request, clinic: Clinic, asked: Asked) -> Last[list[Figure]]:
    programme = clinic.programme(asked.programme)
    if programme is None:
        return NOTHING
    services: Services = request.app.state.services
    behind = kept_of(request).behind
    return await figures(services.pool, behind, programme, asked, services.now)


async def _each(figure: Figure, at: datetime, seq: int) -> AsyncIterator[tuple[object, ...]]:
    for row in figure.lines():
        yield (*row, at, seq)
