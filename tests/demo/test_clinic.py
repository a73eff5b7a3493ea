"""The demo clinic is a whole clinic: every phase is reached, left and ended as in a real one."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

import pytest

from domain.group.state import Group
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition
from domain.simulation import Clinic, Entity
from workers.demo.clinic import simulated_clinic
from workers.embedded.programmes import shipped_definitions

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
SEEDS = (1, 6)


@pytest.fixture(params=SEEDS)
def clinic(request: pytest.FixtureRequest) -> Clinic:
    return seeded(request.param)


@cache
def seeded(seed: int) -> Clinic:
    return simulated_clinic(mbt_g(), UNTIL, patients=32, months=14, seed=seed)


def mbt_g() -> Definition:
    return next(one for one in shipped_definitions() if one.id == "mbt-g")


def pathways(clinic: Clinic) -> list[Pathway]:
    return [one.state for one in clinic.entities.values() if one.id.startswith("pathway-")]


def groups(clinic: Clinic) -> list[Group]:
    return [one.state for one in clinic.entities.values() if one.id.startswith("group-")]


def happened(clinic: Clinic, event_type: str) -> list[Entity]:
    return [
        entity
        for entity in clinic.entities.values()
        for one in entity.history
        if one.type == event_type
    ]


def test_each_phase_has_been_entered(clinic: Clinic) -> None:
    entered = {stay.phase for one in pathways(clinic) for stay in one.stays}
    assert entered == {phase.id for phase in mbt_g().phases}


def test_people_are_at_every_stage_of_treatment_at_the_end(clinic: Clinic) -> None:
    now = Counter(one.phase for one in pathways(clinic))
    assert now["introduction"] >= 1
    assert now["ongoing"] >= 8
    assert now["follow_up"] >= 2


def test_ongoing_groups_have_members_and_none_too_many(clinic: Clinic) -> None:
    members = [len(one.members) for one in groups(clinic) if one.kind == "ongoing"]
    assert all(1 <= number <= 8 for number in members)
    assert sum(members) >= 8


def test_people_leave_for_several_reasons(clinic: Clinic) -> None:
    reasons = {one.discharged_for for one in pathways(clinic)} - {None}
    assert "completed" in reasons
    assert len(reasons) >= 3


def test_nobody_is_asked_to_lead_two_groups_at_once(clinic: Clinic) -> None:
    led = [
        (clinician, session.starts_at, session.ends_at)
        for group in groups(clinic)
        for session in group.sessions
        if session.stage == "held"
        for clinician in session.clinicians
    ]
    for one, after in pairwise(sorted(led)):
        assert one[0] != after[0] or one[2] <= after[1]


def test_safety_is_escalated_and_resolved(clinic: Clinic) -> None:
    assert happened(clinic, "escalation.opened")
    assert happened(clinic, "escalation.resolved")
