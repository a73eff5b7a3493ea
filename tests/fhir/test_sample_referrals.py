"""The sample referrals beside the project: each is read, and ends as its manifest says."""

import json
from pathlib import Path

import pytest

from activities.fhir import read_referral
from domain.patient import Patient

from .bundles import NOW

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "referrals"
TODAY = NOW.date()
SERVED = {"FL", "CA", "IN", "AZ", "SC"}
ADULT_AGE = 18


def intake(patient: Patient) -> str:
    """What the guards of the pathway make of a patient."""
    birthday_to_come = (TODAY.month, TODAY.day) < (patient.birth_date.month, patient.birth_date.day)
    if patient.deceased:
        return "deceased"
    if TODAY.year - patient.birth_date.year - birthday_to_come < ADULT_AGE:
        return "under_18"
    return "accepted" if patient.state in SERVED else "state_not_served"


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample referrals are not beside the project")
def test_every_sample_ends_as_its_manifest_says() -> None:
    manifest = json.loads((SAMPLES / "manifest.json").read_text())
    expected = {each["file"]: each["intake"] for each in manifest}
    files = sorted(SAMPLES.glob("referral-*.json"))
    found = {file.name: intake(read_referral(file.read_bytes(), NOW).patient) for file in files}
    assert found == expected
    assert len(found) == 66
