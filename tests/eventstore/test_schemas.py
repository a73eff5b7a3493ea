"""The published schemas describe what is stored."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.events.registry import TYPES, EventType
from eventstore.schemas import event_schemas

GOLDEN = Path(__file__).parents[1] / "domain" / "golden"


def test_every_event_has_its_schema_under_its_stored_name() -> None:
    assert set(event_schemas()) == {known.name for known in TYPES}


@pytest.mark.parametrize("known", TYPES, ids=lambda known: known.name)
def test_a_schema_names_the_fields_of_what_is_stored_and_no_others(known: EventType) -> None:
    schema: Any = event_schemas()[known.name]
    stored = json.loads((GOLDEN / f"{known.name}.v{known.version}.json").read_text())

    assert schema["$id"] == f"urn:carepath:event:{known.name}:{known.version}"
    assert set(schema["required"]) <= set(stored) <= set(schema["properties"])
    assert schema["additionalProperties"] is False
