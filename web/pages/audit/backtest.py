"""Back-test as a page: another policy in, who would have been treated differently out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import yaml
from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse
from pydantic import Field
from starlette.status import HTTP_200_OK, HTTP_400_BAD_REQUEST

from audit.backtest import AREAS, Otherwise, Tally, backtest
from audit.definitions import Change, changes
from domain.programmes.definition import Definition
from domain.value import Value
from projections.follow import Until
from web.audit_replay import log_of, note_clinic_read
from web.pages.charts.drawing import Drawing, Plot, Shape, Words, box
from web.pages.rendering import page
from web.pages.visit import Visit, Visiting
from web.published import in_force
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.written.definitions import NotADefinition, Problem, read_text

SHOWN = 100
"""Decisions on the page; the command has them all."""

LONGEST = 400_000
"""Characters of a definition."""

WIDTH, LINE, LEFT, WIDEST = 720, 26, 80, 300

router = APIRouter(prefix="/audit/backtest", dependencies=[needs(Permission.READ_AUDIT)])


class Given(Value, extra="ignore"):
    """The form's field; its token does not matter any more."""

    policy: str = Field(default="", max_length=LONGEST)


@dataclass(frozen=True)
class Answer:
    """What a back-test came to, of the log up to `position`."""

    position: int
    changes: tuple[Change, ...]
    tally: Tally
    found: list[Otherwise]
    count: int
    drawing: Drawing


@router.get("")
async def ask(visit: Visiting) -> HTMLResponse:
    """The form: the policy in force stands in it, to be changed."""
    definition = await in_force(visit.services, visit.services.programme)
    plain = definition.model_dump(mode="json")
    text = yaml.safe_dump(plain, sort_keys=False, allow_unicode=True)
    return _page(visit, text)


@router.post("")
async def answer(visit: Visiting, given: Annotated[Given, Form()]) -> HTMLResponse:
    """Every decision of the programme taken again under the policy in the form."""
    try:
        changed = read_text(given.policy)
    except NotADefinition as wrong:
        return _page(visit, given.policy, wrong=wrong.problems)
    await note_clinic_read(visit.request, visit.services, "/audit/backtest")
    return _page(visit, given.policy, answer=await _tested(visit, changed))


async def _tested(visit: Visit, changed: Definition) -> Answer:
    log, tally, found, count = log_of(visit.services), Tally(), list[Otherwise](), 0
    position = await log.position()
    async for one in backtest(log, changed, Until(seq=position), tally):
        count += 1
        if len(found) < SHOWN:
            found.append(one)
    present = await in_force(visit.services, changed.id)
    return Answer(position, changes(present, changed), tally, found, count, drawn(tally))


def drawn(tally: Tally) -> Drawing:
    """A bar for each month: what the policy itself changes, and beyond it what follows."""
    months = sorted(tally.by_month.items())
    most = max((of.total() + tally.follow_by_month[month] for month, of in months), default=1)
    shapes, words = [], []
    for row, (month, of) in enumerate(months):
        top, follow = LINE * row + 4, tally.follow_by_month[month]
        middle = LEFT + WIDEST * of.total() / most
        end = middle + WIDEST * follow / most
        told = [f"{area} {of[area]}" for area in AREAS if of[area]]
        says = ", ".join([*told, f"following {follow}"] if follow else told)
        shapes.append(Shape("half", box(LEFT, top, middle, top + LINE - 8), says))
        shapes.append(Shape("box-resting", box(middle, top, end, top + LINE - 8), says))
        words.append(Words("phase-says", 0, top + 13, month))
        words.append(Words("phase-says", end + 8, top + 13, says))
    height = LINE * len(months) + 8
    return Drawing(
        width=WIDTH,
        height=height,
        plot=Plot(LEFT, 0, WIDTH, height),
        shapes=tuple(shapes),
        words=tuple(words),
    )


def _page(
    visit: Visit, policy: str, *, wrong: Sequence[Problem] = (), answer: Answer | None = None
) -> HTMLResponse:
    return page(
        visit.request,
        "audit/backtest.html",
        status=HTTP_400_BAD_REQUEST if wrong else HTTP_200_OK,
        policy=policy,
        wrong=wrong,
        answer=answer,
    )
