"""A clinic's own licence in a state: once it has expired, nobody begins there."""

from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from domain.commands.pathway import EnterPhase, Refer
from domain.pathway import PATHWAY
from domain.programmes.definition import Definition
from domain.programmes.states import ServedState
from tests.domain.histories import (
    MBT_G,
    PATIENT,
    READY_AT,
    REFERRAL,
    in_treatment,
    mbt_g_document,
    miss,
    ny,
    ready,
)
from tests.domain.specification import Specification, When

LAST_DAY = "2026-03-31"


def florida(**changes: Any) -> dict[str, Any]:
    return {
        "state": "FL",
        "services": ["virtual"],
        "since": "2025-01-01",
        "licence": "HCC 1",
        "licence_until": LAST_DAY,
        **changes,
    }


def programme(*served: dict[str, Any]) -> Definition:
    return Definition.model_validate({**mbt_g_document(), "served_states": list(served)})


def refer(at: datetime, *served: dict[str, Any], state: str = "FL") -> When[Any]:
    someone = PATIENT.model_copy(update={"state": state})
    command = Refer(programme="mbt-g@1", referral=REFERRAL.model_copy(update={"patient": someone}))
    return Specification(PATHWAY, programme(*served)).given().when(command, at=at)


@pytest.mark.parametrize(
    ("now", "codes"),
    [(ny("2026-03-31 23:59"), []), (ny("2026-04-01 00:00"), ["state_not_served"])],
)
def test_it_lets_patients_begin_to_the_end_of_its_last_day(now: datetime, codes: list[str]) -> None:
    """Demand 22: a clinic licence that expires gates new starts."""
    refer(now, florida()).then_rejected(*codes)


def test_the_reason_names_the_state_and_the_day() -> None:
    [reason] = refer(ny("2026-04-01 09:00"), florida()).reasons
    assert "in FL expired on 2026-03-31" in reason.message


def test_the_states_still_served_are_those_with_a_licence() -> None:
    arizona = florida(state="AZ", licence_until="2027-01-01")
    [reason] = refer(ny("2026-04-01 09:00"), florida(), arizona, arizona, state="NY").reasons
    assert reason.message.endswith("it serves AZ.")


def test_a_licence_of_one_service_is_enough() -> None:
    in_person = florida(services=["in_person"], licence="HCC 2", licence_until="2026-12-31")
    refer(ny("2026-04-01 09:00"), florida(), in_person).then_rejected()


def test_without_a_licence_in_the_definition_none_is_asked_for() -> None:
    """The shipped definition names none: counsel has to supply them."""
    assert all(one.licence is None for one in MBT_G.served_states)
    unknown = florida(licence=None, licence_until=None)
    refer(ny("2026-04-01 09:00"), unknown).then_rejected()
    without_end = florida(licence_until=None)
    refer(ny("2026-04-01 09:00"), without_end).then_rejected()


def test_an_expired_licence_keeps_treatment_from_beginning() -> None:
    """Demand 22: a clinic licence that expires gates new starts."""
    waiting = Specification(PATHWAY, programme(florida(licence_until="2026-01-01")))
    begin = EnterPhase(phase="introduction")
    waiting.given(*ready()).when(begin, at=READY_AT).then_rejected("state_not_served")


def test_who_has_begun_goes_on() -> None:
    """It gates new starts and nothing else."""
    begun = Specification(PATHWAY, programme(florida())).given(*in_treatment())
    at = ny("2026-04-07 18:00")
    assert begun.when(miss("group", at), at=at).reasons == ()


def test_an_expiry_belongs_to_a_licence() -> None:
    with pytest.raises(ValidationError, match="needs the number of the licence"):
        ServedState.model_validate(florida(licence=None))
