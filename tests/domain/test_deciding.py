"""What a clinician has to decide: by one who works here, whoever enters it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.actor import Actor
from domain.clinician.qualifications import Qualifications
from domain.clinician.state import Service
from domain.commands.care import PlanDischarge, RecordProgressReview, TransferLevel
from domain.commands.pathway import (
    ChangeDuration,
    ChooseDuration,
    DecideSuitability,
    MoveToVersion,
)
from domain.commands.registry import read
from domain.commands.seats import ReviewPriority
from domain.decider import Reference, Rejected
from domain.events.agreements import DurationChosen
from domain.events.care import DischargePlanned, ProgressReviewed
from domain.pathway import PATHWAY
from tests.domain.arrangements import waiting
from tests.domain.command_examples import EXAMPLES
from tests.domain.histories import (
    ANSWERS,
    FIRST_GROUP,
    MBT_G,
    NO_MORE,
    NORA,
    READY_AT,
    REFERRED_AT,
    SIX_MONTHS,
    in_treatment,
    pathway,
    ready,
)
from tests.domain.specification import COORDINATOR, When

STRANGER = "clinician-00000000-0000-4000-8000-000000000404"
GONE = "clinician-00000000-0000-4000-8000-000000000405"
SUPERVISOR = Actor(subject="account-8", role="supervisor")

LEFT_SINCE = "clinician-00000000-0000-4000-8000-000000000406"
BEGAN_SINCE = "clinician-00000000-0000-4000-8000-000000000407"
DAY = timedelta(days=1)
BEFORE = Service(since=REFERRED_AT, until=FIRST_GROUP + DAY)
SINCE = Service(since=FIRST_GROUP + DAY)

staffed = pathway.knowing(
    {
        STRANGER: Qualifications(),
        GONE: Qualifications(service=NO_MORE),
        LEFT_SINCE: Qualifications(service=(BEFORE,)),
        BEGAN_SINCE: Qualifications(service=(SINCE,)),
    }
)

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
    "review_priority": lambda who: staffed.given(*waiting()).when(
        ReviewPriority(urgency="asap", **said_to_be(who))
    ),
    "move_to_version": lambda who: (
        replace(staffed, definition=MBT_G.model_copy(update={"version": 2}))
        .given(*in_treatment())
        .when(MoveToVersion(programme="mbt-g@2", **said_to_be(who)))
    ),
}


def entered_late(command: Any) -> When[Any]:
    return staffed.given(*in_treatment()).when(command, at=FIRST_GROUP + 9 * DAY)


each_decision = pytest.mark.parametrize("decision", DECISIONS.values(), ids=DECISIONS)
each_command = pytest.mark.parametrize("command", DECISIONS)


@each_decision
def test_a_clinician_who_works_here_decides(decision: Deciding) -> None:
    """Demands 6, 13 and 15: chosen by a clinician; a clinician decides; step-up and step-down."""
    [decided, *_] = decision(NORA).events
    assert decided.model_dump()["decided_by"] == NORA


@each_decision
def test_nobody_decides_in_the_name_of_a_clinician_who_is_not_known(decision: Deciding) -> None:
    """Demands 6, 13 and 15: an unknown person decides nothing."""
    decision(STRANGER).then_rejected("unknown_clinician")


@each_decision
def test_a_clinician_who_has_left_decides_nothing(decision: Deciding) -> None:
    decision(GONE).then_rejected("clinician_not_active")


def test_a_decision_entered_late_counts_if_its_clinician_has_left_since() -> None:
    """They worked here when it was taken."""
    reviewed = RecordProgressReview(outcome="continue", at=FIRST_GROUP, **said_to_be(LEFT_SINCE))
    entered_late(reviewed).then_happened(ProgressReviewed)
    today = reviewed.model_copy(update={"at": None})
    entered_late(today).then_rejected("clinician_not_active")


def test_nobody_decided_before_they_began() -> None:
    planned = PlanDischarge(plan="A peer group", at=FIRST_GROUP, decided_by=BEGAN_SINCE)
    entered_late(planned).then_rejected("clinician_not_active")
    entered_late(planned.model_copy(update={"at": None})).then_happened(DischargePlanned)


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
    assert Reference(kind="clinician", name=NORA) in needed_by(asked)


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
