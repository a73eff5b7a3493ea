"""Marks: where a page of the caseload ended, as a word for the next page's address."""

from datetime import UTC

from domain.identity import well_formed
from projections.caseload.case import Case
from projections.caseload.reading import Place
from web.errors import BadRequest
from web.instants import instant

NOTHING_DUE = "-"
"""Nothing was due for the last case."""


def mark(case: Case) -> str:
    due = case.next_due_at
    written = due.astimezone(UTC).isoformat().replace("+00:00", "Z") if due else NOTHING_DUE
    return f"{written}~{case.pathway_id}"


def place(written: str) -> Place | None:
    """The place of a mark; none at the beginning. Raises `BadRequest`."""
    if not written:
        return None
    due, _, pathway_id = written.partition("~")
    if not well_formed(pathway_id):
        raise BadRequest("This page's address is damaged: go back to the caseload.")
    return Place(None if due == NOTHING_DUE else instant(due, "after"), pathway_id)
