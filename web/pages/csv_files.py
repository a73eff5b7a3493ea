"""Files of comma-separated values that a spreadsheet opens without running anything in them."""

import csv
from collections.abc import AsyncIterator, Iterable
from datetime import date
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def csv_lines(
    heads: Iterable[str], rows: AsyncIterator[tuple[object, ...]]
) -> AsyncIterator[str]:
    """The lines of a file, the heads first. Dates and instants are ISO 8601."""
    yield _line(heads)
    async for row in rows:
        yield _line(_cell(value) for value in row)


def _cell(value: object) -> str:
    """A cell as text; what a spreadsheet would take for a formula is marked as text."""
    if isinstance(value, date):
        return value.isoformat()
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> str:
    written = StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
