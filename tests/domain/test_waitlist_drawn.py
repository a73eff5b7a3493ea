"""What matching reads of pathways and groups."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.clinician.qualifications import Qualifications
from domain.commands.group import ReserveSeat
from domain.events.group import SessionOpened
from domain.pathway.arrangements import Benefits
from domain.patient import Coverage
from domain.programmes.definition import Definition
from domain.waitlist.drawn import open_group_of, waiting_of
from domain.waitlist.matching import reasons_against
from domain.waitlist.waiting import OpenGroup
from tests.domain.arrangements import offered, seated, waiting
from tests.domain.groups import (
    FACTS,
    FORMED_AT,
    ROBIN,
    SAM,
    also,
    formed,
    held,
    led,
    meeting,
    members,
    opened,
    patient,
    reserved,
    standing,
    tuesday,
)
from tests.domain.histories import given, ny
from tests.domain.specification import COORDINATOR, Given
from tests.domain.test_group_calendar import rule

GROUP = "group-00000000-0000-4000-8000-000000000003"
STAFF = {one: facts for one in (ROBIN, SAM) if isinstance(facts := FACTS[one], Qualifications)}


def drawn(group: Given[Any], at: datetime = FORMED_AT) -> OpenGroup | None:
    return open_group_of(GROUP, group.state, STAFF, group.context(at=at, by=COORDINATOR))


def test_a_group_offers_what_is_neither_filled_nor_reserved() -> None:
    """Demand 9: up to eight members, reservations included."""
    group = drawn(also(meeting(), *members(1, 2, 3), reserved(4)))
    assert group is not None
    assert (group.free, group.kind, group.modality) == (4, "ongoing", "virtual")
    assert group.next_session == tuesday(1)
    assert group.also_at == (tuesday(1), ny("2026-03-10 18:00"))


def test_a_group_says_when_it_meets_after_each_change_of_clocks() -> None:
    """Its own or the patients': Arizona keeps its clocks, and others change theirs."""
    there = rule(1, "18:00", zone="America/Phoenix")
    group = drawn(led().when(there).and_given())
    assert group is not None
    assert [one.astimezone(ZoneInfo("America/Phoenix")).hour for one in group.also_at] == [18, 18]
    assert [one.astimezone(ZoneInfo("America/New_York")).hour for one in group.also_at] == [20, 21]


def test_the_states_are_those_in_which_every_facilitator_is_licensed() -> None:
    """Demand 23: every facilitator must be licensed for that state on that day."""
    group = drawn(meeting())
    assert group is not None
    assert group.licensed_in == {"FL", "CA"}
    unqualified = dict.fromkeys(STAFF, Qualifications())
    none = open_group_of(GROUP, meeting().state, unqualified, meeting().context())
    assert none is not None
    assert none.licensed_in == frozenset()


def test_in_person_the_group_s_own_states_count() -> None:
    in_person = meeting(modality="in_person")
    unqualified = dict.fromkeys(STAFF, Qualifications())
    group = open_group_of(GROUP, in_person.state, unqualified, in_person.context())
    assert group is not None
    assert group.licensed_in == set(in_person.state.states)


def test_a_group_that_nobody_may_join_yet_says_why() -> None:
    """Demand 10: two facilitators before anybody joins."""
    group = meeting()
    alone = group.state.model_copy(update={"facilitators": (ROBIN,)})
    found = open_group_of(GROUP, alone, STAFF, group.context())
    assert found is not None
    assert [reason.code for reason in found.refused] == ["too_few_facilitators"]
    (waits,) = [waiting_of(patient(1), given(*waiting()).state)]
    assert waits is not None
    assert found.refused[0] in reasons_against(waits, found)


def test_a_group_that_meets_no_more_offers_nothing() -> None:
    assert drawn(formed()) is None
    assert drawn(meeting(), at=tuesday(60)) is None


def test_a_pathway_waits_until_a_seat_is_offered_or_taken() -> None:
    state = given(*waiting()).state
    found = waiting_of(patient(1), state)
    assert found is not None
    assert state.waiting is not None
    assert (found.group_kind, found.since) == (state.waiting.group_kind, state.waiting.since)
    for later in (offered(), seated()):
        assert waiting_of(patient(1), given(*later).state) is None


def test_whoever_pays_themselves_has_no_payer_to_be_taken() -> None:
    state = given(*waiting()).state
    insured = Benefits(
        payer="Optum", outcome="active", verified_at=FORMED_AT, valid_until=date(2027, 1, 1)
    )
    for benefits, payer in (
        (insured, "Optum"),
        (insured.model_copy(update={"self_pay": True}), None),
    ):
        waits = waiting_of(patient(1), state.model_copy(update={"benefits": benefits}))
        assert waits is not None
        assert waits.payer == payer


def test_until_benefits_are_verified_the_payer_is_the_one_of_the_referral() -> None:
    state = given(*waiting()).state
    assert state.referral is not None
    insured = state.referral.model_copy(update={"coverage": Coverage(payer="Cigna")})
    waits = waiting_of(patient(1), state.model_copy(update={"referral": insured}))
    assert waits is not None
    assert waits.payer == "Cigna"


def test_a_group_takes_whoever_is_in_its_phases_or_comes_to_them_next() -> None:
    """Matching proposes no group that refuses to keep the seat."""
    group = meeting()
    found = drawn(group)
    assert found is not None
    assert found.phases == ("ongoing", "discharge")
    assert found.joined_from == {"introduction", "ongoing", "discharge"}
    state = given(*waiting()).state
    waits = waiting_of(patient(1), state)
    assert waits is not None
    assert (waits.programme, waits.phase) == ("mbt-g", state.phase)
    for phase in group.context().definition.phases:
        known = {patient(1): standing(phase=phase.id)}
        asked = Given(group.specification.knowing(known), group.events).when(
            ReserveSeat(
                pathway_id=patient(1), offer=1, state="FL", until=FORMED_AT + timedelta(days=1)
            )
        )
        refused = "phase_not_served" in {one.code for one in asked.reasons}
        assert refused is (phase.id not in found.joined_from)


@pytest.mark.parametrize(("payers", "taken"), [(None, None), (["Cigna"], {"Cigna"})])
def test_a_group_takes_the_payers_that_the_programme_names(
    payers: list[str] | None, taken: set[str] | None
) -> None:
    """Demand 20: insurance verified, self-pay possible; a programme may name its payers."""
    group = meeting()
    document = group.context().definition.model_dump(mode="json")
    document["policies"]["benefits"]["payers"] = payers
    context = replace(group.context(), programme=Definition.model_validate(document))
    found = open_group_of(GROUP, group.state, STAFF, context)
    assert found is not None
    assert found.payers == taken


def test_a_payer_is_named_once() -> None:
    document = meeting().context().definition.model_dump(mode="json")
    document["policies"]["benefits"]["payers"] = ["Cigna", "CIGNA"]
    with pytest.raises(ValidationError, match="a payer is named twice"):
        Definition.model_validate(document)


@pytest.mark.parametrize("met", [False, True])
def test_seats_are_offered_to_no_more_than_may_join_this_week(met: bool) -> None:
    """Demand 9: joiners staggered, at most two a week."""
    held = SessionOpened(
        at=tuesday(1),
        session=1,
        starts_at=tuesday(1),
        clinicians=(ROBIN, SAM),
        admitted=(),
        not_admitted=(),
    )
    group = drawn(also(meeting(), *([held] if met else [])), at=tuesday(1) + timedelta(hours=2))
    assert group is not None
    assert group.free == (2 if met else 8)


def test_an_introduction_that_has_begun_says_so_to_whoever_waits() -> None:
    """Demand 4: an introduction is joined before its second session."""
    cohort = meeting("introduction")
    begun = also(cohort, *(one for n in (1, 2) for one in (opened(session=n), held(n))))
    group = drawn(begun, at=tuesday(2) + timedelta(hours=2))
    assert group is not None
    assert [reason.code for reason in group.refused] == ["joining_closed"]
