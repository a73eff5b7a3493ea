"""What is asked for: the rules by which a FHIR ServiceRequest opens a pathway."""

from datetime import datetime
from typing import Any

from activities.fhir import dates, elements, identifiers
from activities.fhir.bundle import Found, refers_to
from activities.fhir.problems import Path, Problems

ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"

_SOURCES = {
    "referral_id": "identifier",
    "urgency": "priority",
    "reasons": "reasonCode",
    "authored_at": "authoredOn",
}
_NOT_ASKED = {
    "revoked": "is revoked",
    "entered-in-error": "is entered-in-error",
    "completed": "is completed",
    "draft": "is draft",
}


def read_request(
    found: Found, patient_entry: Found | None, now: datetime, problems: Problems
) -> tuple[dict[str, Any], dict[str, Path]]:
    """The fields of a referral that the request gives, and the element each came from.

    What is wrong with the request as of `now`, an instant in UTC, is noted in `problems`.
    """
    request = found.read(elements.ServiceRequest, problems)
    _check_asked(request, found.path, problems)
    _check_subject(request, found.path, patient_entry, problems)
    fields = {
        "referral_id": _referral_id(request, found, problems),
        "urgency": request.priority,
        "reasons": _reasons(request),
        "authored_at": _authored_at(request, found.path, now, problems),
    }
    return fields, {field: (*found.path, element) for field, element in _SOURCES.items()}


def _check_asked(request: elements.ServiceRequest, path: Path, problems: Problems) -> None:
    if request.status is None:
        problems.add((*path, "status"), "is missing: say whether the request is active.")
    elif request.status in _NOT_ASKED:
        problems.add(
            (*path, "status"), f"{_NOT_ASKED[request.status]}: send a referral that is wanted now."
        )
    if request.intent is None:
        problems.add((*path, "intent"), "is missing: say what the request is, such as order.")
    if request.do_not_perform:
        problems.add(
            (*path, "doNotPerform"), "asks not to treat: send a referral that asks for treatment."
        )


def _check_subject(
    request: elements.ServiceRequest, path: Path, patient: Found | None, problems: Problems
) -> None:
    if patient is not None and not refers_to(request.subject, patient):
        problems.add(
            (*path, "subject"),
            "does not refer to the bundle's Patient: use its fullUrl or Patient/id.",
        )


def _authored_at(
    request: elements.ServiceRequest, path: Path, now: datetime, problems: Problems
) -> datetime | None:
    if request.authored_on is None:
        return None
    if dates.lies_ahead(request.authored_on, now):
        problems.add((*path, "authoredOn"), dates.AHEAD)
    return dates.instant(request.authored_on)


def _referral_id(request: elements.ServiceRequest, found: Found, problems: Problems) -> str | None:
    named = [each for each in identifiers.current(request.identifier) if each.value]
    referral_id = identifiers.token(named[0]) if named else request.id or found.full_url
    if referral_id is None:
        problems.add((*found.path, "identifier"), "is missing: give the request an identifier.")
    return referral_id


def _reasons(request: elements.ServiceRequest) -> tuple[str, ...]:
    codes = (
        coding.code
        for concept in request.reason_code
        for coding in concept.coding
        if coding.system == ICD_10_CM and coding.code
    )
    return tuple(dict.fromkeys(codes))
