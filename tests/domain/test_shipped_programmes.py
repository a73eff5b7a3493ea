"""The programmes as they are shipped: what neither of them lets anybody leave out."""

from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest
import yaml

from domain import programmes
from domain.decider import Rejected
from domain.patient import Referral
from domain.programmes.definition import Definition
from domain.programmes.phases import SessionPlan
from domain.simulation import Clinic
from tests.domain.groups import clinician
from tests.domain.histories import PATIENT, PLAN
from tests.domain.specification import COORDINATOR
from tests.domain.test_virtual_iop import ANN, DAY, DECIDED, REFERRED_AT, WEEK, answer, do, state

BOTH = [
    Definition.model_validate(yaml.safe_load(file.read_text()))
    for file in sorted(Path(programmes.__file__).parent.glob("*.yaml"))
]
IOP = next(one for one in BOTH if one.id == "virtual-iop")
GROUP_ID = "group-00000000-0000-4000-8000-000000000001"
PAIR = [clinician(1), clinician(2)]
BY_ONE = {**DECIDED, "decided_by": PAIR[0]}
SEEN = {"clinician": PAIR[0], "modality": "virtual", "location": "FL"}

each_programme = pytest.mark.parametrize("definition", BOTH, ids=lambda one: one.id)


def sessions(definition: Definition) -> list[SessionPlan]:
    return [plan for phase in definition.phases for plan in phase.sessions]


def given_by_groups(definition: Definition) -> set[str]:
    return {kind.session for kind in definition.group_kinds}


@each_programme
def test_a_group_session_is_the_group_s_and_nobody_else_s(definition: Definition) -> None:
    """Demand 10: so none is held without two facilitators."""
    of_groups = [one for one in sessions(definition) if one.kind in given_by_groups(definition)]
    assert of_groups
    assert all(one.in_group for one in of_groups)


@each_programme
def test_every_other_session_asks_where_the_patient_is_and_for_the_licence(
    definition: Definition,
) -> None:
    """Demand 23: at each virtual session."""
    alone = [one for one in sessions(definition) if one.kind not in given_by_groups(definition)]
    assert alone
    assert all(one.licence_checked for one in alone)


@each_programme
def test_the_consent_says_of_each_risk_how_it_is_managed(definition: Definition) -> None:
    """Demand 19: the consent shows the risks."""
    risks = [one for consent in definition.consents for one in consent.risks_shown]
    assert risks
    for one in risks:
        risk, _, management = one.partition(". Managed by ")
        assert risk
        assert management.endswith(".")


@each_programme
def test_nobody_is_assessed_unrecognised_nor_treated_before_somebody_pays(
    definition: Definition,
) -> None:
    """Demand 20, and two identifiers (NPSG.01.01.01)."""
    assert all("identity_confirmed" in one.needs for one in definition.first_phase.sessions)
    doors = [
        target
        for phase in definition.phases
        for target in map(definition.phase, phase.leads_to)
        if target and target.purpose == "treatment" and phase.purpose != "treatment"
    ]
    assert doors
    assert all("benefits_verified" in one.enter_when for one in doors)


def a_clinic() -> Clinic:
    numbers = count()
    clinic = Clinic(
        {IOP.label: IOP}, REFERRED_AT, lambda: uuid5(NAMESPACE_URL, f"s{next(numbers)}")
    )
    since: dict[str, Any] = {"number": "A-1", "since": "2025-01-01", "until": "2027-12-31"}
    for one in PAIR:
        clinic.submit(one, "register", COORDINATOR, programme=IOP.label, name="Robin Example")
        clinic.submit(one, "record_credential", COORDINATOR, kind="iop", **since)
        clinic.submit(one, "record_licence", COORDINATOR, state="FL", **since)
    form = {"programme": IOP.label, "kind": "intensive", "modality": "virtual"}
    clinic.submit(GROUP_ID, "form", COORDINATOR, first_on="2026-03-09", **form)
    for one in PAIR:
        clinic.submit(GROUP_ID, "assign_facilitator", COORDINATOR, clinician_id=one)
    weekly = {"weekdays": [0, 2, 4], "starts": "09:00", "zone": IOP.zone}
    clinic.submit(GROUP_ID, "schedule", COORDINATOR, **weekly)
    return clinic


def begin(clinic: Clinic) -> None:
    """From the referral to a seat in the group, by all that the programme asks for."""
    referral = Referral(referral_id=ANN, reasons=("F32.2",), patient=PATIENT)
    do(clinic, "refer", programme=IOP.label, referral=referral.model_dump(mode="json"))
    said = (("record_number", PATIENT.record_number), ("birth_date", "1990-05-17"))
    identifiers = [{"kind": kind, "value": value} for kind, value in said]
    do(clinic, "confirm_identity", identifiers=identifiers)
    clinic.pass_until(clinic.now + 2 * DAY)
    seen(clinic, "intake")
    do(clinic, "decide_suitability", suitable=True, **BY_ONE)
    now = clinic.now.isoformat()
    do(clinic, "give_consent", consent="treatment", document_version="1", given_at=now)
    do(clinic, "agree_safety_plan", plan=PLAN.model_dump(mode="json"), agreed_at=now)
    do(clinic, "choose_duration", variant="twelve-weeks", **BY_ONE)
    do(clinic, "verify_benefits", payer="Cigna", outcome="active")
    answer(clinic)
    do(clinic, "enter_phase", phase="stabilisation")
    do(clinic, "offer_seat", group_id=GROUP_ID)
    do(clinic, "accept_seat", offer=1)


def seen(clinic: Clinic, kind: str, **changes: Any) -> None:
    """A session that ends now, with Robin, from Florida."""
    held_at = (clinic.now - timedelta(hours=2)).isoformat()
    do(clinic, "record_session", kind=kind, held_at=held_at, attended=True, **(SEEN | changes))


def meet(clinic: Clinic) -> None:
    session = clinic.entity(GROUP_ID).state.upcoming(clinic.now)[0]
    clinic.pass_until(session.starts_at)
    joining = [{"pathway_id": ANN, "location": "FL"}]
    opening = {"session": session.number, "clinicians": PAIR, "joining": joining}
    clinic.submit(GROUP_ID, "open_session", COORDINATOR, **opening)
    clinic.pass_until(session.ends_at)
    clinic.submit(GROUP_ID, "hold_session", COORDINATOR, session=session.number)


def test_the_intensive_programme_runs_with_three_groups_and_an_individual_session_a_week() -> None:
    clinic = a_clinic()
    begin(clinic)
    for week in range(1, 5):
        for _ in range(3):
            meet(clinic)
        clinic.pass_until(clinic.now + timedelta(hours=4))
        seen(clinic, "individual")
        answer(clinic)
        assert state(clinic).attended("stabilisation", "group") == 3 * week
    do(clinic, "enter_phase", phase="skills")
    assert state(clinic).attended("stabilisation", "individual") == 4
    started = state(clinic).treatment_started_at
    assert started
    assert state(clinic).treatment_ends_at == started + 12 * WEEK


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"location": None}, "location_not_attested"),
        ({"location": "IN"}, "not_licensed"),
        ({"clinician": None}, "clinician_missing"),
        ({"modality": None}, "modality_missing"),
        ({"kind": "group"}, "session_of_group"),
    ],
)
def test_at_home_too_a_session_is_held_by_whoever_may_treat_the_patient_there(
    changes: dict[str, Any], code: str
) -> None:
    """Demand 23, in the programme that is virtual throughout."""
    clinic = a_clinic()
    begin(clinic)
    meet(clinic)
    clinic.pass_until(clinic.now + timedelta(hours=4))
    with pytest.raises(Rejected) as refused:
        seen(clinic, **({"kind": "individual"} | changes))
    assert [one.code for one in refused.value.reasons] == [code]
