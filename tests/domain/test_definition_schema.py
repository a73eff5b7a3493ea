"""The JSON Schema of a definition, by which editors and other tools help its authors."""

import pytest

from domain.programmes.definition import Definition

SCHEMA = Definition.model_json_schema()


PARTS = {
    name: part
    for name, part in {**SCHEMA["$defs"], "Definition": SCHEMA}.items()
    if part.get("type") == "object"
}


@pytest.mark.parametrize("name", PARTS)
def test_every_part_and_every_member_says_what_it_is(name: str) -> None:
    part = PARTS[name]

    assert part["description"]
    silent = [name for name, member in part["properties"].items() if "description" not in member]
    assert silent == []


@pytest.mark.parametrize("name", PARTS)
def test_a_member_that_is_not_known_is_refused(name: str) -> None:
    assert PARTS[name]["additionalProperties"] is False


def test_examples_show_how_a_length_and_a_zone_are_written() -> None:
    plan = SCHEMA["$defs"]["SessionPlan"]["properties"]

    assert plan["length"]["format"] == "duration"
    assert "PT90M" in plan["length"]["examples"]
    assert SCHEMA["properties"]["zone"]["examples"] == ["America/New_York"]


def test_the_guards_that_the_engine_knows_can_be_chosen_from() -> None:
    needs = SCHEMA["$defs"]["SessionPlan"]["properties"]["needs"]

    assert "safety_plan_agreed" in needs["items"]["enum"]


def test_the_range_of_a_measure_may_be_left_out() -> None:
    assert SCHEMA["$defs"]["Measure"]["required"] == ["id", "title"]


def test_what_has_no_default_has_to_be_given() -> None:
    assert {"id", "version", "phases", "policies", "served_states"} <= set(SCHEMA["required"])
    assert "sign_offs" not in SCHEMA["required"]
