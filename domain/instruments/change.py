"""Change since baseline: reliable improvement, recovery, response and deterioration.

Reliable change after Jacobson and Truax (1991, J Consult Clin Psychol 59: 12-19,
doi:10.1037/0022-006X.59.1.12): more than the instrument varies by chance. Their clinically
significant change is reliable improvement that also leads from a probable case to none. Response is
a share of the first score, gone.
"""

from typing import Literal

from pydantic import Field

from domain.instruments.instrument import ChangeRule
from domain.value import Value

ChangeClass = Literal["recovered", "improved", "unchanged", "deteriorated"]
"""`improved`, `unchanged` and `deteriorated` by reliable change; `recovered` is improved, and from
the cut-off or above to below it."""


class Change(Value):
    """What became of the first score, `baseline`. `difference` is in points, negative is better.

    What there is no threshold for is absent. `below_cut_off` (what NHS Talking Therapies count as
    recovery, reliable or not) and `responded` are absent too where the first score leaves nothing
    to recover from. `thresholds` are those used, by name: `reliable` in points, `cut_off` as a
    score, `response` as a share.
    """

    baseline: float
    difference: float
    change_class: ChangeClass | None = None
    below_cut_off: bool | None = None
    responded: bool | None = None
    thresholds: dict[str, float] = Field(default_factory=dict)


def change(
    baseline: float, score: float, rule: ChangeRule | None, cut_off: float | None = None
) -> Change:
    """How a score compares with the first one of the same instrument."""
    difference = round(score - baseline, 2)
    below = _below(cut_off, baseline, score)
    response = rule.response if rule else None
    thresholds = {
        "reliable": rule.reliable if rule else None,
        "response": response,
        "cut_off": cut_off,
    }
    return Change(
        baseline=baseline,
        difference=difference,
        change_class=_class(difference, rule.reliable, recovers=below is True) if rule else None,
        below_cut_off=below,
        responded=_responded(response, baseline, difference),
        thresholds={name: value for name, value in thresholds.items() if value is not None},
    )


def _class(difference: float, reliable: float, *, recovers: bool) -> ChangeClass:
    if difference >= reliable:
        return "deteriorated"
    if -difference < reliable:
        return "unchanged"
    return "recovered" if recovers else "improved"


def _below(cut_off: float | None, baseline: float, score: float) -> bool | None:
    if cut_off is None or baseline < cut_off:
        return None
    return score < cut_off


def _responded(share: float | None, baseline: float, difference: float) -> bool | None:
    if share is None or baseline <= 0:
        return None
    return -difference >= share * baseline
