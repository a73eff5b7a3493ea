"""A shared record as a FHIR R4 document: a Composition, and the resources that it speaks of.

Sources: http://hl7.org/fhir/R4/documents.html; the notice, 42 CFR 2.32(a)(2).
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid5

from activities.sharing import clinical, resources
from activities.sharing.record import Record
from domain.events.access import SharedRecord

Json = dict[str, Any]

NOTICE = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."

_SUMMARY = ("34133-9", "Summary of episode note")
_TYPES: dict[SharedRecord, tuple[str, str]] = {
    "summary": _SUMMARY,
    "records": _SUMMARY,
    "treatment_plan": ("18776-5", "Plan of care note"),
    "safety_plan": ("18776-5", "Plan of care note"),
    "progress": ("11506-3", "Progress note"),
    "discharge_summary": ("18842-5", "Discharge summary"),
}
"""The LOINC code of each document, with its name."""

_RESTRICTED = [
    {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"},
    {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"},
]


def bundle(record: Record, effect_id: UUID) -> Json:
    """The document. Its identifier and the ids in it follow from the effect's id.

    Minimum necessary: a document has the parts that its kind asks for and no others.
    """

    def url(name: str) -> str:
        return uuid5(effect_id, name).urn

    parts = _parts(record, url)
    composition = _composition(record, parts, url)
    everything = [("composition", composition), *parts]
    return {
        "resourceType": "Bundle",
        **_labels(record),
        "identifier": {"system": "urn:ietf:rfc:3986", "value": effect_id.urn},
        "type": "document",
        "timestamp": record.as_of.isoformat(),
        "entry": [{"fullUrl": url(name), "resource": one} for name, one in everything],
    }


def _parts(record: Record, url: Callable[[str], str]) -> list[tuple[str, Json]]:
    """Every resource but the Composition, by the name that its URL comes from."""
    parts = [
        ("patient", resources.patient(record, url)),
        ("clinic", resources.organization(record)),
        ("pcp", resources.primary_care(record)),
        ("episode", resources.episode(record, url)),
        ("plan", resources.care_plan(record, url)),
        ("team", resources.care_team(record, url)),
        ("provenance", resources.provenance(record, url)),
    ]
    if record.therapist:
        parts.append(("therapist", resources.therapist(record.therapist)))
    if record.what in ("progress", "records"):
        parts.extend(clinical.observations(record, url))
    if record.what in ("safety_plan", "records") and record.pathway.safety_plan:
        parts.append(("safety", clinical.safety_plan(record, record.pathway.safety_plan, url)))
    return parts


def _composition(record: Record, parts: list[tuple[str, Json]], url: Callable[[str], str]) -> Json:
    code, display = _TYPES[record.what]
    spoken_of = [{"reference": url(name)} for name, _ in parts]
    sections = [*_in_words(record), {"title": display, "entry": spoken_of}]
    return {
        "resourceType": "Composition",
        **_labels(record),
        "status": "final",
        "type": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}]},
        "subject": {"reference": url("patient")},
        "date": record.as_of.isoformat(),
        "author": [{"reference": url("clinic")}],
        "title": display,
        "custodian": {"reference": url("clinic")},
        "section": sections,
    }


def _labels(record: Record) -> Json:
    """The security labels of a record under 42 CFR Part 2; on a bundle they hold for all of it."""
    return {"meta": {"security": _RESTRICTED}} if record.clinic.part_2 else {}


def _in_words(record: Record) -> list[Json]:
    """The notice on redisclosure, before everything else, and why treatment ended."""
    words = {"Notice": NOTICE} if record.clinic.part_2 else {}
    ended = record.pathway.discharged_for
    if ended and record.what in ("discharge_summary", "records"):
        words["Discharge"] = ended.replace("_", " ")
    return [{"title": title, "text": _narrative(text)} for title, text in words.items()]


def _narrative(text: str) -> Json:
    return {
        "status": "generated",
        "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{text}</div>',
    }
