"""A session that a patient at risk misses is a flag itself."""

from datetime import timedelta
from typing import Any

import pytest

from domain.events.pathway import (
    PathwayEvent,
    SessionRecorded,
    TaskOpened,
)
from domain.events.safety import RiskRaised, RiskSignalled
from domain.pathway import PATHWAY
from domain.risk import FormulatedLevel, Source
from tests.domain.histories import (
    ONGOING_AT,
    WEEK,
    attend,
    given,
    in_ongoing,
    miss,
)
from tests.domain.specification import of_type
from tests.domain.test_safety import FLAGGED_AT, NEXT_GROUP, at_risk, resolution, safety_policies


def resolved(level: FormulatedLevel = "low") -> tuple[PathwayEvent, ...]:
    return (*at_risk(), resolution(level))


def flags_of(events: tuple[Any, ...]) -> list[Source]:
    return [one.source for one in events if isinstance(one, RiskRaised | RiskSignalled)]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        (in_ongoing(), []),
        (at_risk("low"), ["no_show"]),
        (at_risk("high"), ["no_show"]),
        (resolved("none"), []),
        (resolved("moderate"), []),
        (resolved("high"), ["no_show"]),
    ],
    ids=["none", "open-low", "open-high", "was-none", "was-moderate", "was-high"],
)
def test_a_missed_session_of_a_patient_at_risk_is_a_flag(
    history: tuple[PathwayEvent, ...], expected: list[Source]
) -> None:
    """Safety: opened by a high-risk no-show."""
    done = given(*history).when(miss("group", NEXT_GROUP), at=NEXT_GROUP + WEEK)
    done._accepted()
    assert flags_of(done.events) == expected


def test_a_no_show_counts_as_high_as_the_risk_is() -> None:
    done = given(*resolved("high")).when(miss("group", NEXT_GROUP), at=NEXT_GROUP)
    (raised,) = of_type(done.events, RiskRaised)
    assert (raised.level, raised.at, raised.flag) == ("high", NEXT_GROUP, 2)


def test_a_programme_says_from_which_risk_on_a_no_show_is_a_flag() -> None:
    """Policy: from high on, unless the programme says otherwise."""
    wary = given(*resolved("moderate")).specification.__class__(
        PATHWAY, safety_policies(no_show_from="moderate")
    )
    done = wary.given(*resolved("moderate")).when(miss("group", NEXT_GROUP), at=NEXT_GROUP)
    assert flags_of(done.events) == ["no_show"]


def test_who_came_or_was_excused_is_no_no_show() -> None:
    came = given(*at_risk()).when(attend("group", NEXT_GROUP), at=NEXT_GROUP)
    excused = miss("group", NEXT_GROUP, notice_at=NEXT_GROUP - WEEK)
    assert flags_of(came.events) == []
    assert flags_of(given(*at_risk()).when(excused, at=NEXT_GROUP).events) == []


def test_a_session_missed_before_the_risk_was_flagged_is_no_flag() -> None:
    missed_before = miss("individual", ONGOING_AT + timedelta(hours=2))
    done = given(*at_risk()).when(missed_before, at=FLAGGED_AT)
    done.then_happened(SessionRecorded, TaskOpened)


def test_a_session_in_the_minute_of_the_flag_counts() -> None:
    done = given(*at_risk("high")).when(miss("group", FLAGGED_AT), at=NEXT_GROUP)
    assert flags_of(done.events) == ["no_show"]
