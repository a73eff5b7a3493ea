"""Instruments scored as their authors published it: the published examples, by instrument."""

from collections.abc import Mapping

import pytest

from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.scoring import (
    AT_CUT_OFF,
    Scored,
    faults_of_answers,
    scored,
    scored_from_total,
)


def all_at(instrument: str, answer: int, **other: int) -> dict[str, int]:
    """The same answer to every item, but for some (`item_3=1`)."""
    answers = {item.id: answer for item in INSTRUMENTS[instrument].items}
    return answers | {item.removeprefix("item_"): value for item, value in other.items()}


def first(instrument: str, *answers: int) -> dict[str, int]:
    """Answers to the first items, none to the others: a no, or the lowest."""
    items = INSTRUMENTS[instrument].items
    given = {item.id: answer for item, answer in zip(items, answers, strict=False)}
    return {item.id: item.lowest for item in items} | given


def score_of(instrument: str, answers: Mapping[str, int]) -> Scored:
    known = INSTRUMENTS[instrument]
    assert faults_of_answers(known, answers) == []
    return scored(known, answers)


def codes(instrument: str, answers: Mapping[str, int]) -> set[str]:
    found = faults_of_answers(INSTRUMENTS[instrument], answers)
    assert all(fault.message.endswith(".") for fault in found)
    return {fault.code for fault in found}


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately_severe"),
        (19, "moderately_severe"),
        (20, "severe"),
        (27, "severe"),
    ],
)
def test_phq_9_bands_begin_at_5_10_15_and_20(total: int, band: str) -> None:
    """Kroenke, Spitzer and Williams 2001, severity: 0-4, 5-9, 10-14, 15-19, 20-27."""
    twos_and_ones = first("phq-9", *[3] * (total // 3), total % 3)
    result = score_of("phq-9", twos_and_ones)
    assert (result.score, result.scoring.band) == (total, band)
    assert (AT_CUT_OFF in result.scoring.findings) == (total >= 10)


@pytest.mark.parametrize(("answer", "flagged"), [(0, False), (1, True), (2, True), (3, True)])
def test_item_9_of_the_phq_9_flags_at_any_total(answer: int, flagged: bool) -> None:
    """Measures: item 9 of at least 1 flags, whatever the total."""
    scoring = score_of("phq-9", all_at("phq-9", 0, item_9=answer)).scoring
    assert [flag.source for flag in scoring.flags] == ["phq-9-item-9"] * flagged
    assert scoring.thresholds["phq-9-item-9"] == 1


@pytest.mark.parametrize(
    ("total", "band"),
    [(4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"), (15, "severe")],
)
def test_gad_7_bands_begin_at_5_10_and_15(total: int, band: str) -> None:
    """Spitzer, Kroenke, Williams and Löwe 2006: 5, 10 and 15."""
    result = score_of("gad-7", first("gad-7", *[3] * (total // 3), total % 3))
    assert (result.score, result.scoring.band) == (total, band)
    assert (AT_CUT_OFF in result.scoring.findings) == (total >= 8)


def pcl_5(**endorsed: int) -> dict[str, int]:
    """So many items of each cluster rated "moderately", from its first one on."""
    starts = {"b": 1, "c": 6, "d": 8, "e": 15}
    rated = {
        str(starts[cluster] + offset): 2
        for cluster, count in endorsed.items()
        for offset in range(count)
    }
    return all_at("pcl-5", 0) | rated


@pytest.mark.parametrize(
    ("endorsed", "provisional"),
    [
        ({"b": 1, "c": 1, "d": 2, "e": 2}, True),
        ({"b": 0, "c": 1, "d": 2, "e": 2}, False),
        ({"b": 1, "c": 0, "d": 2, "e": 2}, False),
        ({"b": 1, "c": 1, "d": 1, "e": 2}, False),
        ({"b": 1, "c": 1, "d": 2, "e": 1}, False),
        ({"b": 5, "c": 2, "d": 7, "e": 6}, True),
    ],
)
def test_pcl_5_finds_ptsd_by_one_one_two_and_two_symptoms(
    endorsed: dict[str, int], provisional: bool
) -> None:
    """Weathers et al. 2013: an item rated 2 or more is a symptom; 1 B, 1 C, 2 D and 2 E."""
    result = score_of("pcl-5", pcl_5(**endorsed))
    assert ("provisional_ptsd" in result.scoring.findings) == provisional
    assert result.scoring.subscores == {
        f"cluster_{cluster}": 2 * count for cluster, count in endorsed.items()
    }
    assert result.score == 2 * sum(endorsed.values())


def test_a_symptom_of_the_pcl_5_is_rated_moderately_at_least() -> None:
    a_little_bit = score_of("pcl-5", all_at("pcl-5", 1))
    assert (a_little_bit.score, a_little_bit.scoring.findings) == (20, ())
    assert a_little_bit.scoring.thresholds["symptom"] == 2


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (30, "below_cut_off"),
        (31, "around_cut_off"),
        (33, "around_cut_off"),
        (34, "above_cut_off"),
        (80, "above_cut_off"),
    ],
)
def test_the_cut_off_of_the_pcl_5_lies_between_31_and_33(total: int, band: str) -> None:
    """Bovin et al. 2016."""
    assert scored_from_total(INSTRUMENTS["pcl-5"], total, None).scoring.band == band


C_SSRS = {"1": 0, "2": 0, "6": 0}
THOUGHTS = {"1": 1, "2": 1, "3": 0, "4": 0, "5": 0, "6": 0}


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        (C_SSRS, None),
        (C_SSRS | {"1": 1}, "low"),
        (THOUGHTS, "low"),
        (THOUGHTS | {"1": 0}, "low"),
        (THOUGHTS | {"3": 1}, "moderate"),
        (C_SSRS | {"6": 1, "6-lately": 0}, "moderate"),
        (THOUGHTS | {"4": 1}, "high"),
        (THOUGHTS | {"3": 1, "5": 1}, "high"),
        (C_SSRS | {"6": 1, "6-lately": 1}, "high"),
        (C_SSRS | {"1": 1, "6": 1, "6-lately": 0}, "moderate"),
        (C_SSRS | {"3": 0, "4": 0, "5": 0, "6-lately": 0}, None),
    ],
)
def test_c_ssrs_triage(answers: dict[str, int], level: str | None) -> None:
    """Safety: low is 1 or 2 only; moderate 3, or 6 ever; high 4, 5, or 6 within three months."""
    result = score_of("c-ssrs", answers)
    assert [flag.level for flag in result.scoring.flags] == ([level] if level else [])
    assert result.scoring.band == (level or "none")
    assert result.scoring.missing_items == "complete"


def test_a_no_to_question_2_skips_to_question_6() -> None:
    """Safety: without question 2, questions 3 to 5 are not asked; with it they are."""
    assert codes("c-ssrs", C_SSRS) == set()
    assert codes("c-ssrs", C_SSRS | {"2": 1}) == {"items_missing", "risk_not_recorded"}
    assert codes("c-ssrs", C_SSRS | {"4": 1}) == {"answer_contradicts", "risk_not_recorded"}
    assert codes("c-ssrs", {"1": 0, "2": 0}) == {"items_missing"}
    assert codes("c-ssrs", C_SSRS | {"6": 1}) == {"items_missing", "risk_not_recorded"}
    assert codes("c-ssrs", C_SSRS | {"6-lately": 1}) == {"answer_contradicts", "risk_not_recorded"}


@pytest.mark.parametrize(
    ("instrument", "answers", "code"),
    [
        ("phq-9", {"1": 1, "9": 3}, "items_missing"),
        ("phq-9", {str(item): 1 for item in range(1, 10)} | {"2": 7}, "answer_out_of_range"),
        ("core-10", {"6": 1}, "items_missing"),
        ("c-ssrs", {"1": 1}, "items_missing"),
    ],
)
def test_a_form_that_cannot_be_recorded_still_tells_of_its_risk(
    instrument: str, answers: dict[str, int], code: str
) -> None:
    """Safety: a flag never goes unheard because another item is missing or wrong."""
    assert codes(instrument, answers) == {code, "risk_not_recorded"}
    harmless = dict.fromkeys(answers, 0) | {"x": 0}
    assert "risk_not_recorded" not in codes(instrument, harmless)


def test_a_question_that_was_not_asked_has_no_answer() -> None:
    assert score_of("c-ssrs", C_SSRS | {"3": 0}).scoring.answers == C_SSRS


@pytest.mark.parametrize(
    ("level", "flagged"), [(0, None), (1, "low"), (2, "moderate"), (3, "high")]
)
def test_a_level_from_paper_flags_as_the_answers_would(level: int, flagged: str | None) -> None:
    scoring = scored_from_total(INSTRUMENTS["c-ssrs"], level, None).scoring
    assert [(flag.source, flag.level) for flag in scoring.flags] == (
        [("c-ssrs", flagged)] if flagged else []
    )


PTSD = {"p1": 2, "p4": 2, "p5": 2, "p8": 2}
DISTURBED_SELF = {"c2": 2, "c3": 2, "c6": 2, "c7": 2}


def itq(endorsed: Mapping[str, int]) -> tuple[str, ...]:
    return score_of("itq", all_at("itq", 1) | dict(endorsed)).scoring.findings


def test_itq_finds_ptsd_by_one_of_two_in_each_cluster_and_impairment() -> None:
    """Cloitre et al. 2018: re-experiencing, avoidance, sense of threat, and impairment."""
    assert itq(PTSD) == ("ptsd",)
    for symptom in PTSD:
        assert itq({**PTSD, symptom: 1}) == ()


def test_complex_ptsd_replaces_ptsd() -> None:
    """Cloitre et al. 2018: nobody has both; without PTSD there is no complex PTSD."""
    assert itq({**PTSD, **DISTURBED_SELF}) == ("cptsd",)
    assert itq(DISTURBED_SELF) == ()
    for symptom in DISTURBED_SELF:
        assert itq({**PTSD, **DISTURBED_SELF, symptom: 1}) == ("ptsd",)


def test_itq_sums_symptoms_and_not_impairment() -> None:
    result = score_of("itq", all_at("itq", 4))
    assert result.score == 48
    assert result.scoring.subscores["ptsd"] == 24
    assert result.scoring.subscores["disturbances_in_self_organisation"] == 24
    assert result.scoring.subscores["avoidance"] == 8


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (9, "subclinical"),
        (10, "significant"),
        (20, "significant"),
        (21, "severe"),
    ],
)
def test_wsas_bands(total: int, band: str) -> None:
    """Mundt et al. 2002: below 10, 10 to 20, above 20."""
    assert score_of("wsas", first("wsas", *[8] * (total // 8), total % 8)).scoring.band == band


def test_whoever_does_not_work_leaves_one_item_of_the_wsas_out() -> None:
    """NHS Data Dictionary: the mean of the others stands for one item; two are too many."""
    retired = all_at("wsas", 4, item_5=3)
    del retired["1"]
    result = score_of("wsas", retired)
    assert (result.score, result.scoring.missing_items) == (18.8, "prorated")
    assert result.scoring.version == 2
    del retired["2"]
    assert codes("wsas", retired) == {"items_missing"}


@pytest.mark.parametrize(
    ("total", "mean", "band"),
    [
        (0, 0, "none_or_low"),
        (6, 0.26, "none_or_low"),
        (7, 0.3, "mild"),
        (24, 1.04, "mild"),
        (25, 1.09, "moderate"),
        (42, 1.83, "moderate"),
        (43, 1.87, "high"),
        (62, 2.7, "very_high"),
        (80, 3.48, "extremely_high"),
        (92, 4, "extremely_high"),
    ],
)
def test_bsl_23_is_a_mean_in_six_bands(total: int, mean: float, band: str) -> None:
    """Bohus et al. 2009 for the mean; Kleindienst et al. 2020 for the bands."""
    result = score_of("bsl-23", first("bsl-23", *[4] * (total // 4), total % 4))
    assert (result.score, result.scoring.band) == (mean, band)
    assert scored_from_total(INSTRUMENTS["bsl-23"], mean, None).scoring.band == band


def test_zan_bpd_sums_nine_criteria() -> None:
    """Zanarini et al. 2003: nine criteria, each 0 to 4, together 0 to 36."""
    assert score_of("zan-bpd", all_at("zan-bpd", 4)).score == 36
    assert score_of("zan-bpd", all_at("zan-bpd", 1)).scoring.band is None


def test_core_10_turns_its_two_positive_items() -> None:
    """Barkham et al. 2013: "someone to turn to" and "able to cope" count the other way round."""
    assert score_of("core-10", all_at("core-10", 0)).score == 8
    assert score_of("core-10", all_at("core-10", 0, item_2=4, item_3=4)).score == 0
    assert score_of("core-10", all_at("core-10", 4, item_2=0, item_3=0)).score == 40


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (5, "healthy"),
        (5.6, "healthy"),
        (6, "low"),
        (10, "low"),
        (11, "mild"),
        (15, "moderate"),
        (20, "moderately_severe"),
        (25, "severe"),
    ],
)
def test_the_cut_off_of_the_core_10_is_11(total: float, band: str) -> None:
    """Barkham et al. 2013, and the bands of the user manual."""
    scoring = scored_from_total(INSTRUMENTS["core-10"], total, 0).scoring
    assert (scoring.band, AT_CUT_OFF in scoring.findings) == (band, total >= 11)


def test_one_item_of_the_core_10_may_be_missing() -> None:
    """CORE System Trust: the mean of nine items, times ten; two missing are too many."""
    answers = all_at("core-10", 2, item_6=0)
    del answers["9"]
    result = score_of("core-10", answers)
    assert (result.score, result.scoring.missing_items) == (17.8, "prorated")
    del answers["1"]
    assert codes("core-10", answers) == {"items_missing"}


def test_the_risk_item_of_the_core_10_may_not_be_missing() -> None:
    answers = all_at("core-10", 2)
    del answers["6"]
    assert codes("core-10", answers) == {"risk_item_missing"}


def test_the_risk_item_of_the_core_10_flags() -> None:
    scoring = score_of("core-10", all_at("core-10", 0, item_6=1)).scoring
    assert [flag.source for flag in scoring.flags] == ["core-10-item"]


def rfq_8(**answers: int) -> dict[str, float]:
    return dict(score_of("rfq-8", all_at("rfq-8", 4, **answers)).scoring.subscores)


def test_the_middle_of_the_rfq_8_is_neither_certain_nor_uncertain() -> None:
    """Fonagy et al. 2016: 4 counts nothing on either scale."""
    assert rfq_8() == {"certainty": 0, "uncertainty": 0}


@pytest.mark.parametrize(("answer", "worth"), [(1, 3), (2, 2), (3, 1), (4, 0), (5, 0), (7, 0)])
def test_disagreeing_counts_as_certainty(answer: int, worth: int) -> None:
    """Fonagy et al. 2016: 1, 2, 3 are recoded 3, 2, 1 on six items."""
    assert rfq_8(item_1=answer) == {"certainty": round(worth / 6, 2), "uncertainty": 0}
    assert rfq_8(item_7=answer) == {"certainty": 0, "uncertainty": round(worth / 6, 2)}


@pytest.mark.parametrize(("answer", "worth"), [(7, 3), (6, 2), (5, 1), (4, 0)])
def test_agreeing_counts_as_uncertainty(answer: int, worth: int) -> None:
    """Fonagy et al. 2016: 5, 6, 7 are recoded 1, 2, 3; "I always know what I feel" is turned."""
    assert rfq_8(item_8=answer) == {"certainty": 0, "uncertainty": round(worth / 6, 2)}
    assert rfq_8(item_7=answer) == {"certainty": 0, "uncertainty": 0}
    assert rfq_8(item_1=answer) == {"certainty": 0, "uncertainty": 0}


def test_both_ends_of_the_rfq_8() -> None:
    assert rfq_8(**{f"item_{n}": 7 for n in range(1, 9)}) == {"certainty": 0, "uncertainty": 2.5}
    assert rfq_8(**{f"item_{n}": 1 for n in range(1, 9)}) == {"certainty": 3, "uncertainty": 0.5}
    assert score_of("rfq-8", all_at("rfq-8", 7, item_7=1)).score == 3


def test_what_is_asked_of_the_c_ssrs_waits_for_question_2() -> None:
    asked = INSTRUMENTS["c-ssrs"].asked({})
    assert [item.id for item in asked] == ["1", "2", "6"]
    assert {item.highest for item in INSTRUMENTS["c-ssrs"].items} == {1}
