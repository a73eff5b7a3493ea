"""Reading what the outcomes are made of: views only, one query a figure, once for each state."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
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
from web.pages.kept import Kept
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
    pool: Pool, kept: Kept, programme: Definition, asked: Asked, now: datetime
) -> list[Figure]:
    """Every figure of a programme. Raises `ViewAbsent`, `StoreUnavailable`."""
    within = Within(programme, asked.since(now), now)
    return [
        await kept.of(
            [view], (draw.__name__, programme.label, asked.period), partial(draw, pool, within)
        )
        for view, draw in FIGURES
    ]


async def _conversion(pool: Pool, of: Within) -> Figure:
    found = await read_conversion(pool, of.name, of.since, of.until, of.programme.zone)
    return conversion(of.programme, found)


async def _times(pool: Pool, of: Within) -> Figure:
    return times(of.programme, await read_times(pool, of.name, of.since))


async def _retention(pool: Pool, of: Within) -> Figure:
    return retention(await read_retention(pool, of.since, of.until, of.name))


async def _endings(pool: Pool, of: Within) -> Figure:
    return endings(await read_endings(pool, of.since, of.until, of.name))


async def _change(pool: Pool, of: Within) -> Figure:
    found = await read_changes_within(pool, of.name, of.since, of.until)
    return change(of.programme, found)


async def _attendance(pool: Pool, of: Within) -> Figure:
    found = await attendance_within(pool, of.name, of.since, of.until)
    return attendance(of.programme, found)


FIGURES: tuple[tuple[View[Any, Any], Callable[[Pool, Within], Awaitable[Figure]]], ...] = (
    (FUNNEL, _conversion),
    (FUNNEL, _times),
    (OUTCOMES, _retention),
    (OUTCOMES, _endings),
    (MEASURES, _change),
    (SESSIONS, _attendance),
)
"""Each figure with the one view that it is made of, in the page's order."""
