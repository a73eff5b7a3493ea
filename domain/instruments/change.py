"""Change since baseline: reliable improvement, deterioration, recovery and response.

Reliable change after Jacobson and Truax (1991): more than the instrument varies by chance.
Recovery is from a probable case to none; response is a share of the first score, gone.
"""

from pydantic import Field

from domain.instruments.instrument import Instrument
from domain.value import Value


class Change(Value):
    """What became of a score. `difference` is in points, negative for the better.

    What the instrument has no published threshold for is absent; recovery and response are absent
    too where the first score leaves nothing to recover from. `thresholds` are those used.
    """

    baseline: float
    score: float
    difference: float
    reliably_improved: bool | None = None
    reliably_deteriorated: bool | None = None
    recovered: bool | None = None
    responded: bool | None = None
    thresholds: dict[str, float] = Field(default_factory=dict)


def change(instrument: Instrument, baseline: float, score: float) -> Change:
    """How a score compares with the first one of the same instrument."""
    difference = round(score - baseline, 2)
    rule, cut_off = instrument.change, instrument.cut_off
    thresholds = {
        "reliable": rule.reliable if rule else None,
        "response": rule.response if rule else None,
        "cut_off": cut_off,
    }
    return Change(
        baseline=baseline,
        score=score,
        difference=difference,
        reliably_improved=-difference >= rule.reliable if rule else None,
        reliably_deteriorated=difference >= rule.reliable if rule else None,
        recovered=_recovered(cut_off, baseline, score),
        responded=_responded(rule.response if rule else None, baseline, difference),
        thresholds={name: value for name, value in thresholds.items() if value is not None},
    )


def _recovered(cut_off: float | None, baseline: float, score: float) -> bool | None:
    if cut_off is None or baseline < cut_off:
        return None
    return score < cut_off


def _responded(share: float | None, baseline: float, difference: float) -> bool | None:
    if share is None or baseline <= 0:
        return None
    return -difference >= share * baseline
