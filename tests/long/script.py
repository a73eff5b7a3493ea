"""A clinic's life as a script: who asked what of whom, at which instant, and whether it happened.

The script is written by living it once in the simulation.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.actor import Actor
from domain.commands.submission import Submission
from domain.decider import Rejected
from workers.demo.agenda import COORDINATOR, Act, Agenda

A_MOMENT = timedelta(seconds=20)
"""What people do falls after the full minute: deadlines that fall on it were met before."""

WEEK = timedelta(weeks=1)
LATER_EACH_WEEK = timedelta(seconds=1)
"""A deadline whole weeks after an act comes before the act of that hour, also on a real clock."""


@dataclass(frozen=True)
class Asked:
    """One command as somebody gave it. `refused_for` are the reasons' codes, if it was refused."""

    at: datetime
    entity_id: str
    submission: Submission
    refused_for: tuple[str, ...]


class Written(Agenda):
    """An agenda that writes down whatever is asked."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.script: list[Asked] = []
        self._begun = self.now

    def kinds(self) -> dict[str, Counter[str]]:
        """How often each type of event happened to each entity."""
        entities = self.clinic.entities.values()
        return {one.id: Counter(event.type for event in one.history) for one in entities}

    def at(self, instant: datetime, act: Act) -> None:
        weeks = max(0, (instant - self._begun) // WEEK)
        super().at(instant + A_MOMENT + weeks * LATER_EACH_WEEK, act)

    def ask(self, entity_id: str, command: str, actor: Actor = COORDINATOR, **data: Any) -> bool:
        given = Submission(command_id=self.clinic.new_id(), command=command, data=data, actor=actor)
        refused_for: tuple[str, ...] = ()
        try:
            self.clinic.take(entity_id, given)
        except Rejected as refusal:
            refused_for = tuple(reason.code for reason in refusal.reasons)
        self.script.append(Asked(self.now, entity_id, given, refused_for))
        return not refused_for
