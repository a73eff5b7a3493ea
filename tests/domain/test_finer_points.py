"""Where two things stand side by side, the right one is meant; and what happens at the limits."""

from datetime import date, timedelta

import pytest

from domain.actor import CLOCK
from domain.commands.access import VerifyBenefits
from domain.commands.base import MeetDeadline
from domain.commands.escalation import RecordContactAttempt
from domain.commands.group import Close, CompleteTask, Joining, OpenSession, ReserveSeat
from domain.commands.pathway import Discharge, GiveConsent
from domain.commands.seats import DeclineSeat
from domain.events.access import BenefitsVerified
from domain.events.agreements import ConsentGiven, ConsentWithdrawn
from domain.events.group import SeatReserved, SessionOpened, TaskCompleted, TaskOpened
from domain.events.measures import MeasuresBecameOverdue
from domain.events.pathway import MeasuresExpired
from domain.events.seats import SeatDeclined, SeatOffered
from domain.pathway import Pathway
from domain.pathway.asking import numbered
from domain.programmes.states import ServedState
from tests.domain import escalations
from tests.domain.arrangements import ACCEPTED, BEGUN, FILLED, GROUP, OFFERED, WAITS
from tests.domain.arrangements import given as given_with_others
from tests.domain.escalations import OPENED_AT, acknowledged
from tests.domain.groups import (
    FORMED_AT,
    OTHER_GROUP,
    ROBIN,
    SAM,
    formed,
    group,
    meeting,
    members,
    patient,
    standing,
    tuesday,
)
from tests.domain.histories import (
    CONSENTED,
    MBT_G,
    READY_AT,
    WEEK,
    fell_due,
    given,
    in_introduction,
    in_treatment,
    progress,
    ready,
)
from tests.domain.specification import Given, When

START = tuesday(1)
AGAIN_AT = READY_AT + WEEK
WITHDRAWN_AT = READY_AT + timedelta(days=2)


def meeting_of(history: Given[Pathway], kind: str, subject: str) -> When[Pathway]:
    """The clock meets this very deadline, whatever else is due."""
    (deadline,) = [one for one in history.deadlines(kind) if one.subject == subject]
    command = MeetDeadline(kind=kind, subject=subject, at=deadline.at)
    return history.when(command, at=deadline.at, by=CLOCK)


@pytest.mark.parametrize("occasion", ["progress-1", "progress-2"])
def test_of_two_open_occasions_the_one_whose_time_has_come_is_meant(occasion: str) -> None:
    both = given(*in_treatment(), fell_due(progress(1), progress(2)), fell_due(progress(2)))
    (overdue, collect) = meeting_of(both, "measures_overdue", occasion).events
    assert isinstance(overdue, MeasuresBecameOverdue)
    assert (overdue.occasion, getattr(collect, "about", None)) == (occasion, occasion)
    (expired,) = meeting_of(both, "measures_expiry", occasion).events
    assert isinstance(expired, MeasuresExpired)
    assert expired.occasion == occasion


def test_another_task_of_a_group_is_done_although_facilitators_are_still_looked_for() -> None:
    missed = TaskOpened(
        at=FORMED_AT, task=2, kind="pass_on_attendance", due_at=FORMED_AT + WEEK, about=patient(1)
    )
    waiting = Given(formed().specification, (*formed().events, missed))
    done = CompleteTask(task=2, outcome="Told by telephone")
    waiting.when(done).then(TaskCompleted(at=FORMED_AT, task=2, outcome=done.outcome))


def test_a_closed_group_names_the_one_in_which_its_members_go_on() -> None:
    closing = formed().when(Close(reason="Too few members", successor=OTHER_GROUP))
    assert closing.and_given().state.successor == OTHER_GROUP


def reserving(state: str) -> ReserveSeat:
    until = FORMED_AT + timedelta(hours=72)
    return ReserveSeat(pathway_id=patient(1), offer=1, state=state, until=until)


def test_a_state_that_is_served_no_more_gets_no_seat_in_a_group_that_was_for_it() -> None:
    ended = ServedState(
        state="CA", services=("virtual",), since=date(2025, 1, 1), until=date(2026, 1, 4)
    )
    florida = next(one for one in MBT_G.served_states if one.state == "FL")
    left = MBT_G.model_copy(update={"served_states": (florida, ended)})
    both = Given(group.given().specification, meeting().events)
    both.when(reserving("CA")).then_happened(SeatReserved)
    later = Given(type(group)(group.decider, left, group.facts), meeting().events)
    later.when(reserving("CA")).then_rejected("state_not_served")


def test_a_state_that_the_group_is_not_for_gets_no_seat_although_it_is_served() -> None:
    meeting(states=("FL",)).when(reserving("CA")).then_rejected("state_not_served")


def test_a_contact_at_the_instant_of_the_flag_answers_it() -> None:
    reached = RecordContactAttempt(how="phone", reached=True, at=OPENED_AT)
    met = escalations.given(*acknowledged()).when(reached, at=OPENED_AT + timedelta(hours=1))
    met.then_state(contact_at=None, contacted_at=OPENED_AT)


def test_a_signature_from_before_a_withdrawal_is_refused_also_after_a_new_one() -> None:
    withdrawn = ConsentWithdrawn(at=WITHDRAWN_AT, consent="treatment")
    again = ConsentGiven(at=AGAIN_AT, consent="treatment", document_version="1")
    old = GiveConsent(consent="treatment", document_version="1", given_at=CONSENTED.at)
    history = given(*in_introduction(), withdrawn, again)
    history.when(old, at=AGAIN_AT + WEEK).then_rejected("withdrawn_since")


def test_a_seat_that_was_taken_makes_up_for_earlier_declines() -> None:
    filled = given_with_others(*in_introduction(), WAITS, BEGUN, OFFERED, ACCEPTED, FILLED)
    offered = SeatOffered(at=READY_AT, offer=2, group_id=GROUP, until=OFFERED.until)
    begun = BEGUN.model_copy(update={"offer": 2})
    declined = Given(filled.specification, (*filled.events, begun, offered)).when(
        DeclineSeat(offer=2, reason="Too late in the day"), at=READY_AT
    )
    assert [one.declines for one in declined.events if isinstance(one, SeatDeclined)] == [1]


@pytest.mark.parametrize("effect", ["take_on", "hand_over-later", "-3"])
def test_an_effect_without_a_number_is_asked_by_its_whole_name(effect: str) -> None:
    assert numbered(effect) == (effect, None)
    assert numbered("reserve_seat-3") == ("reserve_seat", 3)


@pytest.mark.parametrize("modality", ["virtual", "hybrid", "in_person"])
def test_consent_to_treatment_is_asked_of_whoever_comes_in_person_too(modality: str) -> None:
    """Demand 19: nobody takes part who has not been shown the risks."""
    unasked = meeting(modality=modality)
    facts = {patient(1): standing(consents=())}
    history = (*unasked.events, *members(1))
    location = None if modality == "in_person" else "FL"
    joining = (Joining(pathway_id=patient(1), location=location),)
    asked = OpenSession(session=1, clinicians=(ROBIN, SAM), joining=joining)
    (session,) = Given(unasked.specification.knowing(facts), history).when(asked, at=START).events
    assert isinstance(session, SessionOpened)
    assert [one.reasons for one in session.not_admitted] == [("consent_missing",)]


def test_whoever_was_found_suitable_is_not_discharged_as_unsuitable() -> None:
    """Demand 13: it is the clinician's decision that says so, and it said the contrary."""
    left = Discharge(reason="clinically_unsuitable", referred_to="A clinic nearby")
    given(*ready()).when(left, at=READY_AT).then_rejected("not_found_unsuitable")


def test_benefits_that_have_ended_are_recorded_as_inactive() -> None:
    ended = VerifyBenefits(payer="Optum", outcome="inactive", valid_until=date(2026, 1, 19))
    (verified, *_) = given(*ready()).when(ended, at=READY_AT).events
    assert isinstance(verified, BenefitsVerified)
