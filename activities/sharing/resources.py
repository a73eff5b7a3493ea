"""The people, the episode and the plan of a shared record, as FHIR R4 resources."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from activities.sharing.record import EpisodeStatus, Record, Standing
from domain.clinician.state import Clinician

Json = dict[str, Any]
Url = Callable[[str], str]

_PLAN_STATUS: dict[EpisodeStatus, str] = {
    "planned": "draft",
    "active": "active",
    "onhold": "on-hold",
    "finished": "completed",
}


def patient(record: Record, url: Url) -> Json:
    """Two identifiers: the record number, and the name with the birth date."""
    person = record.referral.patient
    return {
        "resourceType": "Patient",
        "identifier": [_identifier(person.record_number)],
        "name": [{"family": person.family_name, **_given(person.given_names)}],
        "birthDate": person.birth_date.isoformat(),
        "generalPractitioner": [{"reference": url("pcp")}],
        "managingOrganization": {"reference": url("clinic")},
    }


def organization(record: Record) -> Json:
    return {"resourceType": "Organization", "name": record.clinic.name}


def primary_care(record: Record) -> Json:
    """Whom the record is for: what routes it reads the ways to reach them here."""
    pcp = record.pcp
    ways = {"phone": pcp.phone, "fax": pcp.fax, "email": pcp.email}
    telecom = [{"system": system, "value": value} for system, value in ways.items() if value]
    names = [{"text": f"{pcp.name}, {pcp.practice}" if pcp.practice else pcp.name}]
    return {
        "resourceType": "Practitioner",
        "name": names,
        **({"telecom": telecom} if telecom else {}),
    }


def therapist(clinician: Clinician) -> Json:
    npi = {"system": "http://hl7.org/fhir/sid/us-npi", "value": clinician.npi}
    return {
        "resourceType": "Practitioner",
        **({"identifier": [npi]} if clinician.npi else {}),
        "name": [{"text": clinician.name}],
    }


def episode(record: Record, url: Url) -> Json:
    """The pathway; its earlier statuses come from the events."""
    first, present = record.standings[0], record.standings[-1]
    return {
        "resourceType": "EpisodeOfCare",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": _urn(record.pathway_id)}],
        "status": present.status,
        "statusHistory": [
            {"status": one.status, "period": _period(one, following)}
            for one, following in pairwise((*record.standings, None))
            if one
        ],
        "patient": {"reference": url("patient")},
        "managingOrganization": {"reference": url("clinic")},
        "period": _period(first, present if present.status == "finished" else None),
        "team": [{"reference": url("team")}],
    }


def care_plan(record: Record, url: Url) -> Json:
    """The programme that the patient is on, and how far they have come in it."""
    pathway, present = record.pathway, record.standings[-1].status
    title = f"{pathway.programme}: {pathway.phase}"
    return {
        "resourceType": "CarePlan",
        "status": _PLAN_STATUS[present],
        "intent": "plan",
        "title": title,
        "subject": {"reference": url("patient")},
        "period": {
            "start": record.standings[0].since.isoformat(),
            **({"end": _iso(pathway.treatment_ends_at)} if pathway.treatment_ends_at else {}),
        },
        "careTeam": [{"reference": url("team")}],
    }


def care_team(record: Record, url: Url) -> Json:
    """The clinic and the therapist: no group, whose other members would be found by it."""
    members = ["clinic", "therapist"] if record.therapist else ["clinic"]
    return {
        "resourceType": "CareTeam",
        "status": "inactive" if record.standings[-1].status == "finished" else "active",
        "subject": {"reference": url("patient")},
        "participant": [{"member": {"reference": url(name)}} for name in members],
    }


def provenance(record: Record, url: Url) -> Json:
    return {
        "resourceType": "Provenance",
        "target": [{"reference": url("composition")}],
        "recorded": record.as_of.isoformat(),
        "agent": [{"who": {"reference": url("clinic")}}],
    }


def _identifier(record_number: str) -> Json:
    """`system|value`, as intake keeps it, or a number alone."""
    system, bar, value = record_number.rpartition("|")
    return {"system": system, "value": value} if bar and system else {"value": value}


def _given(names: tuple[str, ...]) -> Json:
    return {"given": list(names)} if names else {}


def _period(one: Standing, following: Standing | None) -> Json:
    end = {"end": following.since.isoformat()} if following else {}
    return {"start": one.since.isoformat(), **end}


def _urn(pathway_id: str) -> str:
    return "urn:uuid:" + pathway_id.removeprefix("pathway-")


def _iso(instant: Any) -> str:
    return str(instant.isoformat())
