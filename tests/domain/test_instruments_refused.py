"""What cannot be scored, and what a score says of how it came about."""

from typing import Any

import pytest
from pydantic import ValidationError

from domain.commands.pathway import RecordMeasure
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.scoring import (
    faults_of_total,
    scored_from_total,
)
from tests.domain.histories import REFERRED_AT
from tests.domain.test_instruments import all_at, codes, score_of


def codes_of_total(instrument: str, score: float, risk_item: int | None = None) -> set[str]:
    found = faults_of_total(INSTRUMENTS[instrument], score, risk_item)
    assert all(fault.message.endswith(".") for fault in found)
    return {fault.code for fault in found}


@pytest.mark.parametrize("instrument", ["rfq-8", "itq"])
def test_what_has_no_telling_total_needs_its_answers(instrument: str) -> None:
    assert codes_of_total(instrument, 1) == {"answers_needed"}


def test_a_total_that_hides_the_risk_item_is_refused() -> None:
    """Measures: an item 9 that nobody saw would raise nothing."""
    assert codes_of_total("phq-9", 12) == {"risk_item_missing"}
    assert codes_of_total("core-10", 12) == {"risk_item_missing"}
    assert codes_of_total("phq-9", 12, 0) == set()
    assert codes_of_total("phq-9", 3, 3) == set()
    assert codes_of_total("phq-9", 24, 0) == set()
    assert codes_of_total("gad-7", 12) == set()


@pytest.mark.parametrize("score", [18.8, 18.75, 18, 1.25, 38.8])
def test_a_total_may_be_prorated_where_an_item_may_be_left_out(score: float) -> None:
    assert codes_of_total("wsas", score) == set()


def test_a_core_10_is_a_sum_of_ten_items_or_of_nine() -> None:
    tenths = [score / 10 for score in range(401)]
    sums = [one for one in tenths if "score_not_whole" not in codes_of_total("core-10", one, 0)]
    of_nine = {round(score * 10 / 9, 1) for score in range(37)}
    assert set(sums) == of_nine | set(range(41))


def test_an_answer_is_a_whole_number() -> None:
    for answer in (1.5, "one", True, None):
        with pytest.raises(ValidationError):
            RecordMeasure.model_validate(
                {"measure": "core-10", "answers": {"1": answer}, "taken_at": REFERRED_AT}
            )


@pytest.mark.parametrize(
    ("instrument", "score", "risk_item", "code"),
    [
        ("phq-9", 12, -1, "answer_out_of_range"),
        ("phq-9", 27, 0, "answer_contradicts"),
        ("phq-9", 28, 0, "score_out_of_range"),
        ("phq-9", 1.5, 0, "score_not_whole"),
        ("wsas", 20.5, None, "score_not_whole"),
        ("core-10", 20.5, 0, "score_not_whole"),
        ("zan-bpd", 20.5, None, "score_not_whole"),
        ("c-ssrs", 4, None, "score_out_of_range"),
        ("gad-7", 12, 0, "no_risk_item"),
    ],
)
def test_a_total_that_cannot_be_is_refused(
    instrument: str, score: float, risk_item: int | None, code: str
) -> None:
    assert codes_of_total(instrument, score, risk_item) == {code}


@pytest.mark.parametrize(
    ("score", "risk_item", "code"),
    [
        (12, 4, "answer_out_of_range"),
        (1, 2, "answer_contradicts"),
        (27, 2, "answer_contradicts"),
        (28, 3, "score_out_of_range"),
    ],
)
def test_a_total_that_cannot_be_still_tells_of_its_risk(
    score: float, risk_item: int, code: str
) -> None:
    assert codes_of_total("phq-9", score, risk_item) == {code, "risk_not_recorded"}


def test_a_flag_of_a_total_comes_from_its_risk_item() -> None:
    scoring = scored_from_total(INSTRUMENTS["phq-9"], 3, 3).scoring
    assert scoring.answers == {"9": 3}
    assert scoring.missing_items == "total_only"
    assert [flag.source for flag in scoring.flags] == ["phq-9-item-9"]


def test_every_fault_of_answers_is_named_at_once() -> None:
    """Measures: impossible values, unknown items and missing ones."""
    answers = all_at("phq-9", 0, item_3=4, item_10=1)
    del answers["9"]
    found = {"unknown_item", "answer_out_of_range", "items_missing"}
    assert codes("phq-9", answers) == found


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_nothing_answered_is_missing(instrument: str) -> None:
    assert codes(instrument, {}) == {"items_missing"}


def test_a_score_says_how_it_came_about() -> None:
    """Measures: the version, the rule of missing items and the thresholds are kept."""
    result: dict[str, Any] = score_of("phq-9", all_at("phq-9", 1)).scoring.model_dump()
    assert result == {
        "instrument": "phq-9",
        "version": 1,
        "answers": all_at("phq-9", 1),
        "missing_items": "complete",
        "subscores": {},
        "band": "mild",
        "findings": (),
        "flags": ({"source": "phq-9-item-9", "level": None},),
        "thresholds": {"band": 5, "cut_off": 10, "phq-9-item-9": 1},
    }
