"""Back-test: what a changed policy would have decided otherwise, decision by decision.

Every decision of the programme is taken again as it came: the same command, at the same instant, on
the same state, under the changed definition. What differs is shown where it begins. What would have
followed from that later on is not invented: nobody knows what people would have done then.
"""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pydantic import AwareDatetime

from audit.deciding import Retaken, Retaking
from audit.decisions import Decision, decisions
from audit.differences import Change, by_place, differences
from audit.elsewhere import Elsewhere
from audit.log import Log
from audit.replay import settled
from domain.decider import Rejected
from domain.deciders import decider_of
from domain.events.base import Event
from domain.events.registry import type_of
from domain.programmes.definition import Definition
from domain.value import Value
from projections.follow import Until

Area = Literal["offers", "reviews", "escalations", "transitions", "measures", "other"]
"""What of the treatment would have been otherwise. `transitions`: they would have been blocked."""

AREAS: tuple[Area, ...] = (
    "offers",
    "reviews",
    "escalations",
    "transitions",
    "measures",
    "other",
)

REVIEWS = ("review", "decision")
"""How the kinds of tasks end in which somebody looks at a patient's treatment."""

MONTH = slice(0, 7)
"""Year and month of an instant in ISO 8601."""


class Otherwise(Value):
    """A decision that the changed policy would have taken otherwise, by its first event.

    `reasons` are the codes for which it would have been refused; `only_recorded` and `only_changed`
    the types of events that follow under one of the two; `moved` what differs within the others.
    """

    entity_id: str
    version: int
    seq: int
    at: AwareDatetime
    area: Area
    command: str
    reasons: tuple[str, ...] = ()
    only_recorded: tuple[str, ...] = ()
    only_changed: tuple[str, ...] = ()
    moved: tuple[Change, ...] = ()


@dataclass
class Tally:
    """How much was tested. `unexplained` are decisions that do not follow from the rules anyhow."""

    decisions: int = 0
    unexplained: int = 0
    entities: set[str] = field(default_factory=set)
    by_month: dict[str, Counter[Area]] = field(default_factory=dict)

    def add(self, found: Otherwise) -> None:
        self.entities.add(found.entity_id)
        month = self.by_month.setdefault(found.at.isoformat()[MONTH], Counter())
        month[found.area] += 1


class BackTest(Value):
    """A back-test: what the policies differ in, and every decision that would have been otherwise.

    `by_month` counts them by month and area, `entities` whose treatment differs.
    """

    position: int
    programme: str
    otherwise: tuple[Otherwise, ...]
    decisions: int
    unexplained: int
    entities: int
    by_month: dict[str, dict[str, int]]


async def backtest(
    log: Log, changed: Definition, until: Until, tested: Tally
) -> AsyncIterator[Otherwise]:
    """Every decision that would have been otherwise, in the order of streams; memory stays flat."""
    retaking = Retaking(Elsewhere(log))
    async for stream in log.streams(await settled(log, until)):
        for decision in decisions(stream):
            if not _concerns(decision, changed):
                continue
            tested.decisions += 1
            retaken = await retaking.retake(decision)
            if retaken is None or not retaken.agrees_with(decision):
                tested.unexplained += 1
                continue
            found = _otherwise(decision, retaken, changed)
            if found:
                tested.add(found)
                yield found


def _concerns(decision: Decision, changed: Definition) -> bool:
    label = decision.programme
    return label is not None and label.partition("@")[0] == changed.id


def _otherwise(decision: Decision, retaken: Retaken, changed: Definition) -> Otherwise | None:
    context = replace(retaken.context, programme=changed)
    decide = decider_of(decision.entity_id).decide
    try:
        events = decide(decision.before.state, retaken.command, context)
    except Rejected as refusal:
        reasons = tuple(dict.fromkeys(one.code for one in refusal.reasons))
        return _told(decision, retaken, "transitions", reasons=reasons)
    if events == list(retaken.events):
        return None
    only_recorded, only_changed = _apart(retaken.events, events)
    moved = tuple(_moved(retaken.events, events))
    differing = [*only_recorded, *only_changed, *_that_moved(retaken.events, events)]
    return _told(
        decision,
        retaken,
        _area(differing),
        only_recorded=tuple(map(_name, only_recorded)),
        only_changed=tuple(map(_name, only_changed)),
        moved=moved,
    )


def _told(decision: Decision, retaken: Retaken, area: Area, **found: Any) -> Otherwise:
    first = decision.events[0]
    return Otherwise(
        entity_id=decision.entity_id,
        version=first.version,
        seq=first.seq,
        at=first.effective_at,
        area=area,
        command=retaken.given.name,
        **found,
    )


def _apart(recorded: Sequence[Event], changed: Sequence[Event]) -> tuple[list[Event], list[Event]]:
    """The events of each side of which the other has none of that name."""
    names = {_name(one) for one in recorded}, {_name(one) for one in changed}
    return (
        [one for one in recorded if _name(one) not in names[1]],
        [one for one in changed if _name(one) not in names[0]],
    )


def _pairs(recorded: Sequence[Event], changed: Sequence[Event]) -> Iterator[tuple[Event, Event]]:
    others = {_name(one): one for one in changed}
    for one in recorded:
        other = others.get(_name(one))
        if other is not None and other != one:
            yield one, other


def _that_moved(recorded: Sequence[Event], changed: Sequence[Event]) -> list[Event]:
    return [one for one, _ in _pairs(recorded, changed)]


def _moved(recorded: Sequence[Event], changed: Sequence[Event]) -> Iterator[Change]:
    for one, other in _pairs(recorded, changed):
        before, after = one.model_dump(mode="json"), other.model_dump(mode="json")
        yield from differences(before, after, path=_name(one), parts=by_place)


def _name(event: Event) -> str:
    """The event's stored type, and the kind of task where it opens one."""
    kind = getattr(event, "kind", None)
    name = type_of(event).name
    return f"{name}:{kind}" if name.endswith((".task_opened", ".task_came_again")) else name


def _area(events: Sequence[Event]) -> Area:
    names = [_name(one) for one in events]
    for area, fits in _FITS.items():
        if any(fits(name) for name in names):
            return area
    return "other"


_FITS: Mapping[Area, Callable[[str], bool]] = {
    "escalations": lambda name: name.startswith(("escalation.", "pathway.risk_")),
    "reviews": lambda name: name.endswith(REVIEWS) or name == "pathway.progress_reviewed",
    "offers": lambda name: "seat_" in name or "waitlist" in name,
    "measures": lambda name: "measure" in name,
}
