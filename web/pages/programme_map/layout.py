"""Where everything stands on a programme's picture: the phases below each other, in their order."""

from dataclasses import dataclass
from textwrap import wrap

from domain.programmes.definition import Definition, Phase
from web.pages.charts.drawing import Plot
from web.pages.programme_map.shown import ShownPhase

WIDTH = 960
LEFT, RIGHT = 84, 504
"""The sides of a phase's box."""

ANY = 590
"""The line that stands for every phase before the follow-up."""

REST = 690
"""Where the boxes of those begin who rest: paused, or at another level of care."""

TITLE_LETTERS = 34
LINE = 17

SESSIONS = 2
"""Kinds of sessions named in a box; the table names all."""

GAP = 30
ARM = 26
"""How far to the left each way lies that passes a phase by."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A phase with its box, its title in lines, and the words at the doors below it."""

    phase: ShownPhase
    box: Plot
    title: tuple[str, ...]
    below: tuple[tuple[str, str], ...]

    @property
    def middle(self) -> float:
        return (self.box.top + self.box.bottom) / 2


@dataclass(frozen=True, slots=True)
class Way:
    """One phase leads to another, by their places."""

    start: int
    end: int

    @property
    def next_one(self) -> bool:
        """Whether it leads to the phase below; otherwise it passes some by, or leads back."""
        return self.end == self.start + 1


def place(phases: list[ShownPhase]) -> list[Placed]:
    """Every phase, with room below for what its door and that of the next one ask for."""
    placed: list[Placed] = []
    top = 12.0
    for number, phase in enumerate(phases):
        following = phases[number + 1] if number + 1 < len(phases) else None
        title = tuple(wrap(phase.title, TITLE_LETTERS)) or (phase.title,)
        bottom = top + _height(phase, title)
        below = _doors(phase, following)
        placed.append(Placed(phase, Plot(LEFT, top, RIGHT, bottom), title, below))
        top = bottom + 2 * GAP + LINE * len(below)
    return placed


def ways(programme: Definition) -> list[Way]:
    """Where phases lead; the follow-up is entered by the discharge, and so from all of them."""
    order = {phase.id: number for number, phase in enumerate(programme.phases)}
    return [
        Way(order[phase.id], order[target])
        for phase in programme.phases
        for target in phase.leads_to
        if not _follow_up(programme.phases[order[target]])
    ]


def arms(every: list[Way]) -> dict[Way, float]:
    """How far to the left each way lies that does not lead to the next phase."""
    passing = sorted(
        (way for way in every if not way.next_one), key=lambda way: abs(way.end - way.start)
    )
    return {way: LEFT - ARM * (number + 1) for number, way in enumerate(passing)}


def _follow_up(phase: Phase) -> bool:
    return phase.purpose == "follow_up"


def _height(phase: ShownPhase, title: tuple[str, ...]) -> float:
    lines = len(title) + min(len(phase.briefly), SESSIONS) + bool(phase.standing.waiting)
    return max(80, 22 + LINE * (lines + 1))


def _doors(phase: ShownPhase, following: ShownPhase | None) -> tuple[tuple[str, str], ...]:
    """What stands at the doors between a phase and the next: the head of a line, and the line."""
    if following is None or following.ends:
        return ()
    leave = [("to leave" if not number else "", one) for number, one in enumerate(phase.leave)]
    enter = [("to enter" if not number else "", one) for number, one in enumerate(following.enter)]
    return (*leave, *enter)
