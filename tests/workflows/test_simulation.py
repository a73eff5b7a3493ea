"""The simulation and the workflows come to the same: one script, both ways."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import BaseModel

from domain.fold import Folded
from tests.workflows.clinic import Clinic
from tests.workflows.practice import (
    FIRST,
    GROUP,
    LEADERS,
    OnWorkflows,
    Practice,
    at_rest,
    command_ids,
    disagreeing,
    form,
    meet,
    patients,
    prepare,
    register,
    seat,
    simulated,
)

ONE, TWO, THREE = PATIENTS = patients(3)
SCRIPT = "three weeks"
TAKEN_FOR_ONE_INSTANT = timedelta(minutes=1)
"""Commands on a server take time, those in the simulation none."""


async def three_weeks(practice: Practice) -> None:
    """Two clinicians and a group; of three patients one does not want the seat after all."""
    start = await practice.now()
    for clinician in LEADERS:
        await register(practice, clinician)
    await form(practice)
    for patient in PATIENTS:
        await prepare(practice, patient)
    await practice.give(ONE, "assign_therapist", clinician_id=FIRST)
    for patient in (ONE, TWO):
        await seat(practice, patient)
    await practice.give(THREE, "offer_seat", group_id=GROUP)
    await practice.give(THREE, "decline_seat", offer=1, reason="Too late in the evening")
    await meet(practice, 1, ONE, TWO)
    await practice.give(THREE, "discharge", reason="patient_withdrew")
    await meet(practice, 2, TWO)
    await practice.until(start + timedelta(weeks=3))


async def test_three_weeks_of_a_small_clinic_come_to_the_same(clinic: Clinic) -> None:
    start = await clinic.now()
    in_simulation = await simulated(clinic, start, SCRIPT)
    await three_weeks(in_simulation)

    await three_weeks(OnWorkflows(clinic, command_ids(SCRIPT)))

    entities = in_simulation.clinic.entities
    assert set(entities) == {GROUP, *LEADERS, *PATIENTS}
    rested = await at_rest(clinic)
    for one, expected in entities.items():
        types = Counter(event.type for event in expected.history)
        assert Counter(await clinic.types(one)) == types, one
        assert differences(said(expected.folded), said(rested[one])) == [], one
    assert await disagreeing(clinic) == []


def said(folded: Folded[Any]) -> dict[str, Any]:
    state: BaseModel = folded.state
    return {"version": folded.version, "state": state.model_dump(mode="json")}


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Where two states differ, instants apart that lie within a minute."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [
            found for key in one for found in differences(one[key], other[key], f"{where}.{key}")
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            found
            for index, (left, right) in enumerate(zip(one, other, strict=True))
            for found in differences(left, right, f"{where}[{index}]")
        ]
    return [] if one == other or same_moment(one, other) else [f"{where}: {one} and {other}"]


def same_moment(one: Any, other: Any) -> bool:
    first, second = instant(one), instant(other)
    return bool(first and second and abs(first - second) < TAKEN_FOR_ONE_INSTANT)


def instant(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError):
        return None
