"""Change since the first score: more than chance, recovery, response."""

import pytest

from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.change import Change, change


def changed(instrument: str, baseline: float, score: float) -> Change:
    known = INSTRUMENTS[instrument]
    return change(baseline, score, known.change, known.cut_off)


@pytest.mark.parametrize(
    ("instrument", "points"),
    [("phq-9", 6), ("gad-7", 4), ("pcl-5", 10), ("core-10", 6)],
)
def test_reliable_change_begins_at_so_many_points(instrument: str, points: int) -> None:
    """Measures: PHQ-9 6, GAD-7 4, PCL-5 10, CORE-10 6."""
    assert changed(instrument, 26, 26 - points).change_class == "improved"
    assert changed(instrument, 14, 15 - points).change_class == "unchanged"
    assert changed(instrument, 4, 3 + points).change_class == "unchanged"
    worse = changed(instrument, 4, 4 + points)
    assert worse.change_class == "deteriorated"
    assert worse.thresholds["reliable"] == points


@pytest.mark.parametrize(
    ("baseline", "score", "found"),
    [(15, 9, "recovered"), (16, 10, "improved"), (10, 9, "unchanged"), (9, 2, "improved")],
)
def test_who_recovers_improves_reliably_and_is_no_probable_case_any_more(
    baseline: float, score: float, found: str
) -> None:
    """Measures: Jacobson and Truax 1991: both, or it is less."""
    assert changed("phq-9", baseline, score).change_class == found


@pytest.mark.parametrize("instrument", ["bsl-23", "zan-bpd", "itq", "c-ssrs", "rfq-8", "wsas"])
def test_without_a_published_threshold_nothing_is_said(instrument: str) -> None:
    found = changed(instrument, 0, 3)
    assert found.change_class is None
    assert "reliable" not in found.thresholds


@pytest.mark.parametrize(
    ("baseline", "score", "below"),
    [(10, 9, True), (10, 10, False), (9, 2, None), (27, 9, True)],
)
def test_recovery_is_from_a_probable_case_to_none(
    baseline: float, score: float, below: bool | None
) -> None:
    """NHS Talking Therapies: from 10 or more on the PHQ-9 to below."""
    assert changed("phq-9", baseline, score).below_cut_off is below


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
    assert changed("core-10", 17.8, 11.8).change_class == "improved"
    assert changed("core-10", 17.8, 11.8).difference == -6
    assert changed("core-10", 17.8, 11.9).change_class == "unchanged"
