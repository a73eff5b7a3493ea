"""What a clinician has to decide: by one who works here, whoever enters it."""

from collections.abc import Callable
from typing import Any

import pytest

from domain.actor import Actor
from domain.clinician.qualifications import Qualifications
from domain.commands.care import PlanDischarge, RecordProgressReview, TransferLevel
from domain.commands.pathway import ChangeDuration, ChooseDuration, DecideSuitability
from domain.commands.registry import read
from domain.decider import Reference, Rejected
from domain.events.agreements import DurationChosen
from domain.pathway import PATHWAY
from tests.domain.command_examples import EXAMPLES
from tests.domain.histories import (
    ANSWERS,
    FIRST_GROUP,
    NORA,
    READY_AT,
    SIX_MONTHS,
    in_treatment,
    pathway,
    ready,
)
from tests.domain.specification import COORDINATOR, When

STRANGER = "clinician-00000000-0000-4000-8000-000000000404"
GONE = "clinician-00000000-0000-4000-8000-000000000405"
SUPERVISOR = Actor(subject="account-8", role="supervisor")

staffed = pathway.knowing({STRANGER: Qualifications(), GONE: Qualifications(registered=True)})

Deciding = Callable[[str], When[Any]]
"""What becomes of a decision that is said to be this clinician's."""


def said_to_be(clinician: str) -> dict[str, Any]:
    return {**ANSWERS, "decided_by": clinician}


def in_assessment(command: Any) -> When[Any]:
    return staffed.given(*ready(without=SIX_MONTHS)).when(command, at=READY_AT)


def treated(command: Any) -> When[Any]:
    return staffed.given(*in_treatment()).when(command, at=FIRST_GROUP)


def needed_by(command: Any) -> list[Reference]:
    return PATHWAY.needs(PATHWAY.initial(), command)


DECISIONS: dict[str, Deciding] = {
    "decide_suitability": lambda who: in_assessment(
        DecideSuitability(suitable=True, **said_to_be(who))
    ),
    "choose_duration": lambda who: in_assessment(
        ChooseDuration(variant="six-months", **said_to_be(who))
    ),
    "change_duration": lambda who: treated(
        ChangeDuration(variant="eighteen-months", **said_to_be(who))
    ),
    "transfer_level": lambda who: treated(TransferLevel(level="php", **said_to_be(who))),
    "record_progress_review": lambda who: treated(
        RecordProgressReview(outcome="continue", **said_to_be(who))
    ),
    "plan_discharge": lambda who: treated(PlanDischarge(plan="A peer group", decided_by=who)),
}

each_decision = pytest.mark.parametrize("decision", DECISIONS.values(), ids=DECISIONS)
each_command = pytest.mark.parametrize("command", DECISIONS)


@each_decision
def test_a_clinician_who_works_here_decides(decision: Deciding) -> None:
    """Demands 6, 13 and 15: chosen by a clinician; a clinician decides; step-up and step-down."""
    [decided, *_] = decision(NORA).events
    assert decided.model_dump()["decided_by"] == NORA


@each_decision
def test_nobody_decides_in_the_name_of_a_clinician_who_is_not_known(decision: Deciding) -> None:
    """Demands 6 and 13: an unknown person decides nothing."""
    decision(STRANGER).then_rejected("unknown_clinician")


@each_decision
def test_a_clinician_who_has_left_decides_nothing(decision: Deciding) -> None:
    decision(GONE).then_rejected("clinician_not_active")


@each_command
@pytest.mark.parametrize("name", ["Nobody At All", "the receptionist", "?"])
def test_a_name_is_no_clinician(command: str, name: str) -> None:
    """Demands 6 and 13: the decision is a clinician's, and not anybody's in words."""
    with pytest.raises(Rejected) as refusal:
        read("pathway", command, {**EXAMPLES[command], "decided_by": name})
    (reason,) = refusal.value.reasons
    assert (reason.code, reason.message.partition(":")[0]) == ("invalid", "decided_by")


@each_command
def test_the_decision_asks_who_the_clinician_is(command: str) -> None:
    asked = read("pathway", command, {**EXAMPLES[command], "decided_by": NORA})
    assert needed_by(asked) == [Reference(kind="clinician", name=NORA)]


@pytest.mark.parametrize("actor", [COORDINATOR, SUPERVISOR])
def test_others_enter_what_a_clinician_decided(actor: Actor) -> None:
    chosen = ChooseDuration(variant="six-months", **ANSWERS)
    given = staffed.given(*ready(without=SIX_MONTHS))
    given.when(chosen, at=READY_AT, by=actor).then_happened(DurationChosen)


def test_an_unknown_clinician_is_told_beside_every_other_reason() -> None:
    unknown = ChooseDuration(variant="nine-months", **said_to_be(STRANGER))
    staffed.given(*ready()).when(unknown, at=READY_AT).then_rejected(
        "duration_already_chosen", "unknown_variant", "unknown_clinician"
    )


def test_what_was_decided_under_a_name_before_still_counts() -> None:
    """Events from before clinicians were named by their ids are folded as they stand."""
    by_name = SIX_MONTHS.model_copy(update={"decided_by": "Dr. Rowan"})
    assert staffed.given(*ready(but=by_name)).state.variant == "six-months"
