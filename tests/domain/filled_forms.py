"""What may be filled in for any field of any command: most of it fits, some of it does not."""

from datetime import datetime, timedelta
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from tests.domain.clinics import CLINICIANS, DAY, GROUPS, HOUR, MINUTE, PATIENTS, PROGRAMME
from tests.domain.histories import BASELINE, PLAN, REFERRAL


def values(name: str, annotation: Any, now: datetime) -> st.SearchStrategy[Any]:
    """What a field of that name may be given."""
    literals = [
        one
        for each in (annotation, *get_args(annotation))
        if get_origin(each) is Literal
        for one in get_args(each)
    ]
    if name in ("kind", "level", "what", "how", "outcome", "state") and not literals:
        literals = ["mbt", "individual", "group", "assessment", "php", "introduction", "done"]
        literals += ["FL", "AZ"]
    if literals:
        return st.sampled_from(literals)
    return st.sampled_from(_pools(now).get(name, ["Agreed with the patient"]))


def _pools(now: datetime) -> dict[str, list[Any]]:
    instants = [now, now - HOUR, now - DAY, now - 30 * DAY, now + HOUR, now + 3 * DAY]
    days = [(now + number * DAY).date() for number in (-400, -7, -1, 0, 1, 300)]
    small = [1, 1, 2, 3, 9]
    timed = (
        "agreed_at", "at", "expected_return", "given_at", "held_at", "notice_at", "occurred_at",
        "received_at", "resume_at", "starts_at", "taken_at", "withdrawn_at",
    )  # fmt: skip
    numbered = (
        "booking", "capacity", "entry", "offer", "patients", "place", "revision", "session",
        "stand_in", "task",
    )  # fmt: skip
    either, yes_or_no, scores = [*days, *instants], [True, False], [0, 1, 3, 12]
    successors = [*GROUPS, *CLINICIANS[:3]]
    people = (
        "absent", "by", "clinician", "clinician_id", "decided_by", "instead",
        "instead_of", "supervisor",
    )  # fmt: skip
    return {
        **dict.fromkeys(timed, instants),
        **dict.fromkeys(numbered, small),
        **dict.fromkeys(people, CLINICIANS),
        **dict.fromkeys(("first_on", "last_on", "valid_until"), days),
        **dict.fromkeys(("since", "until"), either),
        **dict.fromkeys(("group_id", "successor"), successors),
        **dict.fromkeys(("attended", "reached", "self_pay", "suitable"), yes_or_no),
        **dict.fromkeys(("risk_item", "score"), scores),
        "alternatives": [[], [{"option": "dbt"}]],
        "birth_date": ["1990-05-17"],
        "answers": [dict.fromkeys(map(str, range(1, 10)), 1)],
        "attendance": [[{"pathway_id": one}] for one in PATIENTS[:3]],
        "clinicians": [CLINICIANS[:2], CLINICIANS[1:4], CLINICIANS[:1]],
        "closed_on": [days],
        "consent": ["treatment"],
        "document_version": ["1", "2"],
        "foreseeable_changes": [["A move"]],
        "former_pathway": PATIENTS,
        "given_names": [["Avery"]],
        "group_kind": ["introduction", "ongoing"],
        "identifiers": [[]],
        "joining": [[{"pathway_id": one, "location": "FL"}] for one in PATIENTS[:3]],
        "late_by": [timedelta(0), 16 * MINUTE],
        "location": ["FL", "NV"],
        "measure": [*BASELINE, "itq"],
        "modalities": [["virtual"]],
        "moved_to": ["GA"],
        "note": ["n-1"],
        "npi": ["1234567893"],
        "number": ["A-1", "A-2"],
        "pathway_id": PATIENTS,
        "pcp": [{"name": "Dr Example"}],
        "phase": [phase.id for phase in PROGRAMME.phases],
        "plan": [PLAN, "A peer group"],
        "programme": [PROGRAMME.label],
        "referral": [REFERRAL],
        "starts": ["18:00"],
        "states": [["FL"], []],
        "weekdays": [[1], [0, 3]],
        "variant": [one.id for one in PROGRAMME.variants],
        "zone": [PROGRAMME.zone],
    }
