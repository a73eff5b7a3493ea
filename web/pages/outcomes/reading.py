"""Reading what the outcomes are made of: views only, one query a figure, behind the page."""

from asyncio import to_thread
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.programmes.definition import Definition
from eventstore.connect import Pool
from projections.funnel.reading import read_conversion, read_times
from projections.funnel.view import FUNNEL
from projections.measures.reading import read_changes_within
from projections.measures.view import MEASURES
from projections.outcomes.reading import read_endings, read_retention
from projections.outcomes.view import OUTCOMES
from projections.sessions.reading import attendance_within
from projections.sessions.view import SESSIONS
from projections.view import View
from web.pages.kept_behind import Behind, Last
from web.pages.outcomes.asked import Asked
from web.pages.outcomes.attending import attendance
from web.pages.outcomes.changing import change
from web.pages.outcomes.figures import Figure
from web.pages.outcomes.funnel import conversion, times
from web.pages.outcomes.staying import endings, retention


@dataclass(frozen=True, slots=True)
class Within:
    """A programme in a period: from `since` on and before `until`."""

    programme: Definition
    since: datetime
    until: datetime

    @property
    def name(self) -> str:
        """The programme without its version: what became of patients is told of all of them."""
        return self.programme.id


async def figures(
    pool: Pool, behind: Behind, programme: Definition, asked: Asked, now: Callable[[], datetime]
) -> Last[list[Figure]]:
    """Every figure of a programme as last worked out. Raises `ViewAbsent`, `StoreUnavailable`."""

    async def work_out() -> list[Figure]:
        instant = now()
        within = Within(programme, asked.since(instant), instant)
        return [await draw(pool, within) for draw in FIGURES]

    return await behind.last(VIEWS, ("outcomes", programme.label, asked.period), work_out)


async def _conversion(pool: Pool, of: Within) -> Figure:
    found = await read_conversion(pool, of.name, of.since, of.until, of.programme.zone)
    return conversion(of.programme, found)


async def _times(pool: Pool, of: Within) -> Figure:
    return times(of.programme, await read_times(pool, of.name, of.since))


async def _retention(pool: Pool, of: Within) -> Figure:
    """Of thousands of patients a curve takes long to draw: in a thread, so that others go on."""
    found = await read_retention(pool, of.since, of.until, of.name)
    return await to_thread(retention, found)


async def _endings(pool: Pool, of: Within) -> Figure:
    return endings(await read_endings(pool, of.since, of.until, of.name))


async def _change(pool: Pool, of: Within) -> Figure:
    found = await read_changes_within(pool, of.name, of.since, of.until)
    return change(of.programme, found)


async def _attendance(pool: Pool, of: Within) -> Figure:
    found = await attendance_within(pool, of.name, of.since, of.until)
    return attendance(of.programme, found)


FIGURES: tuple[Callable[[Pool, Within], Awaitable[Figure]], ...] = (
    _conversion,
    _times,
    _retention,
    _endings,
    _change,
    _attendance,
)
"""The figures in the page's order."""

VIEWS: tuple[View[Any, Any], ...] = (FUNNEL, OUTCOMES, MEASURES, SESSIONS)
"""What they are made of."""
