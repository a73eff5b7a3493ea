"""How an invented patient takes part in treatment."""

from dataclasses import dataclass
from random import Random

from workers.demo.staff import some


@dataclass
class Temper:
    """How somebody takes part: drawn once, so that each course hangs together.

    `distress` is the share of the worst possible score, `change` what a week adds to it. At `hour`
    no group meets.
    """

    attends: float
    excuses: float
    stays: float
    distress: float
    change: float
    weekday: int
    hour: int
    long: bool
    meetings: int
    learns_first: bool
    suits: bool

    @classmethod
    def drawn(cls, random: Random) -> "Temper":
        return cls(
            attends=random.betavariate(12, 1.2),
            excuses=random.uniform(0.2, 0.7),
            stays=random.uniform(0.985, 0.999),
            distress=random.uniform(0.45, 0.85),
            change=random.gauss(-0.006, 0.004),
            weekday=random.randrange(5),
            hour=random.choice((8, 9, 14)),
            long=some(random, 0.6),
            meetings=random.randint(2, 4),
            learns_first=some(random, 0.4),
            suits=some(random, 0.88),
        )
