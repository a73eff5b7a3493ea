"""How a patient wants to be reached: their choice, at any time."""

from domain.commands.access import SetContactPreferences
from domain.events.access import ContactPreferencesSet
from domain.events.pathway import Erased, Referred
from domain.patient import Contact
from tests.domain.histories import FIRST_GROUP, PLANNED_END, closed, given, in_treatment, referred

TO = "avery@example.org"


def test_the_ways_are_the_patients_choice_and_may_be_chosen_again() -> None:
    wanted = SetContactPreferences(by=("letter", "email", "letter"), language="es", email=TO)
    chosen = given(*in_treatment()).when(wanted)
    chosen.then(
        ContactPreferencesSet(at=FIRST_GROUP, by=("letter", "email"), language="es", email=TO)
    )
    after = chosen.and_given()
    assert after.state.contact == Contact(by=("letter", "email"), language="es", email=TO)
    nothing = after.when(SetContactPreferences(by=()))
    assert nothing.and_given().state.contact == Contact(by=())


def test_a_way_needs_an_address() -> None:
    asked, *rest = referred()
    assert isinstance(asked, Referred)
    nowhere = asked.referral.patient.model_copy(update={"email": None, "phone": None})
    referral = asked.referral.model_copy(update={"patient": nowhere})
    pathway = given(asked.model_copy(update={"referral": referral}), *rest)
    both = SetContactPreferences(by=("email", "sms"))
    pathway.when(both).then_rejected("email_unknown", "phone_unknown")
    reached = both.model_copy(update={"email": TO, "phone": "+1 555 0100"})
    pathway.when(reached).then_happened(ContactPreferencesSet)
    pathway.when(SetContactPreferences(by=("letter",))).then_happened(ContactPreferencesSet)


def test_the_choice_outlives_the_pathway_but_not_the_record() -> None:
    letter = SetContactPreferences(by=("letter",))
    given(*closed()).when(letter).then_happened(ContactPreferencesSet)
    erased = Erased(at=PLANNED_END, reason="patient_request")
    given(*closed(), erased).when(letter).then_rejected("pathway_erased")
    given().when(letter, at=FIRST_GROUP).then_rejected("unknown_pathway")


def test_an_address_of_the_referral_will_do() -> None:
    asked, *rest = referred()
    assert isinstance(asked, Referred)
    known = asked.referral.patient.model_copy(update={"email": TO})
    referral = asked.referral.model_copy(update={"patient": known})
    pathway = given(asked.model_copy(update={"referral": referral}), *rest)
    pathway.when(SetContactPreferences(by=("email",))).then_happened(ContactPreferencesSet)
