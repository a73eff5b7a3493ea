"""From the bytes of a FHIR R4 bundle to a referral, or to every reason why it is none."""

from dataclasses import dataclass
from datetime import datetime

from activities.fhir.bundle import only, resources
from activities.fhir.document import parse
from activities.fhir.elements import build
from activities.fhir.insurance import read_coverage
from activities.fhir.person import read_patient
from activities.fhir.problems import Path, Problems
from activities.fhir.request import read_request
from domain.patient import Referral


@dataclass(frozen=True)
class Received:
    """A bundle with a referral in it: its type, where its Patient is, and each resource's type."""

    referral: Referral
    kind: str
    patient: Path
    entries: tuple[str, ...]


def read_referral(document: bytes, now: datetime) -> Referral:
    """The referral in `document`, as `receive` reads it."""
    return receive(document, now).referral


def receive(document: bytes, now: datetime) -> Received:
    """The referral in `document`: one Patient, one ServiceRequest for them, perhaps a Coverage.

    `document` is JSON in UTF-8, at most `MAX_BYTES` long; `now` is an instant in UTC, after which
    nobody can be born, have died or have written a referral. Raises `InvalidDocument` with all the
    problems found, for whatever bytes; their sentences repeat no value of the document.
    """
    problems = Problems()
    bundle = parse(document, problems)
    found = resources(bundle, problems)
    patient_entry = only("Patient", found, problems)
    request_entry = only("ServiceRequest", found, problems)
    patient = read_patient(patient_entry, now, problems) if patient_entry else None
    coverage = read_coverage(found, patient_entry, problems)
    referral = None
    if request_entry:
        fields, sources = read_request(request_entry, patient_entry, now, problems)
        parts = {"patient": patient, "coverage": coverage}
        referral = build(Referral, fields | parts, sources, problems)
    if referral is None or patient_entry is None or problems.found:
        raise problems.refusal()
    kinds = tuple(one.kind for one in found)
    return Received(referral, str(bundle["type"]), patient_entry.path, kinds)
