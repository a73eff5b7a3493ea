"""What an escalation could not tell a clinician's record is somebody's task on the pathway."""

from typing import Any
from uuid import UUID

import pytest

from domain.actor import Actor
from domain.commands.pathway import CompleteTask
from domain.commands.safety import ClinicianNotTold
from domain.decider import ITSELF, Effect, tell
from domain.escalation import ESCALATION
from domain.events.escalation import EffectSettled
from domain.events.pathway import Erased, TaskCompleted, TaskOpened
from domain.events.safety import RiskRaised
from tests.domain.escalations import FIRST, PATHWAY_ID, acknowledged, resolved
from tests.domain.escalations import given as escalation_given
from tests.domain.histories import closed, given, in_ongoing, ny
from tests.domain.specification import COORDINATOR

FLAGGED_AT = ny("2026-03-12 10:00")
OPEN_ID = "escalation-3f2c7f0a-6a55-5d0e-8a43-5a9a2b3c4d5e"
ITS_ESCALATION = Actor(subject=OPEN_ID, role="service")
RAISED = RiskRaised(at=FLAGGED_AT, flag=1, escalation_id=OPEN_ID, source="clinician", level="high")
NOT_TOLD = ClinicianNotTold(escalation_id=OPEN_ID, told="take_escalation", clinician_id=FIRST)


def reactions_to(effect: str, outcome: Any, *history: Any) -> list[Effect]:
    settled = EffectSettled(
        at=FLAGGED_AT,
        effect_id=UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11"),
        effect=effect,
        outcome=outcome,
    )
    return escalation_given(*history, settled).reactions()


@pytest.mark.parametrize("outcome", ["failed", "refused", "lapsed"])
@pytest.mark.parametrize("told", ["take_escalation", "leave_escalation"])
def test_the_pathway_hears_what_a_clinicians_record_did_not_take(told: str, outcome: Any) -> None:
    history = acknowledged() if told == "take_escalation" else resolved()
    assert reactions_to(f"{told} {FIRST}", outcome, *history) == [
        tell(
            PATHWAY_ID,
            "clinician_not_told",
            name=f"clinician_not_told {told} {FIRST}",
            escalation_id=ITSELF,
            told=told,
            clinician_id=FIRST,
        )
    ]


def test_what_was_taken_needs_nobody() -> None:
    assert reactions_to(f"take_escalation {FIRST}", "done", *acknowledged()) == []


def test_what_the_pathway_does_not_take_either_is_told_to_the_supervisors() -> None:
    [told] = reactions_to(f"clinician_not_told take_escalation {FIRST}", "failed", *acknowledged())
    assert (told.port, told.recipient) == ("notify", "supervisors")
    [erased] = ESCALATION.reactions(
        ESCALATION.initial(),
        EffectSettled(
            at=FLAGGED_AT,
            effect_id=UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11"),
            effect=f"leave_escalation {FIRST}",
            outcome="failed",
        ),
    )
    assert erased.recipient == "supervisors"


def test_somebody_sees_to_it_once() -> None:
    told = given(*in_ongoing(), RAISED).when(NOT_TOLD, by=ITS_ESCALATION)
    [task] = told.then_happened(TaskOpened).and_given().state.tasks
    assert (task.kind, task.about) == ("pass_on_message", f"take_escalation {FIRST}")
    told.and_given().when(NOT_TOLD, by=ITS_ESCALATION).then_nothing()
    done = told.and_given().when(CompleteTask(task=task.number, outcome="Handed over"))
    done.then_happened(TaskCompleted)


def test_it_is_somebodys_task_after_care_has_ended_too() -> None:
    history = (*in_ongoing(), RAISED, *closed()[len(in_ongoing()) :])
    over = given(*history)
    assert over.state.status == "closed"
    over.when(NOT_TOLD, by=ITS_ESCALATION).then_happened(TaskOpened)


def test_only_the_pathways_own_escalation_tells_it_so() -> None:
    flagged = given(*in_ongoing(), RAISED)
    flagged.when(NOT_TOLD, by=COORDINATOR).then_rejected("not_its_escalation")
    given().when(NOT_TOLD, at=FLAGGED_AT, by=ITS_ESCALATION).then_rejected("unknown_pathway")
    given(*in_ongoing()).when(NOT_TOLD, by=ITS_ESCALATION).then_nothing()
    erased = Erased(at=ny("2037-01-01 10:00"), reason="retention_expired")
    given(*closed(), erased).when(NOT_TOLD, by=ITS_ESCALATION).then_nothing()
