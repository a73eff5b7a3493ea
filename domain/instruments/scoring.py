"""Scoring: from answers, or from a total on paper, to a score that says how it came about."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from pydantic import Field

from domain.instruments.instrument import Answers, Instrument, Item, RiskFlag, Tally
from domain.value import Value

_ROUNDED = 0.05 + 1e-9
"""Prorated scores are in tenths."""

MissingItemsRule = Literal["complete", "prorated", "total_only"]
"""Every item asked was answered, the mean stood for those missing, or only a total is known."""

AT_CUT_OFF = "at_or_above_cut_off"
"""The finding that a score stands for a probable case."""


class Scoring(Value):
    """How a score came about: the answers, by which version and rules, and what they mean.

    `thresholds` are those that `band`, `findings` and `flags` depend on, by name. Of a total from
    paper the only answer known is the one to the risk item.
    """

    instrument: str
    version: int
    answers: dict[str, int] = Field(default_factory=dict)
    missing_items: MissingItemsRule
    subscores: dict[str, float] = Field(default_factory=dict)
    band: str | None = None
    findings: tuple[str, ...] = ()
    flags: tuple[RiskFlag, ...] = ()
    thresholds: dict[str, float] = Field(default_factory=dict)


class Scored(NamedTuple):
    """A score and how it came about."""

    score: float
    scoring: Scoring


class Fault(NamedTuple):
    """What is wrong with answers: a stable code, and a sentence that says what to do.

    `item` is the one that it is about, if it is about one.
    """

    code: str
    message: str
    item: str | None = None


def faults_of_answers(instrument: Instrument, answers: Answers) -> list[Fault]:
    """Everything that keeps these answers from being scored, and the risk that they tell of."""
    faults = [
        *_unknown_items(instrument, answers),
        *_out_of_range(instrument, answers),
        *_not_asked(instrument, answers),
        *_missing(instrument, answers),
    ]
    return _with_risk(instrument, answers, faults)


def faults_of_total(instrument: Instrument, score: float, risk_item: int | None) -> list[Fault]:
    """Everything that keeps a total from standing for the answers."""
    if not instrument.takes_total:
        message = f"{instrument.title} has no total that says enough: give the answers."
        return [Fault("answers_needed", message)]
    impossible = list(_impossible_totals(instrument, score))
    faults = [*impossible, *_risk_item_faults(instrument, None if impossible else score, risk_item)]
    answers = {instrument.risk_item.item: risk_item or 0} if instrument.risk_item else {}
    return _with_risk(instrument, answers, faults)


def scored(instrument: Instrument, answers: Answers) -> Scored:
    """The score of answers without faults."""
    asked = instrument.asked(answers)
    counted = {item.id: answers[item.id] for item in asked if item.id in answers}
    tally = instrument.tally(instrument, counted)
    rule: MissingItemsRule = "complete" if len(counted) == len(asked) else "prorated"
    return _explained(instrument, tally, counted, rule)


def scored_from_total(instrument: Instrument, score: float, risk_item: int | None) -> Scored:
    """A total without faults, taken as it is."""
    known = {instrument.risk_item.item: risk_item} if instrument.risk_item else {}
    answers = {item: answer for item, answer in known.items() if answer is not None}
    flags = instrument.flags_of_total(score) if instrument.flags_of_total else ()
    return _explained(instrument, Tally(score=score, flags=flags), answers, "total_only")


def _explained(
    instrument: Instrument, tally: Tally, answers: dict[str, int], rule: MissingItemsRule
) -> Scored:
    band = instrument.band(round(tally.score, 2))
    cut_off = instrument.cut_off
    at_cut_off = (AT_CUT_OFF,) if cut_off is not None and tally.score >= cut_off else ()
    scoring = Scoring(
        instrument=instrument.id,
        version=instrument.version,
        answers=answers,
        missing_items=rule,
        subscores=dict(tally.subscores),
        band=band.name if band else None,
        findings=(*at_cut_off, *tally.findings),
        flags=(*tally.flags, *_flag_of_risk_item(instrument, answers)),
        thresholds=dict(_thresholds(instrument, tally.score)),
    )
    return Scored(tally.score, scoring)


def _thresholds(instrument: Instrument, score: float) -> Iterator[tuple[str, float]]:
    band = instrument.band(round(score, 2))
    if band:
        yield "band", band.starts_at
    if instrument.cut_off is not None:
        yield "cut_off", instrument.cut_off
    if instrument.risk_item:
        yield instrument.risk_item.source, instrument.risk_item.at_least
    yield from instrument.thresholds.items()


def _flag_of_risk_item(instrument: Instrument, answers: Answers) -> tuple[RiskFlag, ...]:
    risk = instrument.risk_item
    if risk is None or answers.get(risk.item, 0) < risk.at_least:
        return ()
    return (RiskFlag(source=risk.source),)


def _unknown_items(instrument: Instrument, answers: Answers) -> Iterator[Fault]:
    unknown = [item_id for item_id in answers if instrument.item(item_id) is None]
    if unknown:
        has = ", ".join(item.id for item in instrument.items)
        yield Fault("unknown_item", f"{instrument.title} has these items: {has}.")


def _out_of_range(instrument: Instrument, answers: Answers) -> Iterator[Fault]:
    for item in instrument.items:
        if item.id in answers and not item.lowest <= answers[item.id] <= item.highest:
            yield _impossible(instrument, item)


def _impossible(instrument: Instrument, item: Item) -> Fault:
    message = (
        f"{instrument.title}, item {item.id}: answers lie between {item.lowest} and {item.highest}."
    )
    return Fault("answer_out_of_range", message, item.id)


def _not_asked(instrument: Instrument, answers: Answers) -> Iterator[Fault]:
    """A no to what was not asked changes nothing; anything else contradicts another answer."""
    asked = instrument.asked(answers)
    for item in instrument.items:
        if item not in asked and answers.get(item.id):
            message = (
                f"{instrument.title}, item {item.id} is asked after a yes to item "
                f"{item.asked_if} only: check both answers."
            )
            yield Fault("answer_contradicts", message, item.id)


def _missing(instrument: Instrument, answers: Answers) -> Iterator[Fault]:
    missing = [item.id for item in instrument.asked(answers) if item.id not in answers]
    allowed = instrument.missing_items.at_most
    if len(missing) > allowed:
        may = f"at most {allowed} may be missing" if allowed else "every item has to be answered"
        message = f"{instrument.title} lacks {', '.join(missing)}: {may}."
        yield Fault("items_missing", message)
    elif instrument.risk_item and instrument.risk_item.item in missing:
        message = f"{instrument.title}, item {instrument.risk_item.item} has to be answered: ask."
        yield Fault("risk_item_missing", message)


def _with_risk(instrument: Instrument, answers: Answers, faults: list[Fault]) -> list[Fault]:
    """What is not recorded raises nothing: whoever sends it has to be told of the risk."""
    if not faults or not _tells_risk(instrument, answers):
        return faults
    message = (
        f"{instrument.title} tells of a risk that nobody has heard of: raise a concern now, and "
        "record the form once it is right."
    )
    return [*faults, Fault("risk_not_recorded", message)]


def _tells_risk(instrument: Instrument, answers: Answers) -> bool:
    """Whether one of the answers alone is a flag, whatever the others are."""
    if instrument.flags_of_total:
        return any(answers.get(item.id, 0) > 0 for item in instrument.items)
    risk = instrument.risk_item
    return risk is not None and answers.get(risk.item, 0) >= risk.at_least


def _impossible_totals(instrument: Instrument, score: float) -> Iterator[Fault]:
    if not instrument.lowest <= score <= instrument.highest:
        span = f"{instrument.lowest:g} and {instrument.highest:g}"
        yield Fault("score_out_of_range", f"{instrument.title} scores lie between {span}.")
    if instrument.whole and not _adds_up(instrument, score):
        prorated = ", or prorated for missing items" if instrument.missing_items.at_most else ""
        yield Fault("score_not_whole", f"{instrument.title} scores are whole numbers{prorated}.")


def _adds_up(instrument: Instrument, score: float) -> bool:
    """Whether answers come to it: their sum or, within half a tenth, what is prorated from one."""
    items = len(instrument.items)
    return score == int(score) or any(
        abs(score - round(score * answered / items) * items / answered) <= _ROUNDED
        for answered in range(items - instrument.missing_items.at_most, items)
    )


def _risk_item_faults(
    instrument: Instrument, score: float | None, risk_item: int | None
) -> Iterator[Fault]:
    """Item 9 of a PHQ-9 is a flag at any total: a total that hides it would raise nothing."""
    item = instrument.item(instrument.risk_item.item) if instrument.risk_item else None
    if item is None:
        if risk_item is not None:
            message = f"{instrument.title} has no risk item: leave risk_item out."
            yield Fault("no_risk_item", message)
    elif risk_item is None:
        message = f"{instrument.title}: give the answers, or item {item.id} as risk_item."
        yield Fault("risk_item_missing", message)
    elif not item.lowest <= risk_item <= item.highest:
        yield _impossible(instrument, item)
    elif score is not None and not _holds(instrument, score, item, risk_item):
        message = f"{instrument.title}: no such total has item {item.id} at {risk_item}: check."
        yield Fault("answer_contradicts", message)


def _holds(instrument: Instrument, score: float, item: Item, answer: int) -> bool:
    """Whether a total can come about with this answer to an item."""
    return answer <= score <= instrument.highest - item.highest + answer
