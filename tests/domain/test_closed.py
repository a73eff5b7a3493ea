"""A closed pathway, or none at all, refuses everything."""

from typing import get_args
from uuid import UUID

import pytest

from domain.commands import access, care, safety, seats
from domain.commands import pathway as commands
from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.corrections import CorrectionCommand
from domain.commands.pathway import Discharge, EndFollowUp, RecordMeasure, Refer
from domain.events.pathway import EffectSettled, PathwayEvent
from domain.pathway.arrangement_handlers import AT_ANY_TIME
from domain.pathway.decide import SAFETY_CONCERNS
from tests.domain.histories import (
    ANSWERS,
    MINUTE,
    NORA,
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
GROUP = "group-0b8f7a52-5f3c-4d43-9c51-6a2f4d1c7e01"
CLINICIAN = "clinician-5c3a1f0e-9d47-4b59-8f0a-2e6b7c8d9f02"
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
    safety.RaiseConcern(source="clinician", level="low"),
    safety.ReportEventOutside(kind="ed_visit", occurred_at=AT),
    access.ConfirmIdentity(identifiers=()),
    access.RequestBenefitsCheck(),
    access.VerifyBenefits(payer="Optum", outcome="active"),
    access.BenefitsAnswered(check=1, payer="Optum", outcome="active"),
    seats.JoinWaitlist(
        group_kind="ongoing", modalities=("virtual",), urgency="routine", zone="America/New_York"
    ),
    seats.ReviewPriority(urgency="urgent", **ANSWERS),
    seats.LeaveWaitlist(reason="Found care elsewhere"),
    seats.OfferSeat(group_id=GROUP),
    seats.TransferToGroup(group_id=GROUP, reason="Works on Tuesdays"),
    seats.AcceptSeat(offer=1),
    seats.DeclineSeat(offer=1, reason="Works on Tuesdays"),
    seats.LeaveGroup(reason="Moves away"),
    seats.GroupClosed(group_id=GROUP),
    seats.BookGroupSession(group_id=GROUP, session=1, starts_at=AT + WEEK, length=90 * MINUTE),
    seats.CancelGroupSession(group_id=GROUP, session=1),
    seats.RecordGroupSession(
        group_id=GROUP, session=1, held_at=AT, length=90 * MINUTE, attended=True
    ),
    seats.RecordNotAdmitted(group_id=GROUP, session=1, held_at=AT, reasons=("not_licensed",)),
    care.AssignTherapist(clinician_id=CLINICIAN),
    care.TransferLevel(level="php", **ANSWERS),
    care.ReturnFromLevel(reason="Stable again"),
    care.RecordProgressReview(outcome="continue", **ANSWERS),
    care.RecordMove(state="AZ", since=AT),
    care.PlanDischarge(plan="A peer group", decided_by=NORA),
    Discharge(reason="patient_withdrew"),
    EndFollowUp(reason="Declined"),
]

AFTER_CLOSING = (
    commands.PlaceLegalHold,
    commands.LiftLegalHold,
    commands.Erase,
    safety.EscalationResolved,
    safety.ClinicianNotTold,
    *AT_ANY_TIME,
)
"""What is for closed pathways too, or only: `test_keeping`, `test_sharing` tell of it."""


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=lambda one: type(one).__name__)
def test_a_closed_pathway_refuses_everything(command: commands.PathwayCommand) -> None:
    given(*closed()).when(command, at=AT).then_rejected("pathway_closed")


@pytest.mark.parametrize("history", [closed(), ()], ids=["closed", "unknown"])
@pytest.mark.parametrize(
    "command",
    [one for one in EVERY_COMMAND if isinstance(one, SAFETY_CONCERNS)],
    ids=lambda one: type(one).__name__,
)
def test_whoever_is_not_heard_is_told_whom_to_call(
    command: commands.PathwayCommand, history: tuple[PathwayEvent, ...]
) -> None:
    """Demand 26: 988 and 911 stand where a patient's risk is spoken of."""
    (reason,) = given(*history).when(command, at=AT).reasons
    for who in ("911", "988 Suicide & Crisis Lifeline", "clinician on call", "supervisor"):
        assert who in reason.message


def test_a_closed_pathway_says_whom_to_call_before_somebody_tries() -> None:
    (reason,) = given(*closed()).permitted("raise_concern").blocked_by
    assert "on call for mbt-g" in reason.message


@pytest.mark.parametrize("command", EVERY_COMMAND, ids=lambda one: type(one).__name__)
def test_a_pathway_that_does_not_exist_refuses_everything(
    command: commands.PathwayCommand,
) -> None:
    given().when(command, at=AT).then_rejected("unknown_pathway")


def test_every_command_stands_in_these_lists() -> None:
    apart = {Refer, MeetDeadline, SettleEffect, *AFTER_CLOSING, *get_args(CorrectionCommand)}
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
    assert settled.and_given().content == given(*closed()).content


def test_a_closed_pathway_offers_what_it_refuses() -> None:
    context = given(*closed())
    blocked = context.permitted("end_follow_up").blocked_by
    assert [reason.code for reason in blocked] == ["pathway_closed"]


def test_a_referral_to_a_closed_pathway_is_a_duplicate() -> None:
    refer = Refer(programme="mbt-g@1", referral=REFERRAL)
    given(*closed()).when(refer, at=REFERRED_AT).then_rejected("duplicate")
