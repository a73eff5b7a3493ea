"""What changed between two definitions, by the names of their parts."""

from typing import Any

from audit.definitions import changes
from domain.programmes.definition import Definition


def changed(definition: dict[str, Any], **members: Any) -> dict[str, tuple[Any, Any]]:
    before = Definition.model_validate(definition)
    after = Definition.model_validate({**definition, **members})
    return {one.path: (one.before, one.after) for one in changes(before, after)}


def test_a_policy_is_named_by_its_place(definition: dict[str, Any]) -> None:
    policies = {**definition["policies"], "adult_age": 21}

    assert changed(definition, policies=policies) == {"policies.adult_age": (18, 21)}


def test_an_entry_of_a_list_is_compared_with_the_one_of_its_name(
    definition: dict[str, Any],
) -> None:
    first, *rest = definition["variants"]
    longer = {**first, "months": 7}

    assert changed(definition, variants=[*rest, longer]) == {
        "variants.six-months.months": (6, 7),
        "variants (order)": (["six-months", "eighteen-months"], ["eighteen-months", "six-months"]),
    }


def test_an_entry_that_is_gone_and_a_plain_list_are_told_whole(definition: dict[str, Any]) -> None:
    *states, last = definition["served_states"]
    schedule = {**definition["measure_schedule"], "follow_up_months": [6]}

    assert changed(definition, served_states=states, measure_schedule=schedule) == {
        "served_states.SC": (last, None),
        "measure_schedule.follow_up_months": ([3, 6, 12], [6]),
    }
