"""Change since the first score: more than chance, recovery, response."""

import pytest

from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.change import Change, change


def changed(instrument: str, baseline: float, score: float) -> Change:
    return change(INSTRUMENTS[instrument], baseline, score)


@pytest.mark.parametrize(
    ("instrument", "points"),
    [("phq-9", 6), ("gad-7", 4), ("pcl-5", 10), ("wsas", 8), ("core-10", 6)],
)
def test_reliable_change_begins_at_so_many_points(instrument: str, points: int) -> None:
    """Measures: PHQ-9 6, GAD-7 4, PCL-5 10, WSAS 8, CORE-10 6."""
    better, almost = changed(instrument, 14, 14 - points), changed(instrument, 14, 15 - points)
    assert (better.reliably_improved, better.reliably_deteriorated) == (True, False)
    assert (almost.reliably_improved, almost.reliably_deteriorated) == (False, False)
    worse = changed(instrument, 4, 4 + points)
    assert (worse.reliably_improved, worse.reliably_deteriorated) == (False, True)
    assert worse.thresholds["reliable"] == points


@pytest.mark.parametrize("instrument", ["bsl-23", "zan-bpd", "itq", "c-ssrs", "rfq-8"])
def test_without_a_published_threshold_nothing_is_said(instrument: str) -> None:
    found = changed(instrument, 0, 3)
    assert found == Change(baseline=0, score=3, difference=3)


@pytest.mark.parametrize(
    ("baseline", "score", "recovered"),
    [(10, 9, True), (10, 10, False), (9, 2, None), (27, 9, True)],
)
def test_recovery_is_from_a_probable_case_to_none(
    baseline: float, score: float, recovered: bool | None
) -> None:
    """NHS Talking Therapies: from 10 or more on the PHQ-9 to below."""
    assert changed("phq-9", baseline, score).recovered is recovered


@pytest.mark.parametrize(
    ("baseline", "score", "responded"), [(20, 10, True), (20, 11, False), (0, 0, None)]
)
def test_response_to_the_phq_9_is_half_of_the_first_score(
    baseline: float, score: float, responded: bool | None
) -> None:
    """Measures: response is at least 50 %."""
    assert changed("phq-9", baseline, score).responded is responded
    assert changed("gad-7", baseline, score).responded is None


def test_a_prorated_score_changes_by_tenths() -> None:
    assert changed("core-10", 17.8, 11.8).reliably_improved
    assert changed("core-10", 17.8, 11.8).difference == -6
    assert not changed("core-10", 17.8, 11.9).reliably_improved
