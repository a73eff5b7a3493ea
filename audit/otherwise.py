"""What differs between what was recorded and what another policy would have had instead."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from pydantic import AwareDatetime

from audit.differences import Change, by_place, differences
from domain.events.base import Event
from domain.events.registry import type_of
from domain.value import Value

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

SETTLED = ".effect_settled"
"""What came of an effect: of one that would never have been asked for, nothing is told."""


class Otherwise(Value):
    """A decision that the changed policy would have taken otherwise, by its first event.

    `reasons` are the codes for which it would have been refused; `only_recorded` and `only_changed`
    the types of events that follow under one of the two; `moved` what differs within the others.
    `follows_from` is the `seq` of the first difference that it is a consequence of; without it, it
    differs by the policy itself. `instead_at` is when it would have come, if not then. What would
    have come besides has no `version` and no `seq`.
    """

    entity_id: str
    version: int | None
    seq: int | None
    at: AwareDatetime
    area: Area
    command: str
    reasons: tuple[str, ...] = ()
    only_recorded: tuple[str, ...] = ()
    only_changed: tuple[str, ...] = ()
    moved: tuple[Change, ...] = ()
    follows_from: int | None = None
    instead_at: AwareDatetime | None = None


def told_apart(recorded: Sequence[Event], changed: Sequence[Event]) -> dict[str, Any] | None:
    """What an `Otherwise` says of two outcomes; None where nothing differs."""
    if list(recorded) == list(changed):
        return None
    only_recorded, only_changed = _apart(recorded, changed)
    differing = [*only_recorded, *only_changed, *(one for one, _ in _pairs(recorded, changed))]
    if differing and all(_name(one).endswith(SETTLED) for one in differing):
        return None
    return {
        "area": _area(differing),
        "only_recorded": tuple(map(_name, only_recorded)),
        "only_changed": tuple(map(_name, only_changed)),
        "moved": tuple(_moved(recorded, changed)),
    }


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
