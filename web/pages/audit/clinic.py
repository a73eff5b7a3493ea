"""The clinic at any instant: a slider over its days, and the two clocks to the minute."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import Field

from audit.log import query
from audit.replay import Counts, GroupRow, PathwayRow, replay_clinic, settled
from domain.value import Value
from eventstore.errors import store_errors
from projections.follow import Until
from web.audit_replay import log_of, note_clinic_read
from web.instants import instant
from web.pages.rendering import page
from web.pages.visit import Visit, Visiting
from web.rights.needs import needs
from web.rights.permissions import Permission

SHOWN = 200
"""Pathways on the page; the API has them all."""

router = APIRouter(prefix="/audit", dependencies=[needs(Permission.READ_AUDIT)])


class Asked(Value):
    """The clocks, or instead of the first of them a `day`, counted from the clinic's first."""

    as_of: str = Field(default="", max_length=40)
    known_at: str = Field(default="", max_length=40)
    day: int | None = Field(default=None, ge=0, le=100_000)


@dataclass(frozen=True)
class Slider:
    """Days from the clinic's first to today; `day` is the one that is shown."""

    first: datetime
    days: int
    day: int

    @property
    def shown(self) -> datetime:
        return end_of(self.first + timedelta(days=self.day))


@router.get("")
async def clinic(visit: Visiting, asked: Annotated[Asked, Query()]) -> HTMLResponse:
    """The clinic as it was, and as it was known."""
    await note_clinic_read(visit.request, visit.services, "/audit")
    slider = await _slider(visit, asked)
    effective = slider.shown if asked.day is not None else instant(asked.as_of or None, "as_of")
    known = instant(asked.known_at or None, "known_at")
    log, counts = log_of(visit.services), Counts()
    until = await settled(log, Until(effective=effective, known=known))
    groups: list[GroupRow] = []
    pathways: list[PathwayRow] = []
    async for row in replay_clinic(log, until, counts):
        if isinstance(row, GroupRow):
            groups.append(row)
        elif len(pathways) < SHOWN:
            pathways.append(row)
    return page(
        visit.request,
        "audit/clinic.html",
        slider=slider,
        effective=effective,
        known=known,
        known_at=asked.known_at,
        counts=counts,
        groups=groups,
        pathways=pathways,
        position=until.seq,
        most=SHOWN,
    )


async def _slider(visit: Visit, asked: Asked) -> Slider:
    now = visit.services.now()
    with store_errors():
        first = await visit.services.pool.fetchval(query("beginning")) or now
    days = max(0, (now - first).days)
    shown = instant(asked.as_of or None, "as_of")
    day = (shown - first).days if shown else days
    return Slider(first, days, min(max(asked.day if asked.day is not None else day, 0), days))


def end_of(moment: datetime) -> datetime:
    """The end of that day, UTC."""
    return datetime.combine(moment.astimezone(UTC).date(), time.max, UTC)
