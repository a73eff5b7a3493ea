"""The ready reports as pages: the question, its rows, its query and the log's position."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from audit.reports.catalogue import REPORTS
from audit.reports.computing import computed
from audit.reports.report import Cells
from web.audit_replay import log_of
from web.audit_reports import ReportAsked, Totals, asked_of, note_report, report_named
from web.pages.rendering import page
from web.pages.visit import Visiting
from web.rights.needs import needs
from web.rights.permissions import Permission

SHOWN = 100
"""Rows on the page; the files have them all."""

router = APIRouter(prefix="/audit/reports", dependencies=[needs(Permission.READ_AUDIT)])


@router.get("")
async def reports(visit: Visiting) -> HTMLResponse:
    """Every report that there is."""
    return page(visit.request, "audit/reports.html", reports=REPORTS.values())


@router.get("/{name}")
async def report(
    name: str, visit: Visiting, given: Annotated[ReportAsked, Query()]
) -> HTMLResponse:
    """One report; one that is about somebody asks first about whom."""
    found = report_named(name)
    given = given.model_copy(update=dict.fromkeys(_empty(given)))
    if found.of and not given.of:
        return page(visit.request, "audit/report.html", report=found, given=given, answer=None)
    asked = asked_of(found, given, visit.services)
    await note_report(visit.request, visit.services, asked, f"/audit/reports/{name}")
    answer = await computed(found, log_of(visit.services), asked)
    totals, rows, count = Totals(found), list[Cells](), 0
    async for row in answer.rows:
        totals.add(row)
        count += 1
        if len(rows) < SHOWN:
            rows.append(row)
    return page(
        visit.request,
        "audit/report.html",
        report=found,
        given=given,
        answer=answer,
        rows=rows,
        count=count,
        totals=totals.counted,
    )


def _empty(given: ReportAsked) -> tuple[str, ...]:
    """The fields of the form that were left empty."""
    return tuple(name for name in ("of", "since", "before") if getattr(given, name) == "")
