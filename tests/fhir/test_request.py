"""What is asked for, and for whom."""

from datetime import UTC, datetime

import pytest

from .bundles import (
    ICD_10_CM,
    MISSING,
    PATIENT,
    REQUEST,
    Json,
    bundle,
    bundle_with,
    places,
    read,
    reasons,
    request_with,
)

AT = "entry[2].resource"


@pytest.mark.parametrize(
    "reference",
    ["urn:uuid:11111111-aaaa-4aaa-8aaa-111111111111", "Patient/p1", "p1", "Patient/p1/_history/3"],
)
def test_subject_may_name_the_patient_in_each_way_of_fhir(reference: str) -> None:
    assert read(request_with(subject={"reference": reference})).referral_id == "sr1"


@pytest.mark.parametrize(
    "subject",
    [MISSING, {}, {"display": "Odile"}, {"reference": "Patient/p2"}, {"reference": "Group/p1"}],
)
def test_a_request_for_somebody_else_is_refused(subject: Json) -> None:
    assert places(request_with(subject=subject)) == [f"{AT}.subject"]


def test_a_patient_without_address_cannot_be_meant() -> None:
    nameless = bundle_with(
        (("entry", 0, "fullUrl"), MISSING),
        ((*PATIENT, "id"), MISSING),
        ((*REQUEST, "subject"), {"reference": "Patient/None"}),
    )
    assert f"{AT}.subject" in places(nameless)


@pytest.mark.parametrize("status", ["draft", "revoked", "entered-in-error", "completed"])
def test_a_request_that_does_not_stand_now_is_refused(status: str) -> None:
    (sentence,) = reasons(request_with(status=status))
    assert sentence.startswith(f"{AT}.status: is {status}")


@pytest.mark.parametrize("status", ["active", "on-hold", "unknown"])
@pytest.mark.parametrize("intent", ["order", "proposal", "option"])
def test_a_request_that_stands_is_taken_whatever_its_intent(status: str, intent: str) -> None:
    assert read(request_with(status=status, intent=intent)).referral_id == "sr1"


def test_a_request_not_to_treat_is_refused() -> None:
    assert places(request_with(doNotPerform=True)) == [f"{AT}.doNotPerform"]


@pytest.mark.parametrize("kind", ["Patient", "ServiceRequest"])
def test_a_referral_has_one_patient_and_one_request(kind: str) -> None:
    at = 0 if kind == "Patient" else 2
    none, several = bundle(), bundle()
    del none["entry"][at]
    several["entry"].append(several["entry"][at])
    assert f"entry: holds no {kind}; add the one that the referral is about." in reasons(none)
    (sentence,) = reasons(several)
    assert f"2 resources of type {kind} (entry[{at}].resource, entry[3].resource)" in sentence


@pytest.mark.parametrize(
    ("changes", "referral_id"),
    [
        ([((*REQUEST, "identifier"), [{"system": "urn:s", "value": "r"}])], "urn:s|r"),
        ([((*REQUEST, "identifier"), [{"use": "old", "value": "r"}])], "sr1"),
        ([((*REQUEST, "identifier"), [{"value": " "}])], "sr1"),
        ([((*REQUEST, "id"), MISSING)], "urn:uuid:33333333-aaaa-4aaa-8aaa-333333333333"),
    ],
)
def test_the_senders_identifier_names_the_referral(changes: Json, referral_id: str) -> None:
    assert read(bundle_with(*changes)).referral_id == referral_id


def test_a_referral_without_any_identifier_is_refused() -> None:
    anonymous = bundle_with((("entry", 2, "fullUrl"), MISSING), ((*REQUEST, "id"), " "))
    assert places(anonymous) == [f"{AT}.identifier"]


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-10-21T10:00:00-05:00", datetime(2026, 10, 21, 15, tzinfo=UTC)),
        ("2026-10-21T10:00:00.1234567Z", datetime(2026, 10, 21, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2026-10-21", datetime(2026, 10, 21, tzinfo=UTC)),
        ("2026-10", None),
        ("2026", None),
        (MISSING, None),
    ],
)
def test_authoring_time_is_in_utc_and_absent_when_only_the_month_is_known(
    written: Json, instant: datetime | None
) -> None:
    assert read(request_with(authoredOn=written)).authored_at == instant


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "2026-13",
        "2026-02-30",
        "2026-10-21T10:00:00",
        "2026-10-21T25:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "0000-01-01",
        "1899-12-31",
        "2201-01-01T00:00:00Z",
        20261021,
    ],
)
def test_a_time_that_cannot_be_placed_is_refused(written: Json) -> None:
    assert places(request_with(authoredOn=written)) == [f"{AT}.authoredOn"]


@pytest.mark.parametrize(
    "written",
    ["2026-11-23T15:05:01Z", "2026-11-23T11:00:00-05:00", "2026-11-25", "2026-12", "2027"],
)
def test_a_referral_written_in_the_future_is_refused(written: str) -> None:
    (sentence,) = reasons(request_with(authoredOn=written))
    assert sentence == f"{AT}.authoredOn: lies in the future: correct the date."


@pytest.mark.parametrize(
    "written", ["2026-11-23T15:04:59Z", "2026-11-24T01:00:00+10:00", "2026-11-24", "2026-11"]
)
def test_a_sender_may_be_in_guam_or_have_a_clock_that_is_fast(written: str) -> None:
    assert read(request_with(authoredOn=written)).referral_id == "sr1"


def test_reasons_are_the_icd_10_cm_codes_each_once() -> None:
    codings = [
        {"system": ICD_10_CM, "code": "F43.12"},
        {"system": "http://snomed.info/sct", "code": "20010003"},
        {"system": ICD_10_CM, "code": " F60.3"},
        {"system": ICD_10_CM},
    ]
    again = {"coding": [{"system": ICD_10_CM, "code": "F43.12"}]}
    referral = read(request_with(reasonCode=[{"coding": codings}, again, {"text": "low mood"}]))
    assert referral.reasons == ("F43.12", "F60.3")


def test_priority_is_the_urgency_and_routine_when_absent() -> None:
    assert read(request_with(priority="stat")).urgency == "stat"
    assert read(request_with(priority=MISSING)).urgency == "routine"


def test_an_unknown_priority_is_refused() -> None:
    assert places(request_with(priority="soon")) == [f"{AT}.priority"]


def test_more_than_a_hundred_reasons_are_refused_even_beside_a_broken_patient() -> None:
    codings = [{"system": ICD_10_CM, "code": f"F{number}"} for number in range(101)]
    crowded = bundle_with(
        ((*REQUEST, "reasonCode"), [{"coding": codings}]), ((*PATIENT, "birthDate"), "1991")
    )
    assert places(crowded) == ["entry[0].resource.birthDate", f"{AT}.reasonCode"]


def test_a_referral_id_too_long_to_keep_is_refused() -> None:
    long = [{"system": "s" * 100, "value": "v" * 100}]
    assert places(request_with(identifier=long)) == [f"{AT}.identifier"]
