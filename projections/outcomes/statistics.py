"""Retention and proportions from few patients, with intervals that say how few they are.

Pure, and of the standard library only. Kaplan and Meier (1958), J Am Stat Assoc 53:457, for how
long patients stay; Wilson (1927), J Am Stat Assoc 22:209, for shares. Every result carries its n.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import exp, inf, log, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Observed:
    """One patient watched for `time`, in whatever unit the others are.

    `ended`: what is counted came then; otherwise it had not come by then.
    """

    time: float
    ended: bool


@dataclass(frozen=True, slots=True)
class Step:
    """The share still there after `time`, where it falls.

    `at_risk` were watched until then, `ended` of them then. `error` is Greenwood's standard error;
    `low` and `high` are the log-log interval, absent once nobody is left.
    """

    time: float
    at_risk: int
    ended: int
    share: float
    error: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Retention:
    """A Kaplan-Meier curve of `n` patients; it starts at a share of 1 and is flat between steps.

    `censored` are the times at which patients were last watched without an end. `watched_until`
    is the longest time of all: nothing is known beyond it.
    """

    n: int
    ended: int
    steps: tuple[Step, ...]
    censored: tuple[float, ...]
    watched_until: float

    @property
    def median(self) -> float | None:
        """The time after which at most half are there; absent while more are."""
        return next((step.time for step in self.steps if step.share <= 1 / 2), None)

    def at(self, time: float) -> float | None:
        """The share still there at a time; absent beyond what was watched."""
        if time > self.watched_until:
            return None
        passed = [step.share for step in self.steps if step.time <= time]
        return passed[-1] if passed else 1.0


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n` with Wilson's interval; of nobody there is neither share nor interval."""

    count: int
    n: int
    share: float | None
    low: float | None
    high: float | None


def retention(observed: Iterable[Observed], confidence: float = CONFIDENCE) -> Retention:
    """How long patients stay (Kaplan-Meier). Who ends when another is last watched goes first.

    Greenwood's sum is the variance of log S; the interval is that of log(-log S), which never
    leaves 0 to 1: S ** exp(+-z * error / (S * log S)).
    """
    ordered = sorted(observed, key=lambda one: one.time)
    return Retention(
        n=len(ordered),
        ended=sum(one.ended for one in ordered),
        steps=tuple(_steps(ordered, _z(confidence))),
        censored=tuple(one.time for one in ordered if not one.ended),
        watched_until=ordered[-1].time if ordered else 0.0,
    )


def share_of(count: int, n: int, confidence: float = CONFIDENCE) -> Share:
    """A proportion with Wilson's score interval. Raises `ValueError` unless 0 <= count <= n."""
    if not 0 <= count <= n:
        message = f"{count} of {n} is no share: count each patient once on both sides"
        raise ValueError(message)
    if n == 0:
        return Share(count, n, None, None, None)
    z = _z(confidence)
    middle = (count + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(count * (n - count) / n + z * z / 4)
    low = 0.0 if count == 0 else middle - half
    high = 1.0 if count == n else middle + half
    return Share(count, n, count / n, low, high)


def _steps(ordered: list[Observed], z: float) -> Iterator[Step]:
    at_risk, share, variance = len(ordered), 1.0, 0.0
    for time, group in groupby(ordered, key=lambda one: one.time):
        then = list(group)
        ended = sum(one.ended for one in then)
        if ended:
            share *= (at_risk - ended) / at_risk
            variance += ended / (at_risk * (at_risk - ended)) if at_risk > ended else inf
            low, high = _interval(share, variance, z)
            error = share * sqrt(variance) if share else 0.0
            yield Step(time, at_risk, ended, share, error, low, high)
        at_risk -= len(then)


def _interval(share: float, variance: float, z: float) -> tuple[float | None, float | None]:
    if share == 0:
        return None, None
    spread = z * sqrt(variance) / -log(share)
    return share ** exp(spread), share ** exp(-spread)


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)
