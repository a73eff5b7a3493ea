"""A second programme runs by the same code: twelve weeks of a virtual IOP, from data alone."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
import yaml

from domain import programmes
from domain.actor import Actor
from domain.decider import Rejected
from domain.pathway import Pathway
from domain.patient import Referral
from domain.programmes.definition import Definition
from domain.simulation import Clinic
from tests.definitions import by_hand
from tests.domain.histories import MBT_G, NORA, PATIENT, PLAN, ny

SHIPPED = Definition.model_validate(
    yaml.safe_load((Path(programmes.__file__).parent / "virtual-iop.yaml").read_text())
)
IOP = by_hand(SHIPPED)

CLINICIAN = Actor(subject="account-3", role="clinician")
ANN = "pathway-00000000-0000-4000-8000-00000000000a"
BEN = "pathway-00000000-0000-4000-8000-00000000000b"

REFERRED_AT = ny("2026-03-02 09:00")
FIRST_GROUP = ny("2026-03-09 09:00")
"""A Monday."""
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
DECIDED = {"decided_by": NORA, "reason": "Agreed with the patient"}


def ids() -> Iterator[UUID]:
    number = 0
    while True:
        number += 1
        yield uuid5(NAMESPACE_URL, str(number))


@pytest.fixture
def clinic() -> Clinic:
    following = ids()
    both = {one.label: one for one in (IOP, MBT_G)}
    opened = Clinic(both, REFERRED_AT, lambda: next(following))
    opened.submit(NORA, "register", CLINICIAN, programme=IOP.label, name="Nora Example")
    return opened


def do(clinic: Clinic, command: str, patient: str = ANN, **data: Any) -> None:
    clinic.submit(patient, command, CLINICIAN, **data)


def state(clinic: Clinic, patient: str = ANN) -> Pathway:
    found: Pathway = clinic.entity(patient).state
    return found


def refer(clinic: Clinic, patient: str = ANN, programme: str = IOP.label, **person: Any) -> None:
    known = PATIENT.model_copy(update=person)
    referral = Referral(referral_id=patient, reasons=("F32.2",), patient=known)
    do(clinic, "refer", patient, programme=programme, referral=referral.model_dump(mode="json"))


RISK_ITEMS: dict[str, dict[str, Any]] = {"phq-9": {"risk_item": 0}, "core-10": {"risk_item": 0}}


def answer(clinic: Clinic) -> None:
    """Answer everything that is open."""
    asked = dict.fromkeys(name for one in state(clinic).open_measures for name in one.measures)
    for name in asked:
        taken: dict[str, Any] = {"score": 0, "taken_at": clinic.now.isoformat()}
        do(clinic, "record_measure", measure=name, **taken, **RISK_ITEMS.get(name, {}))


def attend(clinic: Clinic, kind: str, held_at: datetime) -> None:
    length = next(
        plan.length for phase in IOP.phases for plan in phase.sessions if plan.kind == kind
    )
    clinic.pass_until(held_at + length)
    do(clinic, "record_session", kind=kind, held_at=held_at.isoformat(), attended=True)


def begin(clinic: Clinic) -> None:
    """From the referral to the door of treatment."""
    refer(clinic)
    attend(clinic, "intake", REFERRED_AT + 2 * DAY)
    do(clinic, "decide_suitability", suitable=True, **DECIDED)
    now = clinic.now.isoformat()
    do(clinic, "give_consent", consent="treatment", document_version="1", given_at=now)
    do(clinic, "agree_safety_plan", plan=PLAN.model_dump(mode="json"), agreed_at=now)
    do(clinic, "choose_duration", variant="twelve-weeks", **DECIDED)
    answer(clinic)
    do(clinic, "enter_phase", phase="stabilisation")


def live_a_week(clinic: Clinic, monday: datetime) -> None:
    """Three groups and an individual session, and the measures of the week."""
    for day in (0, 2, 4):
        attend(clinic, "group", monday + day * DAY)
    attend(clinic, "individual", monday + timedelta(days=4, hours=5))
    answer(clinic)


def test_a_patient_goes_the_whole_way_from_referral_to_the_end_of_follow_up(
    clinic: Clinic,
) -> None:
    begin(clinic)
    for week in range(4):
        live_a_week(clinic, FIRST_GROUP + week * WEEK)
    do(clinic, "enter_phase", phase="skills")
    for week in range(4, 11):
        live_a_week(clinic, FIRST_GROUP + week * WEEK)
    assert state(clinic).treatment_ends_at == FIRST_GROUP + 12 * WEEK
    do(clinic, "enter_phase", phase="step-down")
    live_a_week(clinic, FIRST_GROUP + 11 * WEEK)
    clinic.pass_until(FIRST_GROUP + 12 * WEEK)
    do(clinic, "discharge", reason="completed")

    discharged = state(clinic)
    assert discharged.phase == "follow-up"
    assert [one.occasion for one in discharged.planned_measures] == ["follow_up-1", "follow_up-3"]
    assert discharged.attended("stabilisation", "group") == 12
    assert discharged.attended("skills", "group") == 21

    for month in ("2026-07-02 09:00", "2026-09-02 09:00"):
        clinic.pass_until(ny(month))
        answer(clinic)

    assert state(clinic).status == "closed"


def test_it_asks_for_other_measures_than_mbt_g_and_every_week(clinic: Clinic) -> None:
    refer(clinic)
    refer(clinic, BEN, MBT_G.label, record_number="MRN-2")

    asked = {patient: state(clinic, patient).open_measures[0].measures for patient in (ANN, BEN)}

    assert asked[ANN] == ("phq-9", "gad-7", "core-10", "c-ssrs")
    assert "bsl-23" in asked[BEN]


def test_the_end_is_counted_in_weeks_also_across_the_change_of_the_clocks(clinic: Clinic) -> None:
    """From Eastern standard to daylight time the local hour stays."""
    begin(clinic)
    clinic.pass_until(ny("2026-03-06 09:00"))
    attend(clinic, "group", ny("2026-03-06 09:00"))

    assert state(clinic).treatment_ends_at == ny("2026-05-29 09:00")


def test_of_more_than_three_groups_a_week_only_three_count(clinic: Clinic) -> None:
    begin(clinic)
    for day in range(5):
        attend(clinic, "group", FIRST_GROUP + day * DAY)
    for week in (1, 2):
        for day in (0, 2):
            attend(clinic, "group", FIRST_GROUP + week * WEEK + day * DAY)

    with pytest.raises(Rejected) as refused:
        do(clinic, "enter_phase", phase="skills")

    assert "9 of 12 needed, 7 attended" in refused.value.reasons[0].message


def test_a_silence_of_a_week_asks_for_a_review(clinic: Clinic) -> None:
    begin(clinic)
    attend(clinic, "group", FIRST_GROUP)
    clinic.pass_until(FIRST_GROUP + 7 * DAY - timedelta(minutes=1))
    assert not any(one.kind == "disengagement_review" for one in state(clinic).tasks)

    clinic.pass_until(FIRST_GROUP + 7 * DAY)

    assert any(one.kind == "disengagement_review" for one in state(clinic).tasks)


@pytest.mark.parametrize(
    ("lives_in", "programme", "code"),
    [
        ("CA", IOP.label, "state_not_served"),
        ("CA", MBT_G.label, None),
        ("AZ", IOP.label, "state_not_served"),
        ("FL", IOP.label, None),
    ],
)
def test_each_programme_serves_its_own_states_from_its_own_days(
    clinic: Clinic, lives_in: str, programme: str, code: str | None
) -> None:
    """Arizona joins in June."""
    if code is None:
        refer(clinic, programme=programme, state=lives_in)
        assert state(clinic).status == "open"
        return
    with pytest.raises(Rejected) as refused:
        refer(clinic, programme=programme, state=lives_in)
    assert refused.value.reasons[0].code == code


def test_a_pathway_does_not_move_from_one_programme_to_the_other(clinic: Clinic) -> None:
    refer(clinic)

    with pytest.raises(Rejected) as refused:
        do(clinic, "move_to_version", programme=MBT_G.label, **DECIDED)

    assert [reason.code for reason in refused.value.reasons] == ["other_programme"]


def test_in_the_middle_of_treatment_a_pathway_goes_on_by_a_version_with_other_rules(
    clinic: Clinic,
) -> None:
    begin(clinic)
    live_a_week(clinic, FIRST_GROUP)
    longer = {"id": "twelve-weeks", "title": "14 weeks", "weeks": 14}
    document = IOP.model_dump() | {"version": 2, "variants": [longer, IOP.variants[1]]}
    second = Definition.model_validate(document)
    clinic.programmes[second.label] = second

    do(clinic, "move_to_version", programme=second.label, **DECIDED)

    assert state(clinic).treatment_ends_at == FIRST_GROUP + 14 * WEEK
    moved = clinic.entity(ANN).history[-1]
    assert (moved.type, moved.programme_version) == ("pathway.version_moved", "virtual-iop@2")
    clinic.pass_until(FIRST_GROUP + 2 * WEEK)
    assert clinic.entity(ANN).history[-1].programme_version == "virtual-iop@2"
    assert IOP.served_states[0].since == date(2026, 1, 1)
