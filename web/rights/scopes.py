"""What a token's scopes let a program do: the table, as data. A scope that stands nowhere is none.

Scopes are written as in SMART App Launch 2: `system/RESOURCE.LETTERS`, with the letters of c, r, u,
d, s in this order. A token that has scopes holds what they give, whatever its role, and reaches
nothing but the FHIR interface.
"""

import re
from collections.abc import Iterable, Mapping

from web.rights.permissions import Permission

Scope = tuple[str, str]
"""A type of resource, and one letter."""

_RECORD = (
    *("Appointment", "CarePlan", "CareTeam", "Communication", "Consent", "Encounter"),
    *("EpisodeOfCare", "Organization", "PlanDefinition", "Practitioner", "Provenance", "Task"),
)
"""Of a patient's record, what takes no more than to read it."""

_BESIDE: Mapping[str, Permission] = {
    "AuditEvent": Permission.READ_ACCESS_LOG,
    "Condition": Permission.READ_CLINICAL,
    "Coverage": Permission.READ_COVERAGE,
    "Flag": Permission.READ_SAFETY,
    "Observation": Permission.READ_CLINICAL,
    "Patient": Permission.READ_IDENTITY,
    "QuestionnaireResponse": Permission.READ_CLINICAL,
}
"""What a type takes beside that."""

RECORD_TYPES: tuple[str, ...] = tuple(sorted((*_RECORD, *_BESIDE, "Questionnaire")))
"""Every type of resource that a patient's record holds."""

SCOPES: Mapping[Scope, frozenset[Permission]] = {
    ("ServiceRequest", "c"): frozenset({Permission.REFER}),
    ("QuestionnaireResponse", "c"): frozenset({Permission.SUBMIT}),
    ("Questionnaire", "r"): frozenset({Permission.READ_PROGRAMMES}),
    ("Questionnaire", "s"): frozenset({Permission.READ_PROGRAMMES}),
    ("Group", "r"): frozenset({Permission.READ_GROUPS}),
    **{(kind, "r"): frozenset({Permission.READ_PATIENT}) for kind in _RECORD},
    **{(kind, "r"): frozenset({Permission.READ_PATIENT, one}) for kind, one in _BESIDE.items()},
}

_WRITTEN = re.compile(r"system/(\*|[A-Z][A-Za-z]*)\.(?=.)(c?r?u?d?s?)")


def granted(scopes: Iterable[str]) -> frozenset[Scope]:
    """What of the table these scopes name; those with a query, or of another context, nothing."""
    found = (_WRITTEN.fullmatch(one) for one in scopes)
    named = [(one[1], one[2]) for one in found if one]
    return frozenset(
        (kind, letter)
        for kind, letter in SCOPES
        if any(asked in ("*", kind) and letter in letters for asked, letters in named)
    )


def permissions_of(scopes: Iterable[str]) -> frozenset[Permission]:
    """What these scopes give in all."""
    return frozenset().union(*(SCOPES[one] for one in granted(scopes)))


def types_read(scopes: Iterable[str]) -> frozenset[str]:
    """The types of a patient's record that these scopes let somebody read."""
    return frozenset(kind for kind, letter in granted(scopes) if letter == "r")


def giving(permission: Permission) -> list[str]:
    """The scopes that give a permission, as they are written."""
    return [
        f"system/{kind}.{letter}" for (kind, letter), given in SCOPES.items() if permission in given
    ]
