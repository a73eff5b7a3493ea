"""What is blocked for everybody is refused with the same reasons: one guard feeds both."""

from typing import Any

import pytest

from domain.commands.registry import read
from domain.decider import Context, Rejected
from domain.events.base import Event
from domain.group import GROUP
from tests.domain.clinics import CLINICIANS, INTRODUCTION, PATIENTS, PROGRAMME, another, first_day
from tests.domain.groups import formed
from tests.domain.histories import PLANNED_END, given, in_discharge, in_follow_up, referred
from tests.domain.specification import COORDINATOR, Given

ENTRY = {"entry": 1, "reason": "No"}
HELD = {"held_at": PLANNED_END.isoformat(), "attended": True}
LACKING = [
    ("accept_seat", {"offer": 7}),
    ("decline_seat", {"offer": 7, "reason": "No"}),
    ("complete_task", {"task": 7, "outcome": "Done"}),
    ("cancel_booking", {"booking": 7}),
    ("correct_session", {**ENTRY, **HELD, "kind": "individual"}),
    ("correct_group_session", {**ENTRY, "attended": True}),
    ("correct_measure", {**ENTRY, "score": 1, "taken_at": PLANNED_END.isoformat()}),
    ("strike_out", ENTRY),
]
OF_GROUPS = [
    ("cancel_session", {"session": 7, "reason": "No"}),
    ("admit_late", {"session": 7, "pathway_id": PATIENTS[0]}),
    ("hold_session", {"session": 7}),
    ("log_incident", {"session": 7, "category": "other", "note": "note-1"}),
    ("report_concern", {"session": 7, "pathway_id": PATIENTS[0], "level": "low"}),
]


def refused_as_blocked(
    specification: Given[Any], kind: str, command: str, data: dict[str, Any]
) -> None:
    transitions = [
        one
        for one in specification.specification.decider.permitted(
            specification.state, specification.context()
        )
        if one.command == command
    ]
    assert transitions
    assert not any(one.open for one in transitions)
    blocked = set.intersection(*({why.code for why in one.blocked_by} for one in transitions))
    with pytest.raises(Rejected) as refusal:
        specification.specification.decider.decide(
            specification.state, read(kind, command, data), specification.context()
        )
    assert blocked
    assert blocked <= {why.code for why in refusal.value.reasons}


@pytest.mark.parametrize("phase", ["ongoing", "follow_up", "nowhere"])
@pytest.mark.parametrize("history", [in_discharge(), in_follow_up()])
def test_where_no_phase_follows_none_is_entered(history: tuple[Event, ...], phase: str) -> None:
    refused_as_blocked(given(*history), "pathway", "enter_phase", {"phase": phase})


@pytest.mark.parametrize(("command", "data"), LACKING)
def test_a_pathway_refuses_what_it_shows_as_blocked(command: str, data: dict[str, Any]) -> None:
    refused_as_blocked(given(*referred()), "pathway", command, data)


@pytest.mark.parametrize(("command", "data"), OF_GROUPS)
def test_a_group_refuses_what_it_shows_as_blocked(command: str, data: dict[str, Any]) -> None:
    refused_as_blocked(formed(), "group", command, data)


def test_nobody_stands_in_where_nobody_leads() -> None:
    clinic = another(first_day())
    state = clinic.entity(INTRODUCTION).state.model_copy(update={"facilitators": ()})
    context = Context(
        clinic.now, COORDINATOR, PROGRAMME, {CLINICIANS[0]: clinic.facts(CLINICIANS[0])}
    )
    named = [one for one in GROUP.permitted(state, context) if one.command == "name_substitute"]
    assert {why.code for one in named for why in one.blocked_by} == {"no_facilitator"}
    who = {"clinician_id": CLINICIANS[0], "instead_of": CLINICIANS[1]}
    asked: Any = read("group", "name_substitute", {"session": named[0].data["session"], **who})
    with pytest.raises(Rejected) as refusal:
        GROUP.decide(state, asked, context)
    assert "no_facilitator" in {why.code for why in refusal.value.reasons}
