"""Who is concerned: the patient, the clinic, the clinicians, the team, and who pays."""

from collections.abc import Iterator

from activities.fhir.record.chart import Chart, Json, Part, coded
from domain.clinician.state import Clinician
from domain.patient import Coverage, Patient

US_NPI = "http://hl7.org/fhir/sid/us-npi"


def people(chart: Chart) -> Iterator[Part]:
    """Patient, Organization, Practitioner, CareTeam, Coverage."""
    yield Part("patient", _patient(chart))
    yield Part("clinic", {"resourceType": "Organization", "name": chart.clinic})
    for clinician_id, clinician in chart.clinicians.items():
        yield Part(clinician_id, _practitioner(clinician))
    yield Part("team", _team(chart))
    coverage = chart.pathway.referral.coverage if chart.pathway.referral else None
    if coverage and chart.shows("coverage"):
        yield Part("coverage", _coverage(chart, coverage))


def _patient(chart: Chart) -> Json:
    """Two identifiers for whoever may see them; otherwise only that there is somebody."""
    person = chart.pathway.referral.patient if chart.pathway.referral else None
    dead = person is not None and person.deceased
    return {
        "resourceType": "Patient",
        "active": chart.pathway.status not in ("closed", "erased"),
        **(_identity(person) if person and chart.shows("family_name") else {}),
        "deceasedBoolean": dead or chart.pathway.discharged_for == "deceased",
        "managingOrganization": chart.ref("clinic"),
    }


def _identity(person: Patient) -> Json:
    system, bar, value = person.record_number.rpartition("|")
    given = {"given": list(person.given_names)} if person.given_names else {}
    number = {"system": system, "value": value} if bar and system else {"value": value}
    return {
        "identifier": [number],
        "name": [{"family": person.family_name, **given}],
        "birthDate": person.birth_date.isoformat(),
        "address": [{"use": "home", "state": person.state}],
    }


def _practitioner(clinician: Clinician) -> Json:
    npi = [{"system": US_NPI, "value": clinician.npi}] if clinician.npi else []
    return {
        "resourceType": "Practitioner",
        **({"identifier": npi} if npi else {}),
        **({"name": [{"text": clinician.name}]} if clinician.name else {}),
    }


def _team(chart: Chart) -> Json:
    """The clinic and the therapist: no group, whose other members would be found by it."""
    therapist = chart.pathway.therapist
    members = ["clinic", *([therapist] if therapist in chart.clinicians else [])]
    ended = chart.pathway.discharged_at is not None
    return {
        "resourceType": "CareTeam",
        "status": "inactive" if ended else "active",
        "subject": chart.ref("patient"),
        "participant": [{"member": chart.ref(str(name))} for name in members],
    }


def _coverage(chart: Chart, coverage: Coverage) -> Json:
    return {
        "resourceType": "Coverage",
        "status": "active",
        "beneficiary": chart.ref("patient"),
        **({"subscriberId": coverage.member_id} if coverage.member_id else {}),
        **({"type": {"text": coverage.kind}} if coverage.kind else {}),
        "relationship": coded(
            "http://terminology.hl7.org/CodeSystem/subscriber-relationship", "other"
        ),
        "payor": [{"display": coverage.payer}],
    }
