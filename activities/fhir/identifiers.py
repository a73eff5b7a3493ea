"""Business identifiers: which one to keep, written `system|value` as in a FHIR search."""

from collections.abc import Iterable

from activities.fhir.elements import Identifier

IDENTIFIER_TYPES = "http://terminology.hl7.org/CodeSystem/v2-0203"

_USES = ("official", "usual", None, "secondary", "temp")


def has_type(identifier: Identifier, code: str) -> bool:
    """Whether the identifier is of a type from HL7 table 0203, such as MR."""
    return any(
        coding.system == IDENTIFIER_TYPES and coding.code == code
        for coding in identifier.type.coding
    )


def current(identifiers: Iterable[Identifier]) -> list[Identifier]:
    """Those in use, the best first: the same choice in whatever order they were sent."""
    return sorted((each for each in identifiers if each.use != "old"), key=_preference)


def token(identifier: Identifier) -> str:
    """`system|value`; without a system, `|value`."""
    return f"{identifier.system or ''}|{identifier.value or ''}"


def _preference(identifier: Identifier) -> tuple[bool, int, str]:
    use = _USES.index(identifier.use) if identifier.use in _USES else len(_USES)
    return identifier.value is None, use, token(identifier)
