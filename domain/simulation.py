"""One entity on a virtual clock: the same decisions as live, at instants of our choosing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.actor import Actor
from domain.commands import registry
from domain.commands.submission import Submission, meeting, settling
from domain.decider import Context
from domain.deciders import decider_of
from domain.events.envelope import NewEvent, new_events
from domain.fold import Folded, start, step
from domain.programmes.definition import Definition


@dataclass
class Simulated:
    """An entity that lives through commands and deadlines without a server.

    `new_id` gives the ids of commands. `history` is what the log would hold, in order.
    """

    entity_id: str
    programme: Definition
    now: datetime
    new_id: Callable[[], UUID]
    history: list[NewEvent] = field(default_factory=list)
    folded: Folded[Any] = field(init=False)

    def __post_init__(self) -> None:
        """Begin as the entity was before anything happened."""
        self.folded = start(decider_of(self.entity_id))

    @property
    def state(self) -> Any:
        return self.folded.state

    def submit(self, command: str, actor: Actor, **data: Any) -> None:
        """Take a command now. Raises `Rejected`."""
        submission = Submission(command_id=self.new_id(), command=command, data=data, actor=actor)
        self._take(submission)

    def pass_until(self, instant: datetime) -> None:
        """Let time go on: every deadline on the way is met when it comes."""
        decider = decider_of(self.entity_id)
        while (due := next(iter(decider.deadlines(self.state)), None)) and due.at <= instant:
            self.now = max(self.now, due.at)
            self._take(meeting(self.entity_id, due))
        self.now = max(self.now, instant)

    def _take(self, submission: Submission) -> None:
        decider = decider_of(self.entity_id)
        command = registry.read(decider.kind, submission.command, submission.data)
        context = Context(now=self.now, actor=submission.actor, programme=self.programme)
        events = decider.decide(self.state, command, context)
        recorded = new_events(events, submission.origin, self.programme.label)
        for new, event in zip(recorded, events, strict=True):
            self.folded = step(decider, self.folded, event, new.event_id, new.programme_version)
        self.history += recorded
        for pending in list(self.folded.pending.values()):
            self._take(settling(pending, "done", attempts=1))
