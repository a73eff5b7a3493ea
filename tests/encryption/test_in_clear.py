"""The page on keys says all that stands in clear, and all that outlasts an erasure."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from domain.events.registry import IMPERSONAL, TYPES
from eventstore.connect import Pool

PAGE = (Path(__file__).parents[2] / "docs" / "keys.md").read_text(encoding="utf-8")
IN_CLEAR, OUTLASTS = PAGE.split("## What groups and clinicians keep")

OF_PATIENTS = {"pathway_id", "escalation_id", "members", "waiting", "about"}
"""Fields that name somebody, by the id of a pathway or of an escalation."""

TABLES = """
    SELECT c.oid::regclass::text AS name FROM pg_class AS c
    WHERE c.relnamespace = 'carepath_log'::regnamespace AND c.relkind IN ('r', 'p')
"""


def rows(text: str) -> dict[str, str]:
    """Every name in the first cell of a table's row, with what the row says of it."""
    lines = [line.split("|") for line in text.splitlines() if line.startswith("| `")]
    return {name: line[2] for line in lines for name in re.findall(r"`([^`]+)`", line[1])}


def types_in(text: str) -> set[str]:
    known = {one.name for one in TYPES}
    return {name for name in rows(text) if name in known}


def fields_in(schema: Any) -> Iterator[str]:
    """The names of an event's fields, and of those within."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for inner in schema.values():
            yield from fields_in(inner)


def test_every_type_that_stands_in_clear_is_named_and_no_other() -> None:
    assert types_in(IN_CLEAR) == set(IMPERSONAL)


def test_every_field_of_what_stands_in_clear_is_named() -> None:
    said = rows(IN_CLEAR)
    missing = [
        (known.name, field)
        for known in TYPES
        if known.name in IMPERSONAL
        for field in known.model.model_fields.keys() - {"at"}
        if f"`{field}`" not in said.get(known.name, "")
    ]
    assert missing == []


async def test_every_table_beside_the_events_is_named(pool: Pool) -> None:
    found = {row["name"] for row in await pool.fetch(TABLES)} - {"carepath_log.events"}
    assert {name for name in rows(IN_CLEAR) if name.startswith("carepath_log.")} == found


def test_everything_that_groups_and_clinicians_say_of_a_patient_is_named() -> None:
    outlasting = {
        known.name
        for known in TYPES
        if known.name.startswith(("group.", "clinician.", "oncall."))
        and OF_PATIENTS & set(fields_in(known.model.model_json_schema()))
    }
    assert types_in(OUTLASTS) == outlasting
