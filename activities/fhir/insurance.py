"""Who pays: the rules by which one of the bundle's Coverages is taken."""

import math
from collections.abc import Sequence

from activities.fhir import elements, identifiers
from activities.fhir.bundle import Found, of_kind, target
from activities.fhir.problems import Path, Problems
from domain.patient import Coverage

_SOURCES = {"payer": "payor", "member_id": "subscriberId", "kind": "type"}
_VOID = ("cancelled", "entered-in-error")


def read_coverage(
    found: Sequence[Found], patient: Found | None, problems: Problems
) -> Coverage | None:
    """The active coverage that comes first; `None` if there is none or it has problems (noted)."""
    places = of_kind("Coverage", found)
    coverages = [(place, place.read(elements.Coverage, problems)) for place in places]
    _check_beneficiaries(coverages, patient, problems)
    usable = [pair for pair in coverages if pair[1].status not in _VOID]
    if not usable:
        return None
    place, chosen = min(usable, key=lambda pair: _rank(pair[1]))
    payer = _payer(chosen, place.path, of_kind("Organization", found), problems)
    if payer is None:
        return None
    fields = {"payer": payer, "member_id": _member_id(chosen), "kind": _words(chosen.type)}
    sources = {field: (*place.path, element) for field, element in _SOURCES.items()}
    return elements.build(Coverage, fields, sources, problems)


def _rank(coverage: elements.Coverage) -> tuple[bool, float]:
    return coverage.status != "active", coverage.order or math.inf


def _check_beneficiaries(
    coverages: list[tuple[Found, elements.Coverage]], patient: Found | None, problems: Problems
) -> None:
    addresses = patient.addresses() if patient else set()
    for place, coverage in coverages:
        beneficiary = coverage.beneficiary
        if patient and beneficiary and target(beneficiary) not in addresses:
            problems.add(
                (*place.path, "beneficiary"),
                "does not refer to the bundle's Patient: send only the patient's own coverage.",
            )


def _payer(
    coverage: elements.Coverage, path: Path, organizations: list[Found], problems: Problems
) -> str | None:
    by_address = {address: found for found in organizations for address in found.addresses()}
    for payor in coverage.payor:
        organization = by_address.get(target(payor) or "")
        payer = payor.display or (organization and _name(organization, problems))
        if payer:
            return payer
    problems.add((*path, "payor"), "names nobody: give the payer's name as payor[0].display.")
    return None


def _name(organization: Found, problems: Problems) -> str | None:
    return organization.read(elements.Organization, problems).name


def _member_id(coverage: elements.Coverage) -> str | None:
    members = (
        identifier.value
        for identifier in identifiers.current(coverage.identifier)
        if identifiers.has_type(identifier, "MB")
    )
    return coverage.subscriber_id or next(members, None)


def _words(concept: elements.CodeableConcept) -> str | None:
    codings = (coding.display or coding.code for coding in concept.coding)
    return concept.text or next((words for words in codings if words), None)
