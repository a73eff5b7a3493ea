"""Referrals to send: the sample ones where they are at hand, and invented ones."""

import json
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from tests.fhir.bundles import PATIENT, REQUEST, bundle_with

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "referrals"

BORN_IN = {"accepted": "1991-05-17", "under_18": "2015-05-17"}
LIVES_IN = {"state_not_served": "NY"}


def sample_referrals() -> dict[Path, str]:
    """Each sample bundle with the outcome that its manifest gives; none where there are none."""
    if not SAMPLES.is_dir():
        return {}
    manifest = json.loads((SAMPLES / "manifest.json").read_text())
    return {SAMPLES / one["file"]: one["intake"] for one in manifest}


def invented_referrals(folder: Path, accepted: int = 9) -> dict[Path, str]:
    """Those who are accepted and three more, with the outcome that each must have."""
    folder.mkdir(parents=True)
    outcomes = ["accepted"] * accepted + ["under_18", "state_not_served", "deceased"]
    return {_written(folder, number, outcome): outcome for number, outcome in enumerate(outcomes)}


def _written(folder: Path, number: int, outcome: str) -> Path:
    identifier = (*PATIENT, "identifier", 0, "value")
    deceased = [((*PATIENT, "deceasedBoolean"), True)] if outcome == "deceased" else []
    bundle = bundle_with(
        (identifier, f"{folder.name}-{number}"),
        ((*PATIENT, "name", 0, "family"), f"Invented {number}"),
        ((*PATIENT, "birthDate"), BORN_IN.get(outcome, "1991-05-17")),
        ((*PATIENT, "address", 0, "state"), LIVES_IN.get(outcome, "FL")),
        ((*REQUEST, "id"), str(uuid5(NAMESPACE_URL, f"{folder.name}/{number}"))),
        *deceased,
    )
    file = folder / f"referral-{number:02}.json"
    file.write_text(json.dumps(bundle))
    return file
