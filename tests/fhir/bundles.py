"""A valid referral of an invented person, and ways to change one part of it."""

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from activities.fhir import InvalidDocument, read_referral
from domain.patient import Referral

Json = Any
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
MISSING = object()

PATIENT, COVERAGE, REQUEST = (("entry", at, "resource") for at in range(3))
V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"

_BUNDLE: Json = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {
            "fullUrl": "urn:uuid:11111111-aaaa-4aaa-8aaa-111111111111",
            "resource": {
                "resourceType": "Patient",
                "id": "p1",
                "identifier": [
                    {
                        "type": {"coding": [{"system": V2_0203, "code": "MR"}]},
                        "system": "http://hospital.example.org",
                        "value": "MRN-4711",
                    }
                ],
                "name": [{"use": "official", "family": "Quillfeather", "given": ["Odile", "Bea"]}],
                "telecom": [{"system": "phone", "value": "555-010-0199"}],
                "birthDate": "1991-05-17",
                "address": [{"use": "home", "city": "Tampa", "state": "FL", "country": "US"}],
            },
        },
        {
            "fullUrl": "urn:uuid:22222222-aaaa-4aaa-8aaa-222222222222",
            "resource": {
                "resourceType": "Coverage",
                "status": "active",
                "type": {"text": "private"},
                "beneficiary": {"reference": "Patient/p1"},
                "subscriberId": "S-9988",
                "payor": [{"display": "Florida Blue"}],
            },
        },
        {
            "fullUrl": "urn:uuid:33333333-aaaa-4aaa-8aaa-333333333333",
            "resource": {
                "resourceType": "ServiceRequest",
                "id": "sr1",
                "status": "active",
                "intent": "order",
                "priority": "urgent",
                "subject": {"reference": "urn:uuid:11111111-aaaa-4aaa-8aaa-111111111111"},
                "authoredOn": "2026-10-21T10:00:00-05:00",
                "reasonCode": [{"coding": [{"system": ICD_10_CM, "code": "F60.3"}]}],
            },
        },
    ],
}


def bundle() -> Json:
    """A bundle that is accepted as it stands."""
    return copy.deepcopy(_BUNDLE)


def bundle_with(*changes: tuple[tuple[str | int, ...], Json]) -> Json:
    """The valid bundle with each path set to a value, or taken out with `MISSING`."""
    changed = bundle()
    for (*parents, last), value in changes:
        place = changed
        for step in parents:
            place = place[step]
        if value is MISSING:
            del place[last]
        else:
            place[last] = value
    return changed


def patient_with(**members: Json) -> Json:
    return bundle_with(*(((*PATIENT, name), value) for name, value in members.items()))


def coverage_with(**members: Json) -> Json:
    return bundle_with(*(((*COVERAGE, name), value) for name, value in members.items()))


def request_with(**members: Json) -> Json:
    return bundle_with(*(((*REQUEST, name), value) for name, value in members.items()))


def read(document: Json) -> Referral:
    return read_referral(json.dumps(document).encode(), NOW)


def reasons(document: Json | bytes) -> list[str]:
    """The sentences with which a document is refused."""
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(InvalidDocument) as refused:
        read_referral(raw, NOW)
    assert {reason.code for reason in refused.value.reasons} == {"invalid"}
    return [reason.message for reason in refused.value.reasons]


def places(document: Json | bytes) -> list[str]:
    """Where the problems are."""
    return [sentence.partition(": ")[0] for sentence in reasons(document)]
