"""The ready reports: /api/audit/reports, each as JSON or as CSV.

Each names its query and the position in the log that it is of: the same question at the same
position has the same answer.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import Field, JsonValue

from audit.reports.catalogue import REPORTS
from audit.reports.computing import computed
from audit.reports.report import Asked, Cell, Cells, Computed, Report
from domain.value import Value
from web.answers import answers
from web.audit_replay import log_of, note_clinic_read
from web.audit_streams import begun
from web.errors import BadRequest, NotFound
from web.instants import instant
from web.pages.csv_files import csv_lines
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.rights.reading import note_reading
from web.services import Services, Serving

router = APIRouter(
    prefix="/api/audit/reports",
    tags=["audit"],
    dependencies=[needs(Permission.READ_AUDIT), needs(Permission.READ_ACCESS_LOG)],
)


class ReportAsked(Value):
    """`of` is a pathway's id, or who read; the period is from `since` on and before `before`."""

    of: str | None = Field(default=None, max_length=200)
    since: str | None = None
    before: str | None = None
    format: Literal["json", "csv"] = "json"


class Ready(Value):
    """One of the reports that there are. `of` is what it must be asked about, if anything."""

    name: str
    title: str
    says: str
    query: str
    columns: tuple[str, ...]
    of: str | None


class Answered(Value):
    """A report: its rows by column. `totals` count, by requirement, who is asked and who meets it.

    It was computed at the position `position` of the log, over the given period.
    """

    name: str
    title: str
    query: str
    position: int
    since: datetime
    before: datetime
    of: str | None
    columns: tuple[str, ...]
    rows: tuple[tuple[JsonValue, ...], ...]
    totals: dict[str, dict[str, int]]


@router.get("", responses=answers(Forbidden))
async def reports() -> list[Ready]:
    """Every report that is ready."""
    return [
        Ready(
            name=one.name,
            title=one.title,
            says=one.says,
            query=one.source.query,
            columns=one.columns,
            of=one.of,
        )
        for one in REPORTS.values()
    ]


@router.get("/{name}", responses=answers(BadRequest, NotFound, Forbidden), response_model=Answered)
async def report(
    name: str, request: Request, services: Serving, given: Annotated[ReportAsked, Query()]
) -> StreamingResponse:
    """One report, as JSON or as CSV."""
    found = report_named(name)
    asked = asked_of(found, given, services)
    await note_report(request, services, asked, f"/api/audit/reports/{name}")
    answer = await computed(found, log_of(services), asked)
    if given.format == "csv":
        return await as_csv(found, answer)
    return await begun(_document(found, asked, answer))


def report_named(name: str) -> Report:
    """The report. Raises `NotFound`."""
    if name not in REPORTS:
        raise NotFound(f"There is no such report; there are: {', '.join(REPORTS)}.")
    return REPORTS[name]


def asked_of(found: Report, given: ReportAsked, services: Services) -> Asked:
    """What it is asked about. Raises `BadRequest` where it is about one and none is named."""
    if found.of and not given.of:
        raise BadRequest(f"of: say about which {found.of} this report is.")
    since, before = instant(given.since, "since"), instant(given.before, "before")
    if since is None and found.reaches_back:
        since = services.now() - found.reaches_back
    whole = Asked()
    return Asked(since=since or whole.since, before=before or whole.before, of=given.of)


async def note_report(request: Request, services: Services, asked: Asked, what: str) -> None:
    """Record the question: of one patient, or of all."""
    if asked.of and asked.of.startswith("pathway-"):
        await note_reading(request, asked.of)
    else:
        await note_clinic_read(request, services, what)


async def as_csv(found: Report, answer: Computed) -> StreamingResponse:
    """The report as a file whose every row names the position; its query stands in the head."""
    named = f"{found.name}-at-{answer.position}.csv"

    async def rows() -> AsyncIterator[tuple[object, ...]]:
        async for row in answer.rows:
            yield (*row, answer.position)

    lines = csv_lines((*found.columns, f"position ({found.source.query})"), rows())
    response = await begun(lines, "text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{named}"'
    return response


async def _document(found: Report, asked: Asked, answer: Computed) -> AsyncIterator[str]:
    head = {
        "name": found.name,
        "title": found.title,
        "query": found.source.query,
        "position": answer.position,
        "since": asked.since.isoformat(),
        "before": asked.before.isoformat(),
        "of": asked.of,
        "columns": found.columns,
    }
    yield f'{json.dumps(head)[:-1]}, "rows": ['
    between, totals = "", Totals(found)
    async for row in answer.rows:
        totals.add(row)
        yield between + json.dumps([_plain(cell) for cell in row])
        between = ",\n"
    yield f'], "totals": {json.dumps(totals.counted)}}}'


class Totals:
    """Who is asked for a requirement, and who meets it, in a report of requirements."""

    def __init__(self, found: Report) -> None:
        self._of_requirements = "requirement" in found.columns
        self._asked: Counter[str] = Counter()
        self._met: Counter[str] = Counter()

    def add(self, row: Cells) -> None:
        if self._of_requirements:
            _entity, requirement, met, *_ = row
            self._asked[str(requirement)] += 1
            self._met[str(requirement)] += bool(met)

    @property
    def counted(self) -> dict[str, dict[str, int]]:
        return {
            name: {"asked": count, "met": self._met[name]} for name, count in self._asked.items()
        }


def _plain(cell: Cell) -> JsonValue:
    return cell.isoformat() if isinstance(cell, datetime) else cell
