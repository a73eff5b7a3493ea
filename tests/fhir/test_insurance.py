"""Who pays."""

import pytest

from domain.patient import Coverage

from .bundles import MISSING, Json, bundle, coverage_with, places, read

AT = "entry[1].resource"


def several(*changes: Json) -> Json:
    """The bundle with one coverage for each of `changes`, paid by A, B, …"""
    changed = bundle()
    template = changed["entry"].pop(1)
    for letter, members in zip("ABC", changes, strict=False):
        resource = {**template["resource"], "payor": [{"display": letter}], **members}
        changed["entry"].append({"resource": resource})
    return changed


def payer(document: Json) -> str | None:
    coverage = read(document).coverage
    return coverage.payer if coverage else None


def test_coverage_is_read_whole() -> None:
    expected = Coverage(payer="Florida Blue", member_id="S-9988", kind="private")
    assert read(bundle()).coverage == expected


def test_a_referral_may_have_no_coverage() -> None:
    assert payer(several()) is None


@pytest.mark.parametrize(
    ("changes", "taken"),
    [
        ([{"status": "draft"}, {}], "B"),
        ([{"order": 2}, {"order": 1}], "B"),
        ([{}, {"order": 3}], "B"),
        ([{}, {}], "A"),
        ([{"status": "cancelled", "order": 1}, {"status": "draft"}], "B"),
        ([{"status": "cancelled"}], None),
        ([{"status": "entered-in-error"}], None),
    ],
)
def test_the_active_coverage_that_comes_first_is_taken(changes: Json, taken: str | None) -> None:
    assert payer(several(*changes)) == taken


def test_coverage_of_somebody_else_is_refused_even_when_another_is_taken() -> None:
    elsewhere = several({}, {"status": "cancelled", "beneficiary": {"reference": "Patient/p2"}})
    assert places(elsewhere) == ["entry[3].resource.beneficiary"]


def test_coverage_may_leave_out_its_beneficiary() -> None:
    assert payer(coverage_with(beneficiary=MISSING)) == "Florida Blue"


def test_payer_may_be_an_organization_of_the_bundle() -> None:
    document = coverage_with(payor=[{"reference": "Organization/o1"}])
    document["entry"].append(
        {"resource": {"resourceType": "Organization", "id": "o1", "name": "Optum"}}
    )
    assert payer(document) == "Optum"


@pytest.mark.parametrize("payor", [MISSING, [], [{}], [{"reference": "Organization/o1"}]])
def test_coverage_by_nobody_is_refused(payor: Json) -> None:
    assert places(coverage_with(payor=payor)) == [f"{AT}.payor"]


def test_member_number_may_be_an_identifier() -> None:
    system = "http://terminology.hl7.org/CodeSystem/v2-0203"
    member = {"type": {"coding": [{"system": system, "code": "MB"}]}, "value": "M-1"}
    coverage = read(coverage_with(subscriberId=MISSING, identifier=[member])).coverage
    assert coverage is not None
    assert coverage.member_id == "M-1"
