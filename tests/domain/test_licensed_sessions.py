"""Who may hold an individual session: where the patient is, that day, by this clinician."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.clinician.state import Service
from domain.commands.pathway import RecordSession
from domain.decider import Reference
from domain.events.agreements import ConsentGiven
from domain.pathway import PATHWAY
from domain.programmes.definition import Definition
from tests.domain.arrangements import ANNA, QUALIFIED
from tests.domain.histories import (
    CONSENTED,
    FIRST_GROUP,
    REFERRED_AT,
    in_treatment,
    mbt_g_document,
    miss,
    ny,
)
from tests.domain.specification import Given, Specification

DAY = timedelta(days=1)
TUESDAY = FIRST_GROUP - DAY / 4
LAST_DAY = ny("2026-01-28 23:00")


def checked(*events: Any, **plan: Any) -> Given[Any]:
    """The programme whose individual sessions ask for a licence, or for what `plan` says."""
    document = mbt_g_document()
    document["phases"][2]["sessions"][1].update(plan or {"licence_checked": True})
    document["consents"].append(
        {
            "id": "telehealth",
            "title": "Consent to telehealth",
            "document_version": "1",
            "needed_for": "virtual",
        }
    )
    specification = Specification(PATHWAY, Definition.model_validate(document))
    agreed = ConsentGiven(at=CONSENTED.at, consent="telehealth", document_version="1")
    history = (*in_treatment(), agreed, *events)
    return specification.knowing({ANNA: QUALIFIED}).given(*history)


def virtual(at: Any = LAST_DAY, **details: Any) -> RecordSession:
    data = {
        "kind": "individual",
        "held_at": at,
        "attended": True,
        "clinician": ANNA,
        "location": "FL",
        "modality": "virtual",
    }
    return RecordSession.model_validate({**data, **details})


def test_the_clinician_is_licensed_where_the_patient_is_that_day() -> None:
    """Demand 23: the location is attested, and the licence holds for that state on that day."""
    (recorded, *_) = checked().when(virtual(), at=LAST_DAY).events
    assert recorded.clinicians == (ANNA,)  # type: ignore[attr-defined]
    assert (recorded.location, recorded.modality) == ("FL", "virtual")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("details", "codes"),
    [
        ({"location": "GA"}, ["not_licensed"]),
        ({"at": LAST_DAY + DAY}, ["not_licensed"]),
        ({"location": None}, ["location_not_attested"]),
        ({"modality": None}, ["modality_missing"]),
        ({"clinician": None}, ["clinician_missing"]),
        (
            {"clinician": None, "modality": None, "location": None},
            ["clinician_missing", "modality_missing"],
        ),
    ],
)
def test_without_location_or_licence_it_is_no_session(
    details: dict[str, Any], codes: list[str]
) -> None:
    """Demand 23: otherwise that patient does not join, with the reason recorded."""
    checked().when(virtual(**details), at=LAST_DAY + 2 * DAY).then_rejected(*codes)


def test_what_a_clinician_held_before_they_left_is_entered_late() -> None:
    left = Service(since=REFERRED_AT, until=LAST_DAY + DAY)
    gone = {ANNA: QUALIFIED.model_copy(update={"service": (left,)})}
    given = replace(checked(), specification=checked().specification.knowing(gone))
    assert given.when(virtual(), at=LAST_DAY + 3 * DAY).events
    began = {ANNA: QUALIFIED.model_copy(update={"service": (Service(since=LAST_DAY + DAY),)})}
    given = replace(checked(), specification=checked().specification.knowing(began))
    given.when(virtual(), at=LAST_DAY + 3 * DAY).then_rejected("not_licensed")


def test_in_person_a_licence_for_another_state_is_not_asked() -> None:
    """Demand 21: virtual, hybrid, in person."""
    for location in (None, "GA"):
        in_person = virtual(modality="in_person", location=location)
        assert checked().when(in_person, at=LAST_DAY).events


def test_in_person_a_credential_is_asked_only_where_the_definition_says() -> None:
    """Demand 12: a credential with an expiry date."""
    in_person = virtual(modality="in_person", location=None)
    assert checked(credential="mbt").when(in_person, at=LAST_DAY).events
    other = checked(credential="emdr")
    other.when(in_person, at=LAST_DAY).then_rejected("not_credentialed")
    nobody = virtual(clinician=None, modality="in_person")
    other.when(nobody, at=LAST_DAY).then_rejected("clinician_missing")


def test_a_missed_session_needs_no_licence() -> None:
    assert checked().when(miss("individual", LAST_DAY), at=LAST_DAY).events


def test_telehealth_has_a_consent_of_its_own() -> None:
    """Demand 21: virtual sessions need the consent that the programme asks for them."""
    document = mbt_g_document()
    document["consents"].append(
        {
            "id": "telehealth",
            "title": "Consent to telehealth",
            "document_version": "1",
            "needed_for": "virtual",
        }
    )
    specification = Specification(PATHWAY, Definition.model_validate(document))
    history = specification.given(*in_treatment())
    asked = virtual(clinician=None)
    history.when(asked, at=LAST_DAY).then_rejected("consent_missing")
    assert history.when(virtual(clinician=None, modality="in_person"), at=LAST_DAY).events
    missed = virtual(clinician=None, attended=False)
    assert history.when(missed, at=LAST_DAY).events


def test_a_consent_to_an_earlier_version_is_asked_for_again() -> None:
    """Demand 19: consent shows the risks as the document in force does."""
    document = mbt_g_document()
    document["consents"][0]["document_version"] = "2"
    specification = Specification(PATHWAY, Definition.model_validate(document))
    history = specification.given(*in_treatment())
    at_home = virtual(clinician=None, modality="in_person")
    history.when(at_home, at=LAST_DAY).then_rejected("consent_missing")
    again = ConsentGiven(at=LAST_DAY, consent="treatment", document_version="2")
    assert specification.given(*in_treatment(), again).when(at_home, at=LAST_DAY).events


def test_the_facts_of_a_named_clinician_are_asked_for() -> None:
    state = checked().state
    asked = PATHWAY.needs(state, virtual())
    assert asked == [Reference(kind="clinician", name=ANNA)]
    assert PATHWAY.needs(state, virtual(clinician=None)) == []
    assert TUESDAY < LAST_DAY
