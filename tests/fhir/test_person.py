"""Who is referred."""

from datetime import date

import pytest

from domain.patient import Patient

from .bundles import MISSING, V2_0203, Json, patient_with, places, read, reasons

AT = "entry[0].resource"


def identifier(value: Json, code: str | None = None, **members: Json) -> Json:
    coding = [{"system": V2_0203, "code": code}] if code else []
    return {"system": "urn:s", "value": value, "type": {"coding": coding}, **members}


def patient(**members: Json) -> Patient:
    return read(patient_with(**members)).patient


def test_patient_is_read_whole() -> None:
    assert patient() == Patient(
        record_number="http://hospital.example.org|MRN-4711",
        family_name="Quillfeather",
        given_names=("Odile", "Bea"),
        birth_date=date(1991, 5, 17),
        state="FL",
        phone="555-010-0199",
    )


@pytest.mark.parametrize(
    ("identifiers", "record_number"),
    [
        ([identifier("b"), identifier("a", "MR")], "urn:s|a"),
        ([identifier("s", "SS"), identifier("z")], "urn:s|z"),
        ([identifier("s", "SS")], "urn:s|s"),
        ([identifier("a", "MR", use="old"), identifier("b")], "urn:s|b"),
        ([identifier("b", "MR"), identifier("a", "MR")], "urn:s|a"),
        ([identifier("a", "MR"), identifier("b", "MR", use="official")], "urn:s|b"),
        ([{"value": " 7 "}], "|7"),
    ],
)
def test_record_number_is_the_best_identifier_in_whatever_order(
    identifiers: Json, record_number: str
) -> None:
    assert patient(identifier=identifiers).record_number == record_number
    assert patient(identifier=identifiers[::-1]).record_number == record_number


@pytest.mark.parametrize(
    "identifiers",
    [
        MISSING,
        [],
        [identifier("a", use="old")],
        [identifier("  ")],
        [identifier("", "MR"), identifier("b")],
        [identifier("x" * 199)],
    ],
)
def test_without_a_record_number_the_referral_is_refused(identifiers: Json) -> None:
    assert places(patient_with(identifier=identifiers)) == [f"{AT}.identifier"]


@pytest.mark.parametrize(
    ("names", "family"),
    [
        ([{"family": "A"}, {"use": "usual", "family": "B"}], "B"),
        ([{"use": "usual", "family": "B"}, {"use": "official", "family": "C"}], "C"),
        ([{"use": "maiden", "family": "M"}, {"use": "temp", "family": "T"}], "T"),
        ([{"use": "official"}, {"use": "usual", "family": "B"}], "B"),
        ([{"family": "  Zoe\u0308ga "}], "Zo\u00ebga"),
    ],
)
def test_official_name_comes_first_then_the_usual_one(names: Json, family: str) -> None:
    assert patient(name=names).family_name == family


@pytest.mark.parametrize(
    "names",
    [
        MISSING,
        [],
        [{"given": ["Odile"]}],
        [{"family": " "}],
        [{"use": "old", "family": "O"}, {"use": "maiden", "family": "M"}],
    ],
)
def test_without_a_family_name_in_use_the_referral_is_refused(names: Json) -> None:
    assert places(patient_with(name=names)) == [f"{AT}.name"]


def test_padding_among_given_names_is_left_out() -> None:
    assert patient(name=[{"family": "A", "given": [None, "B", " "]}]).given_names == ("B",)


def test_more_than_twenty_given_names_are_refused() -> None:
    names = [{"family": "A", "given": ["B"] * 21}]
    assert places(patient_with(name=names)) == [f"{AT}.name"]


def test_a_line_break_becomes_a_space_and_other_control_characters_are_refused() -> None:
    assert patient(name=[{"family": "von\n\tHolt"}]).family_name == "von Holt"
    broken = patient_with(telecom=[{"system": "phone", "value": "1\x7f2"}])
    assert places(broken) == [f"{AT}.telecom[0].value"]


def test_names_of_more_than_200_characters_are_refused_with_their_place() -> None:
    names = [{"family": "x" * 201, "given": ["y" * 200, "z" * 201]}]
    assert places(patient_with(name=names)) == [f"{AT}.name[0].family", f"{AT}.name[0].given[1]"]


@pytest.mark.parametrize("born", ["1900-01-01", "2024-02-29", "1991-05-17 "])
def test_full_birth_dates_are_taken(born: str) -> None:
    assert patient(birthDate=born).birth_date == date.fromisoformat(born.strip())


@pytest.mark.parametrize(
    ("born", "because"),
    [
        (MISSING, "is missing"),
        ("", "is missing"),
        ("1991", "has no day"),
        ("1991-05", "has no day"),
        ("1899-12-31", "is before 1900"),
        ("2023-02-29", "is not a day that exists"),
        ("19910517", "is not a FHIR date"),
        ("1991-W20-5", "is not a FHIR date"),
        ("17.05.1991", "is not a FHIR date"),
        ("\u0661\u0669\u0669\u0661-05-17", "is not a FHIR date"),
        ("1991-05-17T00:00:00Z", "is not a FHIR date"),
        (19910517, "must be a text"),
        (None, "is null"),
        ("2026-11-25", "lies in the future"),
    ],
)
def test_other_birth_dates_are_refused_with_what_to_do(born: Json, because: str) -> None:
    (sentence,) = reasons(patient_with(birthDate=born))
    assert sentence.startswith(f"{AT}.birthDate: {because}")


@pytest.mark.parametrize(
    ("members", "deceased"),
    [
        ({}, False),
        ({"deceasedBoolean": False}, False),
        ({"deceasedBoolean": True}, True),
        ({"deceasedDateTime": "2025"}, True),
        ({"deceasedDateTime": "2025-03-01T10:00:00Z"}, True),
        ({"active": True, "gender": "other"}, False),
    ],
)
def test_death_is_read_from_either_element(members: Json, deceased: bool) -> None:
    assert patient(**members).deceased is deceased


def test_both_elements_about_death_are_refused() -> None:
    both = patient_with(deceasedBoolean=False, deceasedDateTime="2025-03-01")
    assert places(both) == [f"{AT}.deceasedBoolean"]


@pytest.mark.parametrize("died", ["2027", "2026-12", "2026-11-25", "2026-11-23T15:06:00Z"])
def test_a_death_that_is_still_to_come_is_refused(died: str) -> None:
    (sentence,) = reasons(patient_with(deceasedDateTime=died))
    assert sentence.startswith(f"{AT}.deceasedDateTime: lies in the future")


def test_a_record_that_is_not_in_use_is_refused() -> None:
    (sentence,) = reasons(patient_with(active=False))
    assert sentence == f"{AT}.active: says that the record is not in use: send the one that is."


def test_a_record_that_another_replaced_is_refused() -> None:
    links = [{"type": "seealso"}, {"other": {"reference": "Patient/p2"}, "type": "replaced-by"}]
    (sentence,) = reasons(patient_with(link=links))
    assert sentence.startswith(f"{AT}.link[1].type: says that another record replaced this one")
    assert patient(link=[{"type": "replaces"}, {"type": "seealso"}]) == patient()


def test_death_at_no_known_time_is_refused() -> None:
    assert places(patient_with(deceasedDateTime="yes")) == [f"{AT}.deceasedDateTime"]


@pytest.mark.parametrize(
    ("addresses", "state"),
    [
        ([{"state": "CA"}, {"use": "home", "state": "IN"}], "IN"),
        ([{"use": "home", "state": "CA", "period": {"end": "2020"}}, {"state": "IN"}], "IN"),
        ([{"use": "home", "state": "CA", "period": {"end": "2020"}}], "CA"),
        ([{"use": "old", "state": "CA"}, {"use": "temp", "state": "IN"}], "IN"),
        ([{"use": "home"}, {"use": "home", "state": "IN"}], "IN"),
    ],
)
def test_state_is_that_of_the_present_home(addresses: Json, state: str) -> None:
    assert patient(address=addresses).state == state


@pytest.mark.parametrize(
    "addresses",
    [
        MISSING,
        [],
        [{"city": "Tampa"}],
        [{"use": "old", "state": "FL"}],
        [{"use": "home", "state": " "}, {"use": "work", "state": "FL"}],
        [{"country": "C" * 100, "state": "S" * 100}],
    ],
)
def test_without_a_state_the_referral_is_refused(addresses: Json) -> None:
    assert places(patient_with(address=addresses)) == [f"{AT}.address"]


def test_phone_and_email_are_the_first_by_rank_that_are_in_use() -> None:
    found = patient(
        telecom=[
            {"system": "phone", "value": "1"},
            {"system": "phone", "value": "2", "rank": 2},
            {"system": "phone", "value": "3", "rank": 1, "use": "old"},
            {"system": "email", "value": " odile@example.org "},
            {"system": "fax", "value": "4", "rank": 1},
        ]
    )
    assert (found.phone, found.email) == ("2", "odile@example.org")


def test_the_ways_are_in_the_order_that_the_sender_ranks_them() -> None:
    found = patient(
        telecom=[
            {"system": "email", "value": "odile@example.org", "rank": 2},
            {"system": "sms", "value": "3", "rank": 1},
            {"system": "phone", "value": "4"},
            {"system": "fax", "value": "5", "rank": 1},
        ]
    )
    assert (found.reached_by, found.phone) == (("sms", "email"), "3")
    assert patient().reached_by == ()


def spoken(code: Json, **members: Json) -> Json:
    return {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": code}]}, **members}


@pytest.mark.parametrize(
    ("communication", "language"),
    [
        ([], None),
        ([spoken("es-US")], "es"),
        ([spoken("en"), spoken("ES", preferred=True)], "es"),
        ([spoken("fr", preferred=True), spoken("es")], "es"),
        ([spoken("fr")], None),
        ([{"preferred": True}], None),
    ],
)
def test_the_language_is_the_preferred_one_that_messages_are_written_in(
    communication: Json, language: str | None
) -> None:
    assert patient(communication=communication).language == language
