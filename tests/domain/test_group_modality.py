"""Virtual, hybrid and in-person groups: who is asked where they are, and which licence counts."""

from typing import Any

import pytest

from domain.commands.group import AdmitLate, HoldSession, Joining, OpenSession
from domain.events.group import MemberAdmitted, SessionOpened
from domain.events.presence import Admission
from domain.group import GROUP, Group
from domain.programmes.definition import Consent
from tests.domain.groups import (
    LENGTH,
    ROBIN,
    SAM,
    also,
    meeting,
    members,
    patient,
    tuesday,
)
from tests.domain.specification import Given, Specification

START = tuesday(1)


def at_the_door(modality: str, location: str | None, given: Given[Group] | None = None) -> Any:
    """What is decided of the one patient who comes: who says no place is there in person."""
    group = given or also(meeting(modality=modality), *members(1, 2))
    there = location is None
    joining = (Joining(pathway_id=patient(1), location=location, in_person=there),)
    asked = OpenSession(session=1, clinicians=(ROBIN, SAM), joining=joining)
    return group.when(asked, at=START)


def refused(modality: str, location: str | None, given: Given[Group] | None = None) -> Any:
    [session] = at_the_door(modality, location, given).events
    assert isinstance(session, SessionOpened)
    return session.not_admitted[0].reasons if session.not_admitted else ()


@pytest.mark.parametrize(
    ("modality", "location", "reasons"),
    [
        ("virtual", "FL", ()),
        ("virtual", "AZ", ("facilitator_not_licensed",)),
        ("virtual", None, ("location_not_attested",)),
        ("hybrid", "FL", ()),
        ("hybrid", "AZ", ("facilitator_not_licensed",)),
        ("hybrid", None, ()),
        ("in_person", None, ()),
        ("in_person", "AZ", ()),
    ],
)
def test_whoever_joins_virtually_says_where_they_are(
    modality: str, location: str | None, reasons: tuple[str, ...]
) -> None:
    """Demand 23: at each virtual session the patient's physical location is attested."""
    assert refused(modality, location) == reasons


def test_silence_in_a_hybrid_group_does_not_mean_being_there() -> None:
    """Demand 23: otherwise that patient does not join, with the reason recorded."""
    asked = OpenSession(
        session=1, clinicians=(ROBIN, SAM), joining=(Joining(pathway_id=patient(1)),)
    )
    [session] = also(meeting(modality="hybrid"), *members(1)).when(asked, at=START).events
    assert isinstance(session, SessionOpened)
    assert session.not_admitted[0].reasons == ("location_not_attested",)


def test_in_person_an_admission_has_no_location() -> None:
    [session] = at_the_door("in_person", None).events
    assert session.admitted == (Admission(pathway_id=patient(1)),)


def test_whoever_comes_late_in_person_is_not_asked_either() -> None:
    running = at_the_door("in_person", None).and_given()
    [admitted] = running.when(AdmitLate(session=1, pathway_id=patient(2)), at=START).events
    assert isinstance(admitted, MemberAdmitted)
    assert admitted.admission.location is None


@pytest.mark.parametrize(
    ("modality", "location", "present", "absent"),
    [
        ("virtual", "FL", "virtual", "virtual"),
        ("in_person", None, "in_person", "in_person"),
        ("hybrid", "FL", "virtual", None),
        ("hybrid", None, "in_person", None),
    ],
)
def test_each_pathway_learns_how_its_patient_took_part(
    modality: str, location: str | None, present: str, absent: str | None
) -> None:
    """Demand 21: virtual, hybrid, in person."""
    running = at_the_door(modality, location).and_given()
    held = running.when(HoldSession(session=1), at=START + LENGTH).events[0]
    told = {one.recipient: one.data["modality"] for one in also(running, held).reactions()}
    assert told == {patient(1): present, patient(2): absent}


def asking_for_telehealth(modality: str) -> Given[Group]:
    """A programme in which virtual sessions need a consent of their own, which nobody gave."""
    definition = meeting().specification.definition
    assert definition is not None
    telehealth = Consent(
        id="telehealth", title="Telehealth", document_version="1", needed_for="virtual"
    )
    asked = definition.model_copy(update={"consents": (*definition.consents, telehealth)})
    group = also(meeting(modality=modality), *members(1))
    return Given(Specification(GROUP, asked, group.specification.facts), group.events)


@pytest.mark.parametrize(
    ("modality", "location", "reasons"),
    [
        ("virtual", "FL", ("consent_missing",)),
        ("hybrid", "FL", ("consent_missing",)),
        ("hybrid", None, ()),
        ("in_person", None, ()),
    ],
)
def test_what_virtual_sessions_need_is_asked_of_those_who_join_virtually(
    modality: str, location: str | None, reasons: tuple[str, ...]
) -> None:
    assert refused(modality, location, asking_for_telehealth(modality)) == reasons
