"""Two identifiers, before the first session and wherever the programme asks for them."""

from datetime import timedelta
from typing import Any

import pytest

from domain.calendar import day_in
from domain.commands.access import ConfirmIdentity
from domain.events.access import IdentityConfirmed
from domain.events.pathway import Referred
from domain.pathway import PATHWAY
from domain.pathway.identity import whereabouts_since
from domain.pathway.rows import Whereabouts
from domain.patient import Coverage, Identifier
from domain.programmes.definition import Definition
from tests.domain.histories import (
    READY_AT,
    REFERRAL,
    REFERRED_AT,
    attend,
    entered,
    given,
    mbt_g_document,
    meetings,
    ny,
    referred,
)
from tests.domain.specification import Specification

NAME = Identifier(kind="name", value="Avery Example")
BORN = Identifier(kind="birth_date", value="1990-05-17")
NUMBER = Identifier(kind="record_number", value="MRN-1")
MEETING = ny("2026-01-07 10:00")


def confirm(*identifiers: Identifier, **details: Any) -> ConfirmIdentity:
    return ConfirmIdentity(identifiers=identifiers, **details)


def asking(guard: str) -> Specification[Any]:
    document = mbt_g_document()
    document["phases"][0]["sessions"][0]["needs"] = [guard]
    return Specification(PATHWAY, Definition.model_validate(document))


def test_two_identifiers_confirm_who_the_patient_is_and_are_not_kept() -> None:
    """Law: NPSG.01.01.01 asks for two identifiers."""
    confirmed = given(*referred()).when(confirm(NAME, BORN), at=READY_AT)
    confirmed.then(IdentityConfirmed(at=READY_AT, kinds=("name", "birth_date")))
    stored = confirmed.events[0].model_dump_json()
    assert "Avery" not in stored
    assert "1990-05-17" not in stored


@pytest.mark.parametrize("identifiers", [(), (NAME,), (NAME, NAME)])
def test_one_identifier_is_nobody(identifiers: tuple[Identifier, ...]) -> None:
    given(*referred()).when(confirm(*identifiers)).then_rejected("two_identifiers_needed")


@pytest.mark.parametrize(
    "said", ["avery  EXAMPLE", "Example, Avery", " Avery Example ", "\uff21very Example"]
)
def test_a_name_is_the_same_however_it_is_said(said: str) -> None:
    name = Identifier(kind="name", value=said)
    given(*referred()).when(confirm(name, NUMBER)).then_happened(IdentityConfirmed)


def test_the_first_of_several_given_names_is_enough() -> None:
    patient = REFERRAL.patient.model_copy(update={"given_names": ("Avery", "Jo")})
    history = _referred_with(patient=patient)
    for said in ("Avery Example", "Avery Jo Example", "Example, Avery Jo"):
        name = Identifier(kind="name", value=said)
        given(*history).when(confirm(name, BORN)).then_happened(IdentityConfirmed)


def test_a_patient_without_given_names_is_known_by_the_family_name() -> None:
    patient = REFERRAL.patient.model_copy(update={"given_names": ()})
    name = Identifier(kind="name", value="Example")
    found = given(*_referred_with(patient=patient)).when(confirm(name, BORN))
    found.then_happened(IdentityConfirmed)


def test_every_identifier_that_differs_is_named_and_not_repeated() -> None:
    wrong = Identifier(kind="birth_date", value="1991-05-17")
    found = given(*referred()).when(confirm(NAME, wrong))
    found.then_rejected("identifier_differs")
    assert not any("1991" in reason.message for reason in found.reasons)


@pytest.mark.parametrize("kind", ["phone", "email", "member_id"])
def test_what_the_referral_does_not_say_identifies_nobody(kind: Any) -> None:
    unknown = Identifier(kind=kind, value="anything")
    given(*referred()).when(confirm(NAME, unknown)).then_rejected("identifier_not_on_file")


def test_the_number_of_the_insurance_identifies_too() -> None:
    history = _referred_with(coverage=Coverage(payer="Optum", member_id="M-1"))
    member = Identifier(kind="member_id", value="m-1")
    given(*history).when(confirm(NAME, member)).then_happened(IdentityConfirmed)


def test_no_session_before_the_patient_is_known() -> None:
    """Demand 1: the first assessment meeting is with the patient and nobody else."""
    history = asking("identity_confirmed").given(*referred())
    meeting = attend("assessment", MEETING)
    history.when(meeting, at=MEETING).then_rejected("identity_not_confirmed")
    known = history.when(confirm(NAME, BORN)).and_given()
    assert known.when(meeting, at=MEETING).events


def test_a_confirmation_does_not_reach_back_before_it() -> None:
    known = asking("identity_confirmed").given(
        *referred(), IdentityConfirmed(at=READY_AT, kinds=("name", "birth_date"))
    )
    known.when(attend("assessment", MEETING)).then_rejected("identity_not_confirmed")


def test_at_each_contact_means_on_the_day_of_each_session() -> None:
    history = asking("identity_confirmed_that_day").given(*referred())
    known = history.when(confirm(NAME, BORN), at=MEETING - timedelta(hours=1)).and_given()
    assert known.when(attend("assessment", MEETING), at=MEETING).events
    later = MEETING + timedelta(days=1)
    known.when(attend("assessment", later), at=later).then_rejected(
        "identity_not_confirmed_that_day"
    )


def test_where_the_patient_says_to_be_is_where_help_is_sent() -> None:
    """Demands 23 and 26: the physical location is attested, and 911 needs to know it."""
    asked = given(*referred()).when(confirm(NAME, BORN, address="12 Example Street"), at=MEETING)
    asked.then(
        IdentityConfirmed(at=MEETING, kinds=("name", "birth_date"), address="12 Example Street")
    )
    there = Whereabouts(address="12 Example Street", at=MEETING)
    asked.then_state(whereabouts=there)
    silent = asked.and_given().when(confirm(NAME, BORN), at=READY_AT)
    silent.then_state(whereabouts=there)
    before = confirm(NAME, BORN, address="1 Earlier Road", at=MEETING - timedelta(hours=1))
    asked.and_given().when(before).then_state(whereabouts=there)
    moved = asked.and_given().when(confirm(NAME, BORN, address="7 Later Lane"), at=READY_AT)
    moved.then_state(whereabouts=Whereabouts(address="7 Later Lane", at=READY_AT))


def test_where_the_patient_said_to_be_counts_from_that_day_on() -> None:
    """Demand 23: at each session, so yesterday's address is not where help is sent today."""
    told = given(*referred()).when(confirm(NAME, BORN, address="12 Example Street"), at=MEETING)
    pathway, zone = told.and_given().state, "America/New_York"
    day = day_in(zone, MEETING)
    there = Whereabouts(address="12 Example Street", at=MEETING)
    assert whereabouts_since(pathway, day, zone) == there
    assert whereabouts_since(pathway, day - timedelta(days=1), zone) == there
    assert whereabouts_since(pathway, day + timedelta(days=1), zone) is None
    assert whereabouts_since(given(*referred()).state, day, zone) is None


def test_a_confirmation_may_be_entered_late() -> None:
    late = confirm(NAME, BORN, at=MEETING)
    (event,) = given(*referred()).when(late, at=READY_AT).events
    assert event.at == MEETING


def test_who_takes_the_referral_may_have_asked_the_patient_before_it_was_entered() -> None:
    """Law: NPSG.01.01.01: the check counts from when it was made."""
    that_morning = ny("2026-01-05 00:10")
    early = confirm(NAME, BORN, at=that_morning)
    (event,) = given(*referred()).when(early, at=READY_AT).events
    assert event.at == that_morning
    the_day_before = confirm(NAME, BORN, at=that_morning - timedelta(hours=1))
    given(*referred()).when(the_day_before, at=READY_AT).then_rejected("before_referral")
    given(*referred()).when(confirm(NAME, BORN, at=READY_AT), at=MEETING).then_rejected(
        "in_the_future"
    )


def test_a_later_session_does_not_keep_an_earlier_check_from_being_entered() -> None:
    met = given(*referred(), *meetings(1))
    met.when(confirm(NAME, BORN, at=REFERRED_AT), at=READY_AT).then_happened(IdentityConfirmed)


def test_confirming_is_always_offered() -> None:
    assert given(*referred()).permitted("confirm_identity").open


def _referred_with(**details: Any) -> tuple[Any, ...]:
    referral = REFERRAL.model_copy(update=details)
    return (
        Referred(at=REFERRED_AT, programme="mbt-g@1", referral=referral),
        entered("assessment", REFERRED_AT),
    )
