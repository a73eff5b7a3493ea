"""Tables for people: plain cells, whatever characters somebody put into them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.output import results

WIDE = 1000
"""Columns of what is no terminal: nothing is wrapped there."""

_CONTROL = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ")


def show_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print a table; a cell that is `None` stays empty."""
    table = Table(title=Text(title, style="bold"), title_justify="left", box=None, pad_edge=False)
    *names, last = columns
    for name in names:
        table.add_column(Text(name, style="dim"), no_wrap=True, overflow="ignore")
    table.add_column(Text(last, style="dim"), overflow="fold")
    for row in rows:
        table.add_row(*(cell(value) for value in row))
    results.print(table, width=None if results.is_terminal else WIDE)


def show_facts(facts: Mapping[str, Any]) -> None:
    """Print facts one under the other, without those that are `None`."""
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if value is not None:
            table.add_row(Text(name, style="dim"), cell(value))
    results.print(table)


def cell(value: Any) -> Text:
    """The value on one line: no control character reaches the terminal."""
    return Text("" if value is None else str(value).translate(_CONTROL))


def minute(instant: str | None) -> str | None:
    """An instant as people read it: UTC, to the minute."""
    return f"{datetime.fromisoformat(instant):%Y-%m-%d %H:%M}Z" if instant else None
