"""A patient's scores: the first and the latest of each instrument, and the change between them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from domain.decider import known
from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.change import Change, change
from domain.instruments.instrument import ChangeRule
from domain.pathway.state import Pathway, Score
from domain.programmes.definition import Definition


def earliest(scores: tuple[Score, ...], score: Score) -> tuple[Score, ...]:
    """The first score of each instrument, whatever order they are entered in."""
    return (*_others(scores, score), min([*_same(scores, score), score], key=_taken_at))


def latest(scores: tuple[Score, ...], score: Score) -> tuple[Score, ...]:
    """The latest score of each instrument, whatever order they are entered in."""
    return (*_others(scores, score), max([score, *_same(scores, score)], key=_taken_at))


def since_first(pathway: Pathway, score: Score, definition: Definition) -> Change | None:
    """What became of the first score; by the programme's reliable change where it sets one."""
    first = next(_same(pathway.first_scores, score), None)
    if first is None or score.taken_at < first.taken_at:
        return None
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


def _others(scores: Iterable[Score], score: Score) -> Iterator[Score]:
    return (one for one in scores if one.measure != score.measure)


def _taken_at(score: Score) -> datetime:
    return score.taken_at
