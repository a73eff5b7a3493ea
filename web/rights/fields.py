"""Which fields of a patient's record each role sees: what it may not is left out, not masked.

Minimum necessary, 45 CFR 164.502(b). Fields are known by their names, wherever they stand in a
record, so that a part which is moved stays hidden. Staff, groups and programmes are no patients.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from domain.actor import Role
from domain.decider import Reason
from projections.caseload.case import Case
from projections.timeline.entry import Entry
from web.rights.permissions import PERMISSIONS, Permission

FIELDS: Mapping[Permission, frozenset[str]] = {
    Permission.READ_IDENTITY: frozenset(
        {
            "address",
            "birth_date",
            "email",
            "family_name",
            "given_names",
            "identifiers",
            "patient_name",
            "pcp",
            "phone",
            "record_number",
            "referral_id",
            "whereabouts",
        }
    ),
    Permission.READ_COVERAGE: frozenset({"benefits", "coverage", "member_id", "payer"}),
    Permission.READ_CLINICAL: frozenset(
        {
            "alternatives",
            "answers",
            "band",
            "change",
            "explanation",
            "findings",
            "flags",
            "foreseeable_changes",
            "note",
            "outcome",
            "plan",
            "reason",
            "reasons",
            "risk_item",
            "score",
            "scores",
            "subscores",
            "suitability",
        }
    ),
    Permission.READ_SAFETY: frozenset({"safety_plan", "risk"}),
}
"""What it takes to see a field; every other field is seen by whoever may read the record."""

TAKES: Mapping[str, Permission] = {
    "pathway.changes_reckoned": Permission.READ_CLINICAL,
    "pathway.escalation_resolved": Permission.READ_SAFETY,
    "pathway.measure_recorded": Permission.READ_CLINICAL,
    "pathway.measure_struck_out": Permission.READ_CLINICAL,
    "pathway.risk_raised": Permission.READ_SAFETY,
    "pathway.risk_signalled": Permission.READ_SAFETY,
    "pathway.safety_plan_agreed": Permission.READ_SAFETY,
    "pathway.suitability_decided": Permission.READ_CLINICAL,
}
"""Events that say nothing but what is confidential: beside what reading their entity takes."""

OF_PATIENTS = ("pathway", "escalation", "request")
"""The kinds of entity whose records are about a patient."""


def withheld(role: Role) -> frozenset[str]:
    """The names of the fields that a role does not see of patients."""
    return hidden_without(PERMISSIONS[role])


def hidden_without(held: Collection[Permission]) -> frozenset[str]:
    """The names of the fields that nobody sees of patients who holds no more than these."""
    hidden = (names for permission, names in FIELDS.items() if permission not in held)
    return frozenset().union(*hidden)


def visible(role: Role, record: Mapping[str, Any]) -> dict[str, Any]:
    """A patient's record, as JSON, without what the role may not see at any depth."""
    return pruned(record, withheld(role))


def content_seen(
    held: Collection[Permission], event_type: str, content: Mapping[str, Any]
) -> dict[str, Any]:
    """What of a patient's event somebody sees who holds these; that it was, they see anyhow."""
    if event_type in TAKES and TAKES[event_type] not in held:
        return {}
    return pruned(content, hidden_without(held))


def pruned(record: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """A record, as JSON, without the fields of these names at any depth."""
    return {name: _seen(value, hidden) for name, value in record.items() if name not in hidden}


def visible_case(role: Role, case: Case) -> Case:
    """A row of the caseload, with nothing where the role may not see."""
    hidden = withheld(role)
    nothing: dict[str, Any] = {one.name: None for one in fields(case) if one.name in hidden}
    return replace(case, **nothing)


def visible_entry(role: Role, entry: Entry) -> Entry:
    """A line of the timeline; its sentence tells less where a detail is withheld."""
    details = content_seen(PERMISSIONS[role], entry.type, entry.details)
    if details.keys() == entry.details.keys():
        return entry
    told = entry.type.partition(".")[2].replace("_", " ").capitalize()
    return replace(entry, details=details, title=told)


def reasons_told(reasons: Iterable[Reason], *, payer: bool) -> tuple[Reason, ...]:
    """The reasons against a group. Without `payer` it is not told who pays."""
    return tuple(
        Reason(code=one.code, message="The programme does not take the patient's payer.")
        if one.code == "payer_not_accepted" and not payer
        else one
        for one in reasons
    )


def _seen(value: Any, hidden: frozenset[str]) -> Any:
    match value:
        case dict():
            return pruned(value, hidden)
        case list() | tuple():
            return [_seen(one, hidden) for one in value]
        case _:
            return value
