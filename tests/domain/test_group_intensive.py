"""The intensive programme's three-hour groups: one group that meets three times a week."""

import json
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from domain.group import Group
from domain.simulation import Clinic
from tests.definitions import unchecked
from tests.domain.groups import clinician
from tests.domain.specification import COORDINATOR
from tests.domain.test_virtual_iop import ANN, DAY, REFERRED_AT, SHIPPED, WEEK, begin, do, state

IOP = unchecked(SHIPPED)

GROUP_ID = "group-00000000-0000-4000-8000-000000000001"
PAIR = [clinician(1), clinician(2)]
HOURS = timedelta(hours=3)


def a_group_of_the_programme() -> Clinic:
    """Two clinicians with the IOP's own credential lead a group at nine on three mornings."""
    numbers = count()
    clinic = Clinic(
        {IOP.label: IOP}, REFERRED_AT, lambda: uuid5(NAMESPACE_URL, f"i{next(numbers)}")
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
    clinic.submit(
        GROUP_ID, "schedule", COORDINATOR, weekdays=[0, 2, 4], starts="09:00", zone=IOP.zone
    )
    return clinic


def group(clinic: Clinic) -> Group:
    found: Group = clinic.entity(GROUP_ID).state
    return found


def with_a_member() -> Clinic:
    clinic = a_group_of_the_programme()
    begin(clinic)
    do(clinic, "offer_seat", group_id=GROUP_ID)
    do(clinic, "accept_seat", offer=1)
    assert [one.pathway_id for one in group(clinic).members] == [ANN]
    return clinic


def meet(clinic: Clinic) -> None:
    """The next session: opened by both, attended from Florida, and recorded."""
    session = group(clinic).upcoming(clinic.now)[0]
    clinic.pass_until(session.starts_at)
    joining = [{"pathway_id": ANN, "location": "FL"}]
    opening = {"session": session.number, "clinicians": PAIR, "joining": joining}
    clinic.submit(GROUP_ID, "open_session", COORDINATOR, **opening)
    clinic.pass_until(session.ends_at)
    clinic.submit(GROUP_ID, "hold_session", COORDINATOR, session=session.number)


def test_three_groups_a_week_are_one_group() -> None:
    planned = group(a_group_of_the_programme()).taking_place
    days = [one.day.isoformat() for one in planned]
    assert days[:4] == ["2026-03-09", "2026-03-11", "2026-03-13", "2026-03-16"]
    assert {one.length for one in planned} == {HOURS}


def test_eight_weeks_are_planned_as_they_come_at_the_same_local_hour() -> None:
    clinic = a_group_of_the_programme()
    clinic.pass_until(group(clinic).taking_place[0].starts_at + 4 * WEEK - 2 * DAY)
    planned = group(clinic).taking_place
    first = planned[0].day
    assert sum(one.day < first + 8 * WEEK for one in planned) >= 23
    assert [one.day.weekday() for one in planned[:6]] == [0, 2, 4, 0, 2, 4]
    local = {one.starts_at.astimezone(ZoneInfo(IOP.zone)).hour for one in planned}
    assert local == {9}


def test_its_sessions_stand_in_the_patient_s_calendar_and_count_in_the_phase() -> None:
    clinic = with_a_member()
    booked = [one.starts_at for one in state(clinic).bookings]
    assert booked == [one.starts_at for one in group(clinic).upcoming(clinic.now)]
    for _ in range(12):
        meet(clinic)
    attended = state(clinic)
    assert attended.attended("stabilisation", "group") == 12
    assert attended.treatment_started_at == group(clinic).taking_place[0].starts_at
    assert [one.kind for one in group(clinic).tasks] == []
    do(clinic, "enter_phase", phase="skills")


def test_a_session_of_the_group_is_recorded_with_all_that_the_group_knows() -> None:
    clinic = with_a_member()
    meet(clinic)
    told = [one for one in clinic.entity(ANN).history if one.type == "pathway.session_recorded"]
    recorded = json.loads(told[-1].data)
    assert (recorded["kind"], recorded["phase"]) == ("group", "stabilisation")
    assert (recorded["modality"], recorded["location"]) == ("virtual", "FL")
    assert (recorded["clinicians"], recorded["length"]) == (PAIR, "PT3H")
