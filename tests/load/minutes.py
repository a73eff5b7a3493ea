"""What coordinators noticed, minute by minute."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil

from tests.faults.clinic import ACCEPTED, REFUSED

MINUTE = 60.0
HEADS = (
    *("minute", "accepted", "refused", "429", "503", "failed", "no answer"),
    *("p50 ms", "p95 ms", "waited p95 s", "longest s", "killed"),
)


@dataclass(frozen=True)
class Attempt:
    """One request, when it ended, how many seconds it took, and its status if it was answered."""

    at: float
    seconds: float
    status: int | None


@dataclass
class Minute:
    """`seconds` are those of attempts that were answered; `waited` those of whole commands."""

    statuses: Counter[int | None] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)

    @property
    def accepted(self) -> int:
        return self.statuses[ACCEPTED]

    @property
    def refused(self) -> int:
        """By a rule: an answer as good as any."""
        return sum(self.statuses[one] for one in REFUSED)

    @property
    def error_rate(self) -> float:
        """The share of attempts that have to be made again."""
        every = self.statuses.total()
        return (every - self.accepted - self.refused) / every if every else 0.0

    @property
    def failed(self) -> int:
        known = {ACCEPTED, *REFUSED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
        return sum(
            count for status, count in self.statuses.items() if status and status not in known
        )

    def row(self, number: int) -> tuple[str, ...]:
        return (
            *map(str, (number, self.accepted, self.refused)),
            *(str(self.statuses[one]) for one in (429, 503)),
            *map(str, (self.failed, self.statuses[None])),
            *(f"{1000 * quantile(self.seconds, share):.0f}" for share in (0.5, 0.95)),
            *(f"{quantile(self.waited, share):.1f}" for share in (0.95, 1)),
            ", ".join(f"{count} {name}" for name, count in sorted(Counter(self.killed).items())),
        )


def by_minute(
    begun: float,
    attempts: Iterable[Attempt],
    waited: Iterable[tuple[float, float]],
    killed: Iterable[tuple[float, str]],
) -> list[Minute]:
    """All of it by the minute in which it ended; instants are of one clock, in seconds."""
    minutes: dict[int, Minute] = {}

    def of(at: float) -> Minute:
        return minutes.setdefault(int((at - begun) / MINUTE), Minute())

    for one in attempts:
        of(one.at).statuses[one.status] += 1
        if one.status is not None:
            of(one.at).seconds.append(one.seconds)
    for at, seconds in waited:
        of(at).waited.append(seconds)
    for at, name in killed:
        of(at).killed.append(name)
    return [minutes.get(number, Minute()) for number in range(max(minutes, default=-1) + 1)]


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many are no greater than; 0 of none."""
    if not values:
        return 0.0
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]


def table(minutes: Sequence[Minute]) -> Iterator[str]:
    """Lines of Markdown."""
    yield f"| {' | '.join(HEADS)} |"
    yield f"| {' | '.join('---' for _ in HEADS)} |"
    for number, minute in enumerate(minutes, start=1):
        yield f"| {' | '.join(minute.row(number))} |"
