"""What is wrong with a definition is told all at once, each thing at its own place."""

from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.commands.programme import Publish
from domain.programmes.definition import Definition
from domain.programmes.places import NOWHERE, value_at
from tests.domain.histories import MBT_G, mbt_g_document

Edit = Callable[[dict[str, Any]], Any]


def problems(document: Any) -> dict[str, str]:
    """What is said, by the dotted path at which it is said."""
    with pytest.raises(ValidationError) as refusal:
        Definition.model_validate(document)
    return {".".join(map(str, one["loc"])): one["msg"] for one in refusal.value.errors()}


def edited(*edits: Edit) -> dict[str, Any]:
    document = mbt_g_document()
    for edit in edits:
        edit(document)
    return document


def test_each_contradiction_has_a_path_of_its_own() -> None:
    document = edited(
        lambda whole: whole["phases"][0].update(leads_to=["introduction", "nowhere"]),
        lambda whole: whole["phases"].append({**whole["phases"][5]}),
        lambda whole: whole["phases"][2]["sessions"].append(whole["phases"][2]["sessions"][0]),
        lambda whole: whole["measure_schedule"].update(baseline=["phq-9", "mood"]),
        lambda whole: whole["measure_schedule"].update(follow_up_months=[3, 6, 3]),
        lambda whole: whole["group_kinds"][0].update(phases=["introduction", "follow_up"]),
        lambda whole: whole["sign_offs"][0].update(values=["phases", "policies.mood"]),
    )

    assert set(problems(document)) == {
        "phases.0.leads_to.1",
        "phases.1.id",
        "phases.6.id",
        "phases.2.sessions.3.kind",
        "measure_schedule.baseline.1",
        "measure_schedule.follow_up_months.2",
        "group_kinds.0.phases.1",
        "sign_offs.0.values.1",
    }


def test_a_measure_has_the_range_of_its_instrument() -> None:
    document = edited(
        lambda whole: whole["measures"][0].update(lowest=-5, highest=99),
        lambda whole: whole["measures"].append(
            {"id": "our-own", "title": "Our own", "lowest": 3, "highest": 4}
        ),
    )
    said = problems(document)
    assert set(said) == {"measures.0.lowest", "measures.0.highest"}
    assert said["measures.0.highest"] == "highest of 'phq-9' is 27: leave it out, or use another id"


def test_the_range_of_an_instrument_that_carepath_scores_may_be_left_out() -> None:
    def without_range(whole: dict[str, Any]) -> None:
        for measure in whole["measures"]:
            del measure["lowest"], measure["highest"]

    assert Definition.model_validate(edited(without_range)) == MBT_G


def test_a_measure_of_the_programme_s_own_says_its_range() -> None:
    """Also one of whose name nothing can be known."""
    own = [{"id": "our-own", "title": "Our own"}, {"id": ["phq-9"], "title": "A list"}]
    said = problems(edited(lambda whole: whole["measures"].extend(own)))
    count = len(MBT_G.measures)
    assert set(said) >= {
        f"measures.{at}.{bound}" for at in (count, count + 1) for bound in ("lowest", "highest")
    }
    assert "measures.0" in problems(edited(lambda whole: whole.update(measures=["phq-9"])))


@pytest.mark.parametrize(
    ("edit", "path"),
    [
        (lambda whole: whole["phases"][2]["sessions"][0].update(at_least=7), "phases.2.sessions.0"),
        (lambda whole: whole["measures"][0].update(reliable_change=28), "measures.0"),
        (lambda whole: whole["policies"]["groups"].update(capacity=31), "policies.groups.capacity"),
        (
            lambda whole: whole["policies"]["groups"].update(facilitators=7),
            "policies.groups.facilitators",
        ),
    ],
)
def test_what_no_programme_could_keep_is_refused_where_it_stands(edit: Edit, path: str) -> None:
    assert set(problems(edited(edit))) == {path}


def test_what_lies_at_its_limit_is_taken() -> None:
    document = edited(
        lambda whole: whole["phases"][2]["sessions"][0].update(at_least=6),
        lambda whole: whole["measures"][0].update(reliable_change=27),
        lambda whole: whole["policies"]["groups"].update(capacity=30, facilitators=6),
    )
    assert Definition.model_validate(document).policies.groups.capacity == 30


def test_a_group_gives_sessions_that_are_a_group_s() -> None:
    """A group of sessions that everybody records by hand would tell nobody of them."""
    document = edited(lambda whole: whole["group_kinds"][0].update(session="individual"))
    assert "in a group" in problems(document)["group_kinds.0.phases.0"]


def test_some_session_begins_treatment() -> None:
    def nothing_begins(document: dict[str, Any]) -> None:
        for phase in document["phases"]:
            for plan in phase["sessions"]:
                plan["begins_treatment"] = False

    assert "its length never counts" in problems(edited(nothing_begins))["phases.2.sessions"]


def test_contradictions_are_told_along_with_what_is_invalid_by_itself() -> None:
    document = edited(
        lambda whole: whole.update(zone="Mars/Base", colour="blue"),
        lambda whole: whole.pop("source"),
        lambda whole: whole["phases"][2].update(leads_to=["nowhere"]),
        lambda whole: whole["variants"][0].update(months="six"),
    )

    found = problems(document)

    assert set(found) >= {"zone", "colour", "source", "phases.2.leads_to.0", "variants.0.months"}
    assert "there are assessment, psychoeducation" in found["phases.2.leads_to.0"]


def test_a_default_can_be_signed_for_also_where_something_else_is_wrong() -> None:
    document = edited(
        lambda whole: whole.update(zone="Mars/Base"),
        lambda whole: whole["policies"].pop("groups"),
        lambda whole: whole["policies"].pop("retention"),
        lambda whole: whole["sign_offs"][0].update(
            values=["policies.groups.capacity", "policies.retention.years", "policies.mood"]
        ),
    )

    assert set(problems(document)) == {"zone", "sign_offs.0.values.2"}


def test_a_phase_that_nothing_leads_to_is_found() -> None:
    document = edited(lambda whole: whole["phases"][0].update(leads_to=["introduction"]))

    assert "no phase leads to 'psychoeducation'" in problems(document)["phases.1.id"]


def test_half_a_signature_is_none() -> None:
    document = edited(lambda whole: whole["sign_offs"][0].update(signed_by="Dr. Example"))

    assert "signed_by and signed_on go together" in problems(document)["sign_offs.0"]


@pytest.mark.parametrize("length", [90, 1.5, True])
def test_a_length_without_a_unit_is_refused(length: object) -> None:
    """Ninety could be seconds, minutes or days."""
    document = edited(lambda whole: whole["policies"].update(late_after=length))

    assert "PT90M is ninety minutes" in problems(document)["policies.late_after"]


def test_a_length_of_treatment_is_given_in_months_or_weeks() -> None:
    document = edited(lambda whole: whole["variants"][0].update(months=0))
    assert "say how long treatment lasts" in problems(document)["variants.0"]

    in_weeks = Definition.model_validate(
        edited(lambda whole: whole["variants"][0].update(months=1, weeks=2))
    )
    assert str(in_weeks.variants[0].duration) == "1 month and 2 weeks"
    assert str(MBT_G.variants[0].duration) == "6 months"


def test_the_path_within_a_command_begins_with_the_definition() -> None:
    document = edited(lambda whole: whole["phases"][2].update(leads_to=["nowhere"]))

    with pytest.raises(ValidationError) as refusal:
        Publish.model_validate({"definition": document})

    assert refusal.value.errors()[0]["loc"] == ("definition", "phases", 2, "leads_to", 0)


def test_what_is_wrong_is_not_repeated_with_what_was_written() -> None:
    """An error goes into logs: it names the place, never the content."""
    with pytest.raises(ValidationError) as refusal:
        Definition.model_validate(edited(lambda whole: whole.update(title=7)))

    assert "input" not in str(refusal.value).replace("Input should", "")


def test_a_definition_made_of_parts_that_are_checked_already_is_checked_as_a_whole() -> None:
    parts = {**dict(MBT_G), "phases": MBT_G.phases[:-1]}

    assert "phases.4.leads_to.0" in problems(parts)


def test_a_place_goes_by_names_and_not_by_numbers() -> None:
    document = MBT_G.model_dump()

    assert value_at(document, "phases.introduction.sessions.group.at_least") == 5
    assert value_at(document, "served_states.FL.services") == ("virtual", "in_person")
    assert value_at(document, "phases.introduction.sessions.choir") is NOWHERE
    assert value_at(document, "measure_schedule.follow_up_months.0") is NOWHERE


@pytest.mark.parametrize("phase", [0, 1])
def test_a_phase_s_id_that_is_a_list_is_refused_as_such(phase: int) -> None:
    document = deepcopy(mbt_g_document())
    document["phases"][phase]["id"] = []
    with pytest.raises(ValidationError, match="valid string"):
        Definition.model_validate(document)


RUBBISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.data())
def test_whatever_stands_anywhere_is_a_refusal_or_a_definition(data: st.DataObject) -> None:
    """Rubbish in place of any value, however deep, raises nothing else."""
    document: Any = deepcopy(mbt_g_document())
    place: Any = document
    while True:
        key = data.draw(
            st.sampled_from(list(place) if isinstance(place, dict) else list(range(len(place))))
        )
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            place[key] = data.draw(RUBBISH)
            break
        place = inner
    with suppress(ValidationError):
        assert isinstance(Definition.model_validate(document), Definition)
