"""A patient who moves to another state: where they live from then on, and who is told."""

from datetime import date, timedelta

from domain.clinician.qualifications import Licence
from domain.commands.care import RecordMove
from domain.commands.corrections import CorrectPatient
from domain.commands.pathway import Discharge
from domain.commands.seats import OfferSeat
from domain.decider import ITSELF, Reference
from domain.events.care import PatientMoved, TherapistAssigned
from domain.events.corrections import PatientCorrected
from domain.events.pathway import TaskOpened
from domain.events.seats import SeatOfferBegun, SeatOfferWithdrawn
from domain.pathway import PATHWAY
from domain.pathway.keeping import kept_until
from domain.pathway.standing import standing
from domain.programmes.definition import Definition
from domain.waitlist.drawn import waiting_of
from tests.domain.arrangements import (
    ANNA,
    FACTS,
    GROUP,
    QUALIFIED,
    given,
    knowing,
    offered,
    seated,
    waiting,
)
from tests.domain.groups import patient
from tests.domain.histories import (
    FIRST_GROUP,
    PATIENT,
    READY_AT,
    REFERRED_AT,
    closed,
    in_follow_up,
    in_treatment,
    mbt_g_document,
)
from tests.domain.specification import Specification
from tests.domain.test_clinic_licences import florida

DAY = timedelta(days=1)
TO_ARIZONA = RecordMove(state="AZ", since=READY_AT)
MOVED = PatientMoved(at=READY_AT, state="AZ")


def test_a_move_to_a_served_state_is_where_the_patient_lives_from_then_on() -> None:
    moved = given(*in_treatment()).when(TO_ARIZONA)
    moved.then(MOVED)
    assert standing(moved.and_given().state).state == "AZ"


def test_a_therapist_who_may_not_treat_the_patient_there_is_succeeded() -> None:
    """Demand 23: licensed for the state where the patient is."""
    treated = (*in_treatment(), TherapistAssigned(at=FIRST_GROUP, assignment=1, clinician_id=ANNA))
    to_arizona = RecordMove(state="AZ", since=FIRST_GROUP)
    moved = given(*treated).when(to_arizona)
    moved.then_happened(PatientMoved, TaskOpened)
    assert [one.kind for one in moved.and_given().state.tasks] == ["find_therapist"]
    there = Licence(state="AZ", since=date(2025, 1, 1), until=date(2026, 1, 27))
    licensed = knowing.knowing({ANNA: QUALIFIED.model_copy(update={"licences": (there,)})})
    licensed.given(*treated).when(to_arizona).then_happened(PatientMoved)
    licensed.given(*treated).when(to_arizona, at=FIRST_GROUP + 2 * DAY).then_happened(
        PatientMoved, TaskOpened
    )
    assert Reference(kind="clinician", name=ANNA) in PATHWAY.needs(
        given(*treated).state, to_arizona
    )


def test_the_waitlist_matches_by_the_state_that_the_patient_moved_to() -> None:
    place = waiting_of(patient(1), given(*waiting(), MOVED).state)
    assert place
    assert place.state == "AZ"


def test_retention_goes_by_the_state_that_the_patient_moved_to() -> None:
    document = mbt_g_document()
    document["policies"]["retention"] |= {"by_state": [{"state": "AZ", "years": 12}]}
    definition = Definition.model_validate(document)
    stayed, moved = (
        kept_until(given(*history).state, definition) for history in (closed(), (*closed(), MOVED))
    )
    assert stayed
    assert moved
    assert (moved.year, moved.month) == (stayed.year + 2, stayed.month)


def test_the_group_of_a_patient_who_moves_is_told() -> None:
    (told,) = given(*seated(), MOVED).reactions()
    assert (told.recipient, told.template) == (GROUP, "note_move")
    assert told.data == {"pathway_id": ITSELF, "state": "AZ"}
    assert given(*waiting(), MOVED).reactions() == []


def test_the_group_hears_of_a_state_that_was_written_down_wrongly_too() -> None:
    elsewhere = PATIENT.model_copy(update={"state": "CA"})
    corrected = PatientCorrected(at=REFERRED_AT, entry=1, patient=elsewhere, reason="Misheard")
    (told,) = given(*seated(), corrected).reactions()
    assert (told.recipient, told.template, told.data["state"]) == (GROUP, "note_move", "CA")


def test_an_offer_made_for_another_state_is_taken_back_and_may_be_made_anew() -> None:
    """Only the group itself can say whether it serves that state under its facilitators."""
    moved = given(*offered()).when(TO_ARIZONA)
    moved.then(MOVED, SeatOfferWithdrawn(at=READY_AT, offer=1, group_id=GROUP, reason="moved"))
    anew = moved.and_given().when(OfferSeat(group_id=GROUP))
    anew.then_happened(SeatOfferBegun)
    (asked,) = anew.and_given().reactions()
    assert asked.data["state"] == "AZ"


def test_an_offer_made_for_a_state_that_was_wrong_is_taken_back_too() -> None:
    said = PATIENT.model_dump(include={"family_name", "given_names", "birth_date"})
    there = CorrectPatient(entry=1, reason="Misheard", state="CA", **said)
    given(*offered()).when(there).then_happened(PatientCorrected, SeatOfferWithdrawn)
    here = there.model_copy(update={"state": "FL"})
    given(*offered()).when(here).then_happened(PatientCorrected)


def test_a_name_corrected_after_a_move_leaves_them_where_they_live_then_and_now() -> None:
    said = PATIENT.model_dump(include={"given_names", "birth_date", "state"})
    misspelt = CorrectPatient(entry=1, reason="Misspelt", family_name="Exemple", **said)
    corrected = given(*seated(), MOVED).when(misspelt)
    corrected.then_happened(PatientCorrected)
    after = corrected.and_given()
    assert after.state.lives_in == "AZ"
    before_the_move = [one for one in after.events if one.at < READY_AT]
    assert isinstance(before_the_move[-1], PatientCorrected)
    then = given(*before_the_move).state
    assert then.referral
    assert (then.lives_in, then.referral.patient.family_name) == ("FL", "Exemple")


def test_whoever_moves_where_nobody_treats_them_is_discharged_instead() -> None:
    """Demand 22: served states; policy: moved_out_of_state."""
    refused = given(*in_treatment()).when(RecordMove(state="GA", since=READY_AT))
    refused.then_rejected("state_not_served")
    assert "moved_out_of_state" in refused.reasons[0].message
    left = Discharge(reason="moved_out_of_state", moved_to="GA")
    assert given(*in_treatment()).when(left).reasons == ()


def test_an_expired_licence_of_the_clinic_lets_nobody_move_there_and_everybody_leave() -> None:
    """Demand 22: a clinic licence that expires gates new starts."""
    arizona = florida(state="AZ", licence_until="2026-01-10")
    document = {**mbt_g_document(), "served_states": [florida(), arizona]}
    clinic = Specification(PATHWAY, Definition.model_validate(document)).knowing(FACTS)
    patient = clinic.given(*in_treatment())
    patient.when(TO_ARIZONA).then_rejected("state_not_served")
    left = Discharge(reason="moved_out_of_state", moved_to="AZ")
    assert patient.when(left).reasons == ()


def test_a_move_has_happened_after_the_last_one_and_to_somewhere_else() -> None:
    patient = given(*in_treatment())
    patient.when(RecordMove(state="FL", since=READY_AT)).then_rejected("state_unchanged")
    ahead = RecordMove(state="AZ", since=FIRST_GROUP + DAY)
    patient.when(ahead).then_rejected("in_the_future")
    early = RecordMove(state="AZ", since=REFERRED_AT - DAY)
    patient.when(early).then_rejected("before_referral")
    moved = patient.when(TO_ARIZONA).and_given()
    moved.when(RecordMove(state="CA", since=READY_AT - DAY)).then_rejected("before_latest_step")
    moved.when(RecordMove(state="CA", since=READY_AT)).then_happened(PatientMoved)


def test_whoever_was_discharged_is_not_followed_to_another_state() -> None:
    gone = given(*in_follow_up())
    gone.when(TO_ARIZONA).then_rejected("already_discharged")
    assert not gone.permitted("record_move").open
    assert given(*in_treatment()).permitted("record_move").open


def test_a_move_of_nobody_means_nothing() -> None:
    assert given(MOVED).content == PATHWAY.initial()
