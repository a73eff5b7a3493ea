"""Whatever is answered: scores stay in range, and more is never less."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.change import change
from domain.instruments.instrument import Instrument, Item
from domain.instruments.scoring import faults_of_answers, scored, scored_from_total
from domain.risk import Source

CERTAIN_LOINC = {
    "phq-9": {
        *("44249-1", "44261-6", "44250-9", "44255-8", "44259-0", "44254-1", "44251-7"),
        *("44258-2", "44252-5", "44253-3", "44260-8"),
    },
    "gad-7": {
        *("69737-5", "70274-6", "69725-0", "68509-9", "69733-4", "69734-2", "69735-9"),
        *("69689-8", "69736-7"),
    },
    "c-ssrs": {"93374-7"},
}
WORDED = {"phq-9", "gad-7", "pcl-5"}

instruments = st.sampled_from(list(INSTRUMENTS.values()))
summed = st.sampled_from([one for one in INSTRUMENTS.values() if one.id not in ("rfq-8", "c-ssrs")])


@st.composite
def answered(draw: st.DrawFn, instrument: Instrument) -> dict[str, int]:
    """Answers without faults: to all that is asked, from the first question on."""
    answers: dict[str, int] = {}
    for item in instrument.items:
        if item.asked_if is None or answers.get(item.asked_if):
            answers[item.id] = draw(st.integers(item.lowest, item.highest))
    return answers


@given(st.data(), instruments)
def test_complete_answers_have_a_score_in_range(data: st.DataObject, known: Instrument) -> None:
    answers = data.draw(answered(known))
    assert faults_of_answers(known, answers) == []
    score, scoring = scored(known, answers)
    assert known.lowest <= score <= known.highest
    assert scoring.missing_items == "complete"
    assert (scoring.instrument, scoring.version) == (known.id, known.version)
    assert all(value >= 0 for value in scoring.subscores.values())


@given(st.data(), summed)
def test_a_worse_answer_never_lowers_a_score(data: st.DataObject, known: Instrument) -> None:
    answers = data.draw(answered(known))
    item = data.draw(st.sampled_from(known.items))
    worse = answers | {item.id: _worse(item, answers[item.id])}
    assert scored(known, worse).score >= scored(known, answers).score
    assert len(scored(known, worse).scoring.findings) >= len(
        scored(known, answers).scoring.findings
    )


def _worse(item: Item, answer: int) -> int:
    return max(item.lowest, answer - 1) if item.reverse else min(item.highest, answer + 1)


@given(st.data(), instruments)
def test_a_total_from_paper_means_what_the_answers_mean(
    data: st.DataObject, known: Instrument
) -> None:
    if not known.takes_total:
        return
    answers = data.draw(answered(known))
    score, scoring = scored(known, answers)
    risk_item = answers[known.risk_item.item] if known.risk_item else None
    again = scored_from_total(known, score, risk_item).scoring
    assert (again.band, again.flags) == (scoring.band, scoring.flags)
    assert set(again.findings) <= set(scoring.findings)


@given(st.data(), instruments)
def test_any_answers_at_all_are_scored_or_refused(data: st.DataObject, known: Instrument) -> None:
    names = st.sampled_from([item.id for item in known.items] + ["0", "nonsense"])
    answers = data.draw(st.dictionaries(names, st.integers(-1, 9)))
    if not faults_of_answers(known, answers):
        assert known.lowest <= scored(known, answers).score <= known.highest


@given(st.data(), instruments)
def test_change_is_reliable_in_one_direction_at_most(
    data: st.DataObject, known: Instrument
) -> None:
    scores = st.floats(known.lowest, known.highest)
    before, after = data.draw(scores), data.draw(scores)
    there = change(before, after, known.change, known.cut_off).change_class
    back = change(after, before, known.change, known.cut_off).change_class
    assert (there is None) == (known.change is None)
    assert (there == "deteriorated") == (back in ("improved", "recovered"))
    assert (there == "unchanged") == (back == "unchanged")


def test_every_way_through_the_c_ssrs_is_triaged_by_its_worst_answer() -> None:
    """All 128 combinations; a level may be higher by one more yes, never lower."""
    c_ssrs = INSTRUMENTS["c-ssrs"]
    accepted = []
    for values in product((0, 1), repeat=len(c_ssrs.items)):
        answers = dict(zip((item.id for item in c_ssrs.items), values, strict=True))
        if not faults_of_answers(c_ssrs, answers):
            accepted.append(answers)
            score = scored(c_ssrs, answers).score
            high = answers["4"] or answers["5"] or answers["6-lately"]
            moderate = answers["3"] or answers["6"]
            low = answers["1"] or answers["2"]
            assert score == (3 if high else 2 if moderate else 1 if low else 0)
    assert len(accepted) == 2 * (1 + 8) * 3


@pytest.mark.parametrize("known", INSTRUMENTS.values(), ids=lambda known: known.id)
def test_each_instrument_names_its_sources(known: Instrument) -> None:
    assert known.source
    assert known.missing_items.source
    assert known.change is None or known.change.source


@pytest.mark.parametrize("known", INSTRUMENTS.values(), ids=lambda known: known.id)
def test_wording_is_shipped_only_where_the_licence_is_clear(known: Instrument) -> None:
    assert (known.wording is not None) == (known.id in WORDED)
    if known.wording:
        assert known.wording.notice
        assert all(
            len(known.wording.choices) == item.highest - item.lowest + 1 for item in known.items
        )


@pytest.mark.parametrize("known", INSTRUMENTS.values(), ids=lambda known: known.id)
def test_only_certain_codes_are_given(known: Instrument) -> None:
    codes = {known.loinc.panel, known.loinc.total, *known.loinc.items.values()} - {None}
    assert codes == CERTAIN_LOINC.get(known.id, set())


@pytest.mark.parametrize("known", INSTRUMENTS.values(), ids=lambda known: known.id)
def test_the_parts_of_an_instrument_fit_together(known: Instrument) -> None:
    ids = [item.id for item in known.items]
    assert len(ids) == len(set(ids))
    starts = [band.starts_at for band in known.bands]
    assert starts == sorted(starts)
    assert starts[:1] in ([], [known.lowest])
    assert set(known.loinc.items) <= set(ids)
    assert known.risk_item is None or known.risk_item.item in ids
    assert known.risk_item is None or known.risk_item.source in get_args(Source)
