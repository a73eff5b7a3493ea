"""Conformance: whether each history could have come from the rules that were in force then.

Every decision is taken again, from the state before it, the facts that it relied on, and the
programme version that it names. It conforms where a command is found from which exactly its events
follow. What a person had asked for is read back from the events, so an exception is a question to
look into, not a proof of wrong: it may be an act of an earlier carepath, or of an imported history.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from audit.deciding import Retaken, Retaking
from audit.decisions import Decision, decisions
from audit.elsewhere import Elsewhere
from audit.log import Log, Stream
from audit.replay import settled
from domain.events.envelope import event_id_of
from domain.events.erased import ContentErased
from domain.events.registry import type_of
from domain.value import Value
from projections.follow import Until

Why = Literal["refused", "decided_otherwise", "no_command", "relied_on_nothing", "ids", "gap"]
"""`refused`: the rules refuse it; `decided_otherwise`: other events follow; `no_command`: none is
known that leads there; `relied_on_nothing`: it names facts that were not; `ids`: an event's id does
not follow from its command's; `gap`: an event of the stream is missing before it.
"""


class Departure(Value):
    """A decision that does not follow from the rules, by its first event.

    `command` is the nearest that was found, `certain` if its id proves it; `reasons` are codes with
    which it is refused, `instead` the types of the events that would follow.
    """

    entity_id: str
    version: int
    seq: int
    recorded: tuple[str, ...]
    why: Why
    programme: str | None
    command: str | None = None
    certain: bool = False
    reasons: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


@dataclass
class Checked:
    """How much was checked. `erased` are decisions whose content is gone with a patient's key."""

    entities: int = 0
    decisions: int = 0
    events: int = 0
    erased: int = 0
    departures: int = 0


class Conformance(Value):
    """What was checked of the log up to `position`, and every exception."""

    position: int
    departures: tuple[Departure, ...]
    entities: int
    decisions: int
    events: int
    erased: int


async def departures(log: Log, until: Until, checked: Checked) -> AsyncIterator[Departure]:
    """Every exception in the whole log; `checked` grows on the way. Memory stays flat."""
    retaking = Retaking(Elsewhere(log))
    async for stream in log.streams(await settled(log, until)):
        async for one in departures_of(stream, retaking, checked):
            yield one


async def departures_of(
    stream: Stream, retaking: Retaking, checked: Checked
) -> AsyncIterator[Departure]:
    """Every exception in one whole stream."""
    checked.entities += 1
    for number, decision in enumerate(decisions(stream)):
        checked.decisions += 1
        checked.events += len(decision.events)
        if _is_erased(decision):
            checked.erased += 1
            continue
        found = next(_by_numbers(decision, begins=number == 0), None)
        found = found or await _by_rules(decision, retaking)
        if found:
            checked.departures += 1
            yield found


def _is_erased(decision: Decision) -> bool:
    """Whether the content is gone, of the decision or of what came before it."""
    return any(isinstance(one.event, ContentErased) for one in decision.events) or (
        getattr(decision.before.state, "status", None) == "erased"
    )


def _by_numbers(decision: Decision, *, begins: bool) -> Iterator[Departure]:
    versions = [one.version for one in decision.events]
    expected = decision.before.version + 1 if not begins else 1
    if versions != list(range(expected, expected + len(versions))):
        yield _departure(decision, "gap")
    ids = [one.event_id for one in decision.events]
    if ids != [event_id_of(decision.command_id, number) for number in range(len(ids))]:
        yield _departure(decision, "ids")


async def _by_rules(decision: Decision, retaking: Retaking) -> Departure | None:
    try:
        retaken = await retaking.retake(decision)
    except LookupError:
        return _departure(decision, "relied_on_nothing")
    if retaken is None:
        return _departure(decision, "no_command")
    if retaken.agrees_with(decision):
        return None
    if retaken.reasons:
        return _departure(decision, "refused", retaken)
    return _departure(decision, "decided_otherwise", retaken)


def _departure(decision: Decision, why: Why, retaken: Retaken | None = None) -> Departure:
    first = decision.events[0]
    nearest: dict[str, Any] = {}
    if retaken:
        nearest = {
            "command": retaken.given.name,
            "certain": retaken.given.certain,
            "reasons": tuple(one.code for one in retaken.reasons),
            "instead": tuple(type_of(one).name for one in retaken.events),
        }
    return Departure(
        entity_id=decision.entity_id,
        version=first.version,
        seq=first.seq,
        recorded=tuple(one.type for one in decision.events),
        why=why,
        programme=decision.programme,
        **nearest,
    )
