"""A patient's course as one FHIR R4 Bundle, a collection of everything that may be seen of it."""

from datetime import datetime

from activities.fhir.record.agreed import agreed
from activities.fhir.record.answers import answers
from activities.fhir.record.chart import Chart, Json, Part, instant
from activities.fhir.record.course import course
from activities.fhir.record.meetings import meetings
from activities.fhir.record.people import people
from activities.fhir.record.traces import audit_events, communications, made_by, provenances

_RESTRICTED = [
    {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"},
    {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"},
]


def bundle(chart: Chart, *, part_2: bool = False) -> Json:
    """The bundle of a chart whose pathway was referred; labelled if it is under 42 CFR Part 2.

    The URLs in it follow from the pathway's id: the same resource has the same each time.
    """
    return {
        **opened("collection", chart.made_at, part_2=part_2),
        "entry": entries(chart),
    }


def opened(kind: str, made_at: datetime, *, part_2: bool) -> Json:
    """A bundle of this type without its entries."""
    return {
        "resourceType": "Bundle",
        **({"meta": {"security": _RESTRICTED}} if part_2 else {}),
        "type": kind,
        "timestamp": instant(made_at),
    }


def entries(chart: Chart) -> list[Json]:
    """Every resource of the chart with its URL."""
    parts = _parts(chart)
    return [{"fullUrl": chart.url(one.name), "resource": _with_id(chart, one)} for one in parts]


def _parts(chart: Chart) -> list[Part]:
    parts = [
        *people(chart),
        *course(chart),
        *meetings(chart),
        *answers(chart),
        *agreed(chart),
        *communications(chart),
        *audit_events(chart),
    ]
    return [*parts, *provenances(chart, parts), Part("provenance", made_by(chart))]


def _with_id(chart: Chart, part: Part) -> Json:
    return {**part.resource, "id": chart.url(part.name).removeprefix("urn:uuid:")}
