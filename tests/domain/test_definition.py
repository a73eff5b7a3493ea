"""A programme definition that contradicts itself is refused with a sentence naming the place."""

from collections.abc import Callable
from datetime import date
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from domain.pathway.phase_guards import BY_NAME
from domain.programmes.definition import Definition, GuardName
from tests.domain.histories import MBT_G, mbt_g_document

Edit = Callable[[dict[str, Any]], None]


def put(path: str, value: object) -> Edit:
    """Put a value at a dotted path: `phases.0.purpose`."""

    def edit(document: Any) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in way:
            document = document[part]
        document[last] = value

    return edit


def twice(path: str) -> Edit:
    def edit(document: Any) -> None:
        for part in path.split("."):
            document = document[int(part) if part.isdigit() else part]
        document.append(document[-1])

    return edit


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (put("phases.0.leads_to", ["nowhere"]), "phase 'assessment' leads to 'nowhere'"),
        (put("phases.2.enter_when", ["full_moon"]), "phases.2.enter_when.0"),
        (put("phases.2.sessions.0.needs", ["full_moon"]), "phases.2.sessions.0.needs.0"),
        (put("measure_schedule.baseline", ["mood"]), "measure_schedule.baseline names 'mood'"),
        (put("measure_schedule.progress", ["mood"]), "measure_schedule.progress names 'mood'"),
        (put("measure_schedule.discharge", ["mood"]), "measure_schedule.discharge names 'mood'"),
        (put("measure_schedule.follow_up", ["mood"]), "measure_schedule.follow_up names 'mood'"),
        (put("zone", "America/Atlantis"), "'America/Atlantis' is not a time zone"),
        (put("zone", "../etc/passwd"), "is not a time zone"),
        (put("zone", "Factory"), "'Factory' is not a time zone"),
        (put("zone", "localtime"), "is not a time zone"),
        (put("zone", ""), "is not a time zone"),
        (put("phases.0.sessions.0.at_least", 5), "at_least (5) is more than at_most (4)"),
        (put("sign_offs.0.values", ["policies.mood"]), "sign_offs names 'policies.mood'"),
        (put("sign_offs.0.values", ["phases.x"]), "sign_offs names 'phases.x'"),
        (put("phases.0.purpose", "treatment"), "the first phase must have the purpose"),
        (twice("phases"), "phase 'follow_up' is declared twice"),
        (twice("variants"), "variant 'eighteen-months' is declared twice"),
        (twice("measures"), "measure 'pcl-5' is declared twice"),
        (twice("consents"), "consent 'treatment' is declared twice"),
        (twice("alternatives"), "alternative 'other-level' is declared twice"),
        (twice("phases.2.sessions"), "phase 'introduction': session 'circle' is declared"),
        (twice("measure_schedule.follow_up_months"), "follow-up month 12 is declared twice"),
        (put("colour", "blue"), "colour"),
        (put("policies.colour", "blue"), "policies.colour"),
        (put("measures.0.lowest", 27), "lowest (27.0) is not below highest (27.0)"),
        (put("measures.0.highest", float("inf")), "measures.0.highest"),
        (put("variants.0.months", 0), "say how long treatment lasts"),
        (put("variants.0.months", 10**9), "variants.0.months"),
        (put("measure_schedule.follow_up_months", [10**9]), "measure_schedule.follow_up_months.0"),
        (put("policies.late_after", "-PT5M"), "policies.late_after"),
        (put("policies.late_after", "P9999Y"), "policies.late_after"),
        (put("policies.inactive_before_review", "PT0S"), "policies.inactive_before_review"),
        (put("policies.missed_before_contact", 4), "contact, then a review, then a team"),
        (put("policies.missed_in_a_row_before_review", 4), "contact, then a review, then a"),
        (put("served_states.0.until", "2024-12-31"), "until (2024-12-31) is before since"),
        (put("served_states.0.state", "Florida"), "served_states.0.state"),
        (put("served_states.0.services", []), "served_states.0.services"),
        (put("title", "MBT\0G"), "title"),
        (put("source", " "), "source"),
        (put("id", "MBT G"), "id"),
        (put("version", 0), "version"),
        (put("phases", []), "phases"),
        (put("variants", []), "variants"),
    ],
)
def test_a_bad_definition_is_refused_at_its_place(edit: Edit, said: str) -> None:
    document = mbt_g_document()
    edit(document)
    with pytest.raises(ValidationError) as refusal:
        Definition.model_validate(document)
    assert said in str(refusal.value)


def test_a_programme_treats() -> None:
    document = mbt_g_document()
    for phase in document["phases"][1:]:
        phase["purpose"] = "preparation"
    with pytest.raises(ValidationError, match="at least one phase must have the purpose"):
        Definition.model_validate(document)


def test_every_contradiction_is_named_at_once() -> None:
    document = mbt_g_document()
    document["phases"][0]["leads_to"] = ["nowhere"]
    document["measure_schedule"]["baseline"] = ["mood"]
    with pytest.raises(ValidationError) as refusal:
        Definition.model_validate(document)
    assert "nowhere" in str(refusal.value)
    assert "mood" in str(refusal.value)


def test_every_guard_that_a_definition_may_name_exists() -> None:
    assert set(BY_NAME) == set(get_args(GuardName))


def test_the_shipped_programme_survives_json() -> None:
    assert Definition.model_validate_json(MBT_G.model_dump_json()) == MBT_G
    assert MBT_G.label == "mbt-g@1"


def test_a_value_of_the_definition_is_found_by_its_name_or_not_at_all() -> None:
    assert MBT_G.phase("ongoing") == MBT_G.phases[3]
    assert MBT_G.phase("nowhere") is None
    assert MBT_G.variant("six-months") == MBT_G.variants[0]
    assert MBT_G.measure("mood") is None
    assert MBT_G.phases[0].session("assessment") == MBT_G.phases[0].sessions[0]


def test_a_state_without_a_last_day_stays_served() -> None:
    florida = MBT_G.served_states[0]
    assert florida.covers(date(2199, 1, 1))
    assert not florida.covers(date(2024, 12, 31))
