"""Every command that a person may give is permitted, blocked with a reason, or accounted for."""

import pytest

from domain.commands.registry import COMMANDS, FROM_ENTITIES, INTERNAL
from domain.decider import Context
from domain.deciders import decider_of
from domain.group import GROUP
from domain.simulation import Clinic
from tests.domain.clinics import (
    CLINICIAN,
    CLINICIANS,
    GROUPS,
    ON_CALL,
    PATIENTS,
    PROGRAMME,
    another,
    first_day,
    half_way,
    in_session,
)
from tests.domain.groups import formed
from tests.domain.specification import COORDINATOR

ONLY_ONCE = "It is the first step, and that is taken."
AFTER_CLOSING = "It is about the record of a pathway that has closed."
LEFT_OUT = {
    "clinician": {"register": ONLY_ONCE},
    "group": {"form": ONLY_ONCE},
    "oncall": {"end_stand_in": "Nobody stands in."},
    "pathway": {
        "refer": ONLY_ONCE,
        "place_legal_hold": AFTER_CLOSING,
        "lift_legal_hold": AFTER_CLOSING,
        "erase": AFTER_CLOSING,
    },
}
"""Why a command is left out although a person may give it."""


def left_out(clinic: Clinic, entity_id: str) -> set[str]:
    decider, entity = decider_of(entity_id), clinic.entity(entity_id)
    context = Context(clinic.now, COORDINATOR, entity.programme or PROGRAMME)
    told = {one.command for one in decider.permitted(entity.state, context)}
    internal = INTERNAL | FROM_ENTITIES.get(decider.kind, frozenset())
    return set(COMMANDS[decider.kind]) - internal - told


@pytest.mark.parametrize("beginning", [first_day, in_session, half_way])
def test_nothing_that_a_person_may_do_is_left_unsaid(beginning: type) -> None:
    clinic = another(beginning())
    clinic.submit(PATIENTS[0], "raise_concern", CLINICIAN, source="clinician", level="high")
    escalations = [one for one in clinic.entities if one.startswith("escalation-")]
    for id_ in (*PATIENTS, *GROUPS, CLINICIANS[0], ON_CALL, "programme-mbt-g", *escalations):
        assert left_out(clinic, id_) <= set(LEFT_OUT.get(decider_of(id_).kind, {})), id_


def test_where_there_is_nothing_to_do_it_about_the_reason_says_so() -> None:
    group = formed()
    blocked = {
        one.command: [reason.code for reason in one.blocked_by]
        for one in GROUP.permitted(group.state, group.context())
        if not one.open
    }
    assert blocked["open_session"] == ["no_session_planned"]
    assert blocked["hold_session"] == ["no_session_open"]
    assert blocked["log_incident"] == ["no_session_met"]
    assert blocked["correct_incident"] == ["no_incident"]
    assert blocked["relieve_facilitator"] == ["no_facilitator"]
