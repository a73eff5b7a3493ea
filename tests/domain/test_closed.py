"""A closed pathway, or none at all, refuses everything."""

from typing import get_args
from uuid import UUID

import pytest

from domain.commands import pathway as commands
from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.pathway import Discharge, EndFollowUp, RecordMeasure, Refer
from domain.events.pathway import (
    EffectSettled,
)
from tests.domain.histories import (
    ANSWERS,
    PLAN,
    PLANNED_END,
    REFERRAL,
    REFERRED_AT,
    WEEK,
    attend,
    closed,
    given,
)

AT = PLANNED_END + 2 * WEEK
EVERY_COMMAND = [
    commands.BookSession(kind="group", starts_at=AT + WEEK),
    commands.CancelBooking(booking=1),
    attend("group", AT),
    RecordMeasure(measure="phq-9", score=1, taken_at=AT),
    commands.GiveConsent(consent="treatment", document_version="1", given_at=AT),
    commands.WithdrawConsent(consent="treatment", withdrawn_at=AT),
    commands.AgreeSafetyPlan(plan=PLAN, agreed_at=AT),
    commands.DecideSuitability(suitable=True, **ANSWERS),
    commands.ChooseDuration(variant="six-months", **ANSWERS),
    commands.ChangeDuration(variant="eighteen-months", **ANSWERS),
    commands.EnterPhase(phase="ongoing"),
    commands.Pause(reason="Travel", resume_at=AT + WEEK),
    commands.Resume(),
    commands.MoveToVersion(programme="mbt-g@2", **ANSWERS),
    commands.CompleteTask(task=1, outcome="Done"),
    Discharge(reason="patient_withdrew"),
    EndFollowUp(reason="Declined"),
]

AFTER_CLOSING = (commands.PlaceLegalHold, commands.LiftLegalHold, commands.Erase)
"""What is for closed pathways only: `test_keeping` tells of it."""


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=lambda one: type(one).__name__)
def test_a_closed_pathway_refuses_everything(command: commands.PathwayCommand) -> None:
    given(*closed()).when(command, at=AT).then_rejected("pathway_closed")


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=lambda one: type(one).__name__)
def test_a_pathway_that_does_not_exist_refuses_everything(
    command: commands.PathwayCommand,
) -> None:
    given().when(command, at=AT).then_rejected("unknown_pathway")


def test_every_command_stands_in_these_lists() -> None:
    apart = {Refer, MeetDeadline, SettleEffect, *AFTER_CLOSING}
    assert {type(one) for one in EVERY_COMMAND} | apart == set(get_args(commands.PathwayCommand))


def test_what_came_of_an_effect_is_recorded_even_after_closing() -> None:
    effect_id = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")
    command = SettleEffect(
        effect_id=effect_id, effect="remind_patient", outcome="lapsed", attempts=3
    )
    settled = given(*closed()).when(command, at=AT)
    settled.then(
        EffectSettled(
            at=AT, effect_id=effect_id, effect="remind_patient", outcome="lapsed", attempts=3
        )
    )
    assert settled.and_given().state == given(*closed()).state


def test_a_closed_pathway_offers_what_it_refuses() -> None:
    context = given(*closed())
    blocked = context.permitted("end_follow_up").blocked_by
    assert [reason.code for reason in blocked] == ["pathway_closed"]


def test_a_referral_to_a_closed_pathway_is_a_duplicate() -> None:
    refer = Refer(programme="mbt-g@1", referral=REFERRAL)
    given(*closed()).when(refer, at=REFERRED_AT).then_rejected("duplicate")
