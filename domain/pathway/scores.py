"""A patient's scores: what became of the first of each instrument."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from domain.decider import known
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.change import Change, change
from domain.instruments.instrument import ChangeRule
from domain.pathway.rows import Score
from domain.programmes.definition import Definition


def since_first(scores: Iterable[Score], score: Score, definition: Definition) -> Change | None:
    """What became of the first score; by the programme's reliable change where it sets one."""
    earlier = [one for one in _same(scores, score) if _place(one) < _place(score)]
    if not earlier:
        return None
    first = min(earlier, key=_place)
    instrument = INSTRUMENTS.get(score.measure)
    policy = known(definition.measure(score.measure)).reliable_change
    published = instrument.change if instrument else None
    rule = _by_policy(policy, published) if policy else published
    return change(first.score, score.score, rule, instrument.cut_off if instrument else None)


def _by_policy(reliable: float, published: ChangeRule | None) -> ChangeRule:
    response = published.response if published else None
    return ChangeRule(reliable=reliable, response=response, source="The programme's definition")


def _same(scores: Iterable[Score], score: Score) -> Iterator[Score]:
    return (one for one in scores if one.measure == score.measure)


def _place(score: Score) -> tuple[datetime, int]:
    """By when they were taken, and of the same moment in the order in which they were entered."""
    return score.taken_at, score.entry
