"""What everybody in the demo clinic will do, and when: one clock for all of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from domain.actor import Actor
from domain.commands.submission import Submission
from domain.decider import Rejected
from domain.programmes.definition import Definition
from domain.simulation import Clinic
from workers.history.line import Line

COORDINATOR = Actor(subject="demo-coordinator", role="coordinator")

Act = Callable[[], None]


class Agenda:
    """The clinic, the acts that are still to come, and `lines`: what was done, as a history."""

    def __init__(self, clinic: Clinic, programme: Definition, random: Random) -> None:
        self.clinic = clinic
        self.programme = programme
        self.random = random
        self.lines: list[Line] = []
        self._acts: list[tuple[datetime, int, Act]] = []
        self._number = count()

    @property
    def now(self) -> datetime:
        return self.clinic.now

    def at(self, instant: datetime, act: Act) -> None:
        """Do something at an instant, or now if that has passed."""
        heappush(self._acts, (max(instant, self.now), next(self._number), act))

    def after(self, length: timedelta, act: Act) -> None:
        self.at(self.now + length, act)

    def live_until(self, end: datetime) -> None:
        """Everything happens in its turn, up to an instant at which the history stops."""
        while self._acts and self._acts[0][0] <= end:
            instant, _, act = heappop(self._acts)
            self.clinic.pass_until(instant)
            act()
        self.clinic.pass_until(end)

    def ask(self, entity_id: str, command: str, actor: Actor = COORDINATOR, **data: Any) -> bool:
        """Give a command, and note it. What the rules refuse does not happen, and is not noted."""
        id_ = self.clinic.new_id()
        given = Submission(command_id=id_, command=command, data=data, actor=actor)
        try:
            self.clinic.take(entity_id, given)
        except Rejected:
            return False
        line = Line(at=self.now, entity=entity_id, command=command, data=data, actor=actor, id=id_)
        self.lines.append(line)
        return True
