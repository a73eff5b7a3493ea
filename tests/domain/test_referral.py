"""Who may enter: adults, alive, living in a state that is served on that day."""

from datetime import date, datetime

import pytest

from domain.commands.pathway import Refer
from domain.events.base import Event
from domain.events.pathway import MeasuresFellDue, PhaseEntered, Referred
from domain.events.timetable import PlannedMeasures
from domain.pathway import PATHWAY
from domain.programmes.definition import Definition
from tests.domain.histories import (
    BASELINE,
    MBT_G,
    PATIENT,
    REFERRAL,
    REFERRED_AT,
    WEEK,
    closed,
    given,
    mbt_g_document,
    ny,
    referred,
)
from tests.domain.specification import Specification


def refer(**patient: object) -> Refer:
    someone = PATIENT.model_copy(update=patient)
    return Refer(programme="mbt-g@1", referral=REFERRAL.model_copy(update={"patient": someone}))


def test_a_referral_opens_the_assessment_and_asks_for_the_baseline() -> None:
    given().when(refer(), at=REFERRED_AT).then(*referred())


def test_a_former_patient_s_pathway_says_which_was_their_last() -> None:
    """A re-referral is a pathway of its own, which leads back to the one before."""
    former = "pathway-1a2b3c4d-5e6f-4708-9182-736455463728"
    again = refer().model_copy(update={"former_pathway": former})
    begun = given().when(again, at=REFERRED_AT)
    assert begun.events[0] == referred()[0].model_copy(update={"former_pathway": former})
    begun.then_state(former_pathway=former)
    assert given(*referred()).state.former_pathway is None


def test_the_baseline_never_expires() -> None:
    found = [one.kind for one in given(*referred()).deadlines()]
    assert found == ["measures_overdue", "disengagement_review"]


def test_a_programme_without_baseline_asks_for_none() -> None:
    document = mbt_g_document()
    document["measure_schedule"]["baseline"] = []
    specification = Specification(PATHWAY, Definition.model_validate(document))
    specification.given().when(refer(), at=REFERRED_AT).then_happened(Referred, PhaseEntered)


def test_somebody_who_turns_18_today_is_an_adult() -> None:
    """Demand 14: 18 or older."""
    birthday = given().when(refer(birth_date=date(2008, 1, 5)), at=REFERRED_AT)
    birthday.then_happened(Referred, PhaseEntered, MeasuresFellDue)


def test_somebody_who_turns_18_tomorrow_is_not() -> None:
    """Demand 14: adults only."""
    given().when(refer(birth_date=date(2008, 1, 6)), at=REFERRED_AT).then_rejected("under_18")


@pytest.mark.parametrize(
    ("now", "codes"),
    [(ny("2026-01-05 23:59"), ["under_18"]), (ny("2026-01-06 00:00"), [])],
)
def test_the_birthday_begins_at_midnight_in_the_zone_of_the_programme(
    now: datetime, codes: list[str]
) -> None:
    given().when(refer(birth_date=date(2008, 1, 6)), at=now).then_rejected(*codes)


@pytest.mark.parametrize(
    ("now", "codes"),
    [(ny("2026-02-28 12:00"), ["under_18"]), (ny("2026-03-01 00:00"), [])],
)
def test_somebody_born_on_29_february_comes_of_age_on_1_march(
    now: datetime, codes: list[str]
) -> None:
    given().when(refer(birth_date=date(2008, 2, 29)), at=now).then_rejected(*codes)


def test_an_unborn_patient_is_no_adult() -> None:
    given().when(refer(birth_date=date(9999, 12, 31)), at=REFERRED_AT).then_rejected("under_18")


def test_a_patient_who_has_died_is_refused() -> None:
    given().when(refer(deceased=True), at=REFERRED_AT).then_rejected("deceased")


@pytest.mark.parametrize("state", ["NY", "fl", "Florida", "XX"])
def test_a_state_that_is_not_served_is_refused(state: str) -> None:
    given().when(refer(state=state), at=REFERRED_AT).then_rejected("state_not_served")


@pytest.mark.parametrize(
    ("now", "codes"),
    [
        (ny("2025-12-31 23:59"), ["state_not_served"]),
        (ny("2026-01-01 00:00"), []),
        (ny("2026-01-31 23:59"), []),
        (ny("2026-02-01 00:00"), ["state_not_served"]),
    ],
)
def test_a_state_is_served_from_its_first_to_its_last_day(now: datetime, codes: list[str]) -> None:
    document = mbt_g_document()
    document["served_states"] = [
        {"state": "TX", "services": ["virtual"], "since": "2026-01-01", "until": "2026-01-31"}
    ]
    specification = Specification(PATHWAY, Definition.model_validate(document))
    specification.given().when(refer(state="TX"), at=now).then_rejected(*codes)


def test_every_reason_is_named_at_once() -> None:
    wrong = refer(deceased=True, birth_date=date(2020, 1, 1), state="NY").model_copy(
        update={"programme": "mbt-g@2"}
    )
    given().when(wrong, at=REFERRED_AT).then_rejected(
        "deceased", "under_18", "state_not_served", "other_programme"
    )


@pytest.mark.parametrize("events", [referred(), closed()])
def test_the_same_referral_opens_no_second_pathway(events: tuple[Event, ...]) -> None:
    given(*events).when(refer()).then_rejected("duplicate")


def test_the_baseline_holds_what_the_programme_lists() -> None:
    events = given().when(refer(), at=REFERRED_AT).events
    expected = PlannedMeasures(occasion="baseline", measures=BASELINE, due_at=REFERRED_AT)
    overdue_at = REFERRED_AT + WEEK
    assert events[-1] == MeasuresFellDue(at=REFERRED_AT, planned=expected, overdue_at=overdue_at)
    assert MBT_G.measure_schedule.baseline == BASELINE
