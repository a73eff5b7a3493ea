"""Taking a decision again: the same command, state, references and programme version.

When it was taken stands in its events: what is not dated by whoever entered it happened then.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from audit.commands import Given, commands_of
from audit.decisions import Decision
from audit.elsewhere import Elsewhere
from domain.actor import CLOCK
from domain.commands.base import Command
from domain.commands.registry import read
from domain.decider import Context, Reason, Rejected
from domain.deciders import decider_of
from domain.events.base import Event


@dataclass(frozen=True)
class Retaken:
    """A decision taken again by one command, at the instant `now`.

    `events` are what follows now, `reasons` why nothing does.
    """

    given: Given
    command: Command
    context: Context
    events: tuple[Event, ...] = ()
    reasons: tuple[Reason, ...] = ()

    def agrees_with(self, decision: Decision) -> bool:
        """Whether exactly the recorded events follow."""
        return list(self.events) == [one.event for one in decision.events]


@dataclass
class Retaking:
    """Takes decisions again, and remembers which command led to which first event."""

    elsewhere: Elsewhere
    _likely: dict[str, str] = field(default_factory=dict)

    async def retake(self, decision: Decision) -> Retaken | None:
        """The attempt from which the recorded events follow, or else the nearest; none at all.

        None: no command is known that could be meant.
        """
        first = decision.events[0]
        likely = self._likely.get(first.type)
        nearest: Retaken | None = None
        async for attempt in self._attempts(decision, likely):
            if attempt.agrees_with(decision):
                self._likely[first.type] = attempt.given.name
                return attempt
            if _nearness(attempt, decision) > _nearness(nearest, decision):
                nearest = attempt
        return nearest

    async def _attempts(self, decision: Decision, likely: str | None) -> AsyncIterator[Retaken]:
        first = decision.events[0]
        programme = await self.elsewhere.definition(decision.programme)
        facts = await self.elsewhere.facts(first.relied_on)
        for given in await commands_of(decision, self.elsewhere, likely):
            try:
                command = read(decider_of(decision.entity_id).kind, given.name, given.data)
            except Rejected:
                continue
            for now in _instants(decision):
                context = Context(
                    now=now,
                    actor=first.origin.actor,
                    programme=programme,
                    references=facts,
                    command_id=decision.command_id,
                )
                yield _attempt(decision, given, command, context)


def _attempt(decision: Decision, given: Given, command: Command, context: Context) -> Retaken:
    try:
        events = decider_of(decision.entity_id).decide(decision.before.state, command, context)
    except Rejected as refusal:
        return Retaken(given, command, context, reasons=refusal.reasons)
    except LookupError:
        # A reference that this command would need was not looked at: it is another command.
        return Retaken(given, command, context)
    return Retaken(given, command, context, events=tuple(events))


def _instants(decision: Decision) -> Iterator[datetime]:
    """When the decision may have been taken, the likeliest first."""
    happened = {one.effective_at for one in decision.events}
    yield from sorted(happened, reverse=True)
    if decision.events[0].origin.actor != CLOCK:
        yield decision.events[0].recorded_at


def _nearness(attempt: Retaken | None, decision: Decision) -> int:
    """How much of what was recorded follows: events that are the same, then their types."""
    if attempt is None:
        return -1
    recorded = [one.event for one in decision.events]
    same = sum(one in recorded for one in attempt.events)
    alike = {type(one) for one in attempt.events} & {type(one) for one in recorded}
    return 100 * same + 10 * len(alike) + bool(attempt.reasons) + 2 * attempt.given.certain
