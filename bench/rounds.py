"""Two ways of doing the same, taken in turns: only their ratio within a run is worth keeping."""

import gc
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from statistics import median

Round = Callable[[], Awaitable[float]]
"""Does the work once and gives one figure, in the comparison's unit."""


@dataclass(frozen=True)
class Comparison:
    """One figure of carepath's beside that of its reference.

    `unit` belongs to both figures (`events/s`, `ms`), `against` says what the reference is. `aim`
    is what the ratio should be, in words: nothing here checks it.
    """

    what: str
    unit: str
    against: str
    ours: Round
    reference: Round
    aim: str = ""


@dataclass(frozen=True)
class Measured:
    """What the rounds gave, in their order: `ours[i]` and `reference[i]` are of the same round."""

    what: str
    unit: str
    against: str
    aim: str
    ours: tuple[float, ...]
    reference: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours over the reference's, round by round."""
        return tuple(a / b for a, b in zip(self.ours, self.reference, strict=True))

    @property
    def ratio(self) -> float:
        """The median: one round that the machine disturbed does not move it."""
        return median(self.ratios)


async def measured(comparison: Comparison, rounds: int) -> Measured:
    """Both ways once to warm up, then `rounds` times in turns, each first every other time."""
    await comparison.ours()
    await comparison.reference()
    ours: list[float] = []
    reference: list[float] = []
    for number in range(rounds):
        turns = [(comparison.ours, ours), (comparison.reference, reference)]
        for run, figures in turns if number % 2 else reversed(turns):
            gc.collect()
            figures.append(await run())
    return Measured(
        what=comparison.what,
        unit=comparison.unit,
        against=comparison.against,
        aim=comparison.aim,
        ours=tuple(ours),
        reference=tuple(reference),
    )
