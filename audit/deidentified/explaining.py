"""What lies beside an export's files: each column in words, the settings, what was done."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from audit.deidentified.columns import TREATMENTS, Table, described
from audit.deidentified.hiding import MOVED_BACK_AT_MOST
from domain.actor import Actor
from domain.events.reads import Purpose

COLUMNS = "columns.json"
README = "README.md"

SMALLEST_CELL = 11
"""The Centers for Medicare & Medicaid Services show no cell of 1 to 10."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported, by whom, what for. `k`: so many patients at least share what is shown."""

    tables: tuple[Table, ...]
    by: Actor
    purpose: Purpose
    at: datetime
    k: int = SMALLEST_CELL


@dataclass(frozen=True, slots=True)
class Exported:
    """What came of it: rows by table, as the views were at `seq`, and patients left out."""

    seq: int
    rows: dict[str, int]
    left_out: int


def explain(folder: Path, wanted: Wanted, exported: Exported, *, key_kept: bool) -> None:
    """Write `columns.json` and `README.md`."""
    columns = {table.name: described(table) for table in wanted.tables}
    (folder / COLUMNS).write_text(json.dumps(columns, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (folder / README).write_text(_told(wanted, exported, key_kept=key_kept), "utf-8")


def _told(wanted: Wanted, exported: Exported, *, key_kept: bool) -> str:
    files = [
        f"- `{table.file}`: {table.says}; {_rows(exported.rows[table.name], wanted.k)}"
        for table in wanted.tables
    ]
    treatments = [f"- {name}: {says}" for name, says in TREATMENTS.items()]
    return "\n".join(
        (
            "# De-identified views",
            "",
            f"- Log position: every event up to {exported.seq:,}",
            f"- Made: {wanted.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, by {wanted.by.subject}",
            f"- k: {wanted.k}",
            f"- Left out: {_patients(exported.left_out, wanted.k)}",
            f"- Days are moved back by 1 to {MOVED_BACK_AT_MOST}, all of one patient by the same",
            f"- Key of the pseudonyms: {'kept in a file' if key_kept else 'thrown away'}",
            "",
            "## Files",
            "",
            *files,
            "",
            "## What was done to the columns",
            "",
            *treatments,
            "",
            f"`{COLUMNS}` describes each column.",
            f"Whoever publishes counts made of these files shows none from 1 to {wanted.k - 1}.",
            "Do not try to find out who somebody is, nor join these files with what could tell.",
            "",
        )
    )


def _rows(rows: int, k: int) -> str:
    return f"{rows:,} rows" if rows >= k else f"fewer than {k} rows"


def _patients(patients: int, k: int) -> str:
    if patients == 0:
        return "nobody"
    return f"{patients} patients" if patients >= k else f"fewer than {k} patients"
