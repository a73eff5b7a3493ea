"""What the safety board is made of, without a browser."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.on_call.chain import Chain, Substitution
from projections.safety.reading import Escalated
from web.pages.safety_board_rows import by_level, on_call, risk, summary

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
MINE = "clinician-00000000-0000-4000-8000-000000000001"

FLAGGED = Escalated(
    escalation_id="escalation-00000000-0000-4000-8000-000000000009",
    pathway_id="pathway-00000000-0000-4000-8000-000000000009",
    programme="mbt-g@1",
    level="high",
    status="open",
    source="phq-9-item-9",
    flags=1,
    opened_at=NOW - timedelta(minutes=5),
    flagged_at=NOW - timedelta(minutes=5),
    acknowledge_by=NOW + timedelta(minutes=10),
    acknowledged_at=None,
    acknowledged_by=None,
    responsible=MINE,
    contact_by=NOW + timedelta(minutes=55),
    contacted_at=None,
    visit_by=None,
    visited_at=None,
    resolve_by=NOW + timedelta(days=7),
    resolved_at=None,
    due_at=NOW + timedelta(minutes=10),
    attempts=0,
    overdue=(),
    formulated=None,
    disposition=None,
    plan_reviewed=None,
    patient_name="Ives, Ada",
)


def test_what_nobody_has_acknowledged_is_taken_on_by_one_click_of_a_clinician() -> None:
    assert risk(FLAGGED, {}, NOW, MINE).take_on == (
        f"/do/{FLAGGED.escalation_id}/acknowledge?by={MINE}"
    )
    assert risk(FLAGGED, {}, NOW, None).take_on is None
    taken = replace(FLAGGED, acknowledged_by=MINE, acknowledged_at=NOW)
    assert risk(taken, {}, NOW, MINE).take_on is None


def test_every_response_has_its_clock_until_it_is_met() -> None:
    taken = replace(FLAGGED, acknowledged_by=MINE, acknowledged_at=NOW)

    before = risk(FLAGGED, {}, NOW, None).responses
    after = risk(taken, {}, NOW, None).responses

    assert [(one.title, one.clock is None) for one in before] == [
        ("Acknowledge", False),
        ("Contact", False),
        ("Resolve", False),
    ]
    assert after[0].clock is None
    assert after[0].met_at == NOW


def test_before_anybody_was_called_acknowledging_is_overdue_at_once() -> None:
    uncalled = risk(replace(FLAGGED, acknowledge_by=None), {}, NOW, None)

    clock = uncalled.responses[0].clock
    assert clock
    assert clock.pace == "over"


def test_a_plan_that_was_reviewed_though_there_is_none_is_not_missing() -> None:
    reviewed = risk(replace(FLAGGED, plan_reviewed=0), {}, NOW, None)

    assert reviewed.missing == ("Formulate the risk", "Record what is arranged")


def test_levels_stand_in_falling_order_and_only_those_that_are_there() -> None:
    low = risk(replace(FLAGGED, level="low"), {}, NOW, None)
    high = risk(FLAGGED, {}, NOW, None)

    assert [one.level for one in by_level([low, high])] == ["high", "low"]


def test_the_summary_counts_what_waits_and_what_is_late() -> None:
    late = risk(replace(FLAGGED, due_at=NOW - timedelta(minutes=1)), {}, NOW, None)

    assert summary([], NOW) == "No escalation is open."
    assert summary([late, risk(FLAGGED, {}, NOW, None)], NOW) == (
        "2 open: 2 not taken on yet, 1 past a limit."
    )


def test_who_stands_in_is_called_in_the_place_of_the_absent() -> None:
    away = Substitution(absent="a", instead="c", since=NOW, until=NOW + timedelta(days=1))
    chain = Chain(clinicians=("a", "b"), supervisor="s", stand_ins=(away,))

    assert on_call("MBT-G", chain, {}, NOW).names == ("C", "B")
    assert on_call("MBT-G", chain, {}, NOW - timedelta(hours=1)).names == ("A", "B")
