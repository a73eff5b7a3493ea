"""Tables for people: plain cells, whatever characters somebody put into them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from shutil import get_terminal_size
from typing import Any

from rich.table import Column, Table
from rich.text import Text

from cli.output import results

LAST_COLUMN_AT_LEAST = 44
"""Columns of a pathway's id: the last column of a table is never folded to less."""

APART = 2
"""Columns between two columns of a table."""

_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


def show_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print a table; a cell that is `None` stays empty."""
    table = Table(title=Text(title, style="bold"), title_justify="left", box=None, pad_edge=False)
    for name in columns:
        table.add_column(Text(name, style="dim"), overflow="fold")
    for row in rows:
        table.add_row(*(cell(value) for value in row))
    _print(table)


def show_facts(facts: Mapping[str, Any]) -> None:
    """Print facts one under the other, without those that are `None`."""
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if value is not None:
            table.add_row(Text(name, style="dim"), cell(value))
    _print(table)


def _print(table: Table) -> None:
    """Fold the last column, and no other, to what the terminal leaves it."""
    if results.is_terminal:
        *others, last = table.columns
        taken = sum(_width(column) + APART for column in others)
        last.max_width = max(get_terminal_size().columns - taken, LAST_COLUMN_AT_LEAST)
    results.print(table)


def _width(column: Column) -> int:
    return max(cell.cell_len for cell in (column.header, *column.cells) if isinstance(cell, Text))


def cell(value: Any) -> Text:
    """The value on one line: no control character reaches the terminal."""
    return Text("" if value is None else str(value).translate(_CONTROL))


def minute(instant: str | None) -> str | None:
    """An instant as people read it: UTC, to the minute."""
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M}Z" if instant else None
