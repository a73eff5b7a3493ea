"""Whatever is sent as a command is a command or is refused with reasons: it never raises."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, get_args

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from domain.commands.pathway import PathwayCommand
from domain.commands.programme import ProgrammeCommand
from domain.commands.registry import COMMANDS, INTERNAL, read
from domain.decider import Context, Rejected
from domain.pathway import PATHWAY
from tests.domain.command_examples import EXAMPLES, INSTANT
from tests.domain.histories import (
    MBT_G,
    PLAN,
    PLANNED_END,
    given,
    in_ongoing,
    in_treatment,
    mbt_g_document,
    referred,
)
from tests.domain.specification import COORDINATOR


def leaves(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(document, dict):
        children: Any = document.items()
    elif isinstance(document, list | tuple):
        children = enumerate(document)
    else:
        yield path
        return
    for key, child in children:
        yield from leaves(child, (*path, key))


def replaced(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    copy = json.loads(json.dumps(document))
    place = copy
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return copy


def value_at(document: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        document = document[part]
    return document


TEXT_LEAVES = [
    (name, path)
    for name, example in EXAMPLES.items()
    for path in leaves(example)
    if isinstance(value_at(example, path), str)
]
ALL_LEAVES = [(name, path) for name, example in EXAMPLES.items() for path in leaves(example)]


def refused(name: str, data: Any) -> set[str]:
    try:
        read("pathway", name, data)
    except Rejected as rejected:
        return {reason.code for reason in rejected.reasons}
    return set()


def test_every_command_has_a_name_on_the_outside() -> None:
    assert set(COMMANDS["pathway"].values()) == set(get_args(PathwayCommand))
    assert set(COMMANDS["programme"].values()) == {ProgrammeCommand}
    assert set(COMMANDS["pathway"]) == set(EXAMPLES)


def test_names_follow_the_classes() -> None:
    for commands in COMMANDS.values():
        for name, command in commands.items():
            assert name.replace("_", "") == command.__name__.lower()


def test_the_commands_of_the_engine_exist() -> None:
    assert set(COMMANDS["pathway"]) >= INTERNAL


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_example_is_a_command(name: str) -> None:
    command = read("pathway", name, EXAMPLES[name])
    assert type(command) is COMMANDS["pathway"][name]
    assert type(command).model_validate_json(command.model_dump_json()) == command


@pytest.mark.parametrize(("name", "path"), TEXT_LEAVES)
@pytest.mark.parametrize("text", ["a\0b", "\0", "", "\ud800", "x" * 100_000])
def test_what_cannot_be_stored_is_refused(name: str, path: tuple[Any, ...], text: str) -> None:
    assert refused(name, replaced(EXAMPLES[name], path, text)) == {"invalid"}


@pytest.mark.parametrize(("name", "path"), TEXT_LEAVES)
def test_blanks_say_nothing(name: str, path: tuple[Any, ...]) -> None:
    assert refused(name, replaced(EXAMPLES[name], path, " \n\t ")) == {"invalid"}


def test_a_name_stands_on_one_line_and_a_text_may_have_several() -> None:
    lines = replaced(EXAMPLES["record_measure"], ("answers",), {"1\r\nBcc: x": 1})
    assert refused("record_measure", lines) == {"invalid"}
    assert refused("pause", {**EXAMPLES["pause"], "reason": "One\nTwo"}) == set()


@pytest.mark.parametrize(
    ("name", "path"), [one for one in TEXT_LEAVES if value_at(EXAMPLES[one[0]], one[1]) == INSTANT]
)
@pytest.mark.parametrize(
    "instant",
    [
        "2026-02-10T15:00:00",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-14:00",
        "1899-12-31T23:59:59Z",
        "2201-01-01T00:00:00Z",
        1e300,
        -(10**30),
        True,
    ],
)
def test_an_instant_without_zone_or_out_of_reach_is_refused(
    name: str, path: tuple[Any, ...], instant: object
) -> None:
    assert refused(name, replaced(EXAMPLES[name], path, instant)) == {"invalid"}


def test_instants_are_kept_in_utc() -> None:
    command = read("pathway", "pause", {"reason": "x", "resume_at": "2026-02-10T15:00:00-05:00"})
    assert command.model_dump(mode="json")["resume_at"] == "2026-02-10T20:00:00Z"


@pytest.mark.parametrize(
    "late_by", ["-PT1S", "PT12H", "P99999999999999D", -1, 10**30, 1e300, "soon"]
)
def test_a_delay_is_neither_negative_nor_half_a_day(late_by: object) -> None:
    assert refused("record_session", {**EXAMPLES["record_session"], "late_by": late_by})


@pytest.mark.parametrize("score", [float("nan"), float("inf"), "many", 10**400, True, False])
def test_a_score_is_a_number(score: object) -> None:
    assert refused("record_measure", {**EXAMPLES["record_measure"], "score": score})


@pytest.mark.parametrize("answer", [True, False, 1.5, "often", None])
def test_an_answer_is_a_whole_number(answer: object) -> None:
    """What a form or a machine says is true was counted as one point."""
    on_paper = {**EXAMPLES["record_measure"], "risk_item": answer}
    assert bool(refused("record_measure", on_paper)) == (answer is not None)
    answered = {"measure": "gad-7", "taken_at": INSTANT, "answers": {"1": answer}}
    assert refused("record_measure", answered)


@pytest.mark.parametrize("number", [0, -1, 1.5, "one", None])
def test_a_number_counts_from_one(number: object) -> None:
    assert refused("complete_task", {"task": number, "outcome": "Done"}) == {"invalid"}


def test_an_endless_safety_plan_is_refused() -> None:
    plan = {**PLAN.model_dump(mode="json"), "own_coping": ["Walk"] * 51}
    assert refused("agree_safety_plan", {"plan": plan, "agreed_at": INSTANT}) == {"invalid"}


@pytest.mark.parametrize("part", PLAN.model_dump())
def test_each_of_the_six_parts_is_needed(part: str) -> None:
    for empty in ([], [" "], None):
        plan = {**PLAN.model_dump(mode="json"), part: empty}
        assert refused("agree_safety_plan", {"plan": plan, "agreed_at": INSTANT}) == {"invalid"}


@pytest.mark.parametrize("birth_date", ["0001-01-01", "1899-12-31", "soon", "1990-02-30"])
def test_a_birth_date_is_a_day_that_somebody_alive_was_born_on(birth_date: str) -> None:
    data = replaced(EXAMPLES["refer"], ("referral", "patient", "birth_date"), birth_date)
    assert refused("refer", data) == {"invalid"}


def test_a_field_that_nobody_declared_is_refused() -> None:
    assert refused("resume", {"force": True}) == {"invalid"}


def test_a_refusal_names_each_place() -> None:
    with pytest.raises(Rejected) as refusal:
        read("pathway", "choose_duration", {"variant": "Six", "reason": ""})
    places = {reason.message.partition(":")[0] for reason in refusal.value.reasons}
    assert places == {"variant", "decided_by", "reason"}


def test_a_refusal_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(Rejected) as refusal:
        read("pathway", "pause", {"reason": "secret\0", "resume_at": "secret"})
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("data", [[], "text", None, 3])
def test_data_is_an_object(data: Any) -> None:
    assert refused("resume", data) == {"invalid"}


def test_an_unknown_command_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(Rejected) as refusal:
        read("pathway", "cure", {})
    assert [reason.code for reason in refusal.value.reasons] == ["unknown_command"]
    assert "choose_duration" in str(refusal.value)
    assert "meet_deadline" not in str(refusal.value)
    with pytest.raises(Rejected):
        read("spaceship", "launch", {})


def test_a_definition_is_published_by_name() -> None:
    command = read("programme", "publish", {"definition": mbt_g_document()})
    assert command.model_dump()["definition"]["id"] == "mbt-g"


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.datetimes().map(lambda at: at.isoformat() + "Z")
    | st.timedeltas(),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=8), children, max_size=3)
    ),
    max_leaves=5,
)


@holds_for(place=st.sampled_from(ALL_LEAVES), value=junk)
def test_no_value_anywhere_raises(place: tuple[str, tuple[Any, ...]], value: Any) -> None:
    """At the gate or at the decision: accepted, or rejected with reasons."""
    name, path = place
    if not path:
        return
    data = EXAMPLES[name]
    for depth in range(len(path) - 1, -1, -1):
        part, inner = path[depth], value_at(data, path[:depth])
        value = (
            {**inner, part: value}
            if isinstance(inner, dict)
            else [value if index == part else one for index, one in enumerate(inner)]
        )
    for history in ((), referred(), in_treatment(), in_ongoing()):
        state = given(*history).state
        context = Context(now=PLANNED_END, actor=COORDINATOR, programme=MBT_G)
        with suppress(Rejected):
            PATHWAY.decide(state, read("pathway", name, value), context)  # type: ignore[arg-type]
