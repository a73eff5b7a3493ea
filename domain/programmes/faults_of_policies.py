"""Rules of the clinic that undo each other, and places where the programme cannot be given."""

from collections.abc import Iterator
from itertools import combinations
from typing import get_args

from domain.programmes.contradictions import Contradiction, Location
from domain.programmes.definition import Definition
from domain.programmes.states import ServedState
from domain.risk import Level
from domain.us_states import UsState

_POLICIES = ("policies",)
_STATES = ("served_states",)


def faults_of_policies(definition: Definition) -> Iterator[Contradiction]:
    """Those of limits, of signatures, and of the states that are named."""
    yield from _backstops(definition)
    yield from _warnings(definition)
    yield from _half_signed(definition)
    yield from _states_named(definition)
    yield from _states_served(definition)


def _backstops(definition: Definition) -> Iterator[Contradiction]:
    """The supervisor is told last: after everything that somebody else still has time for."""
    safety = definition.policies.safety
    limits = [
        (level, one.backstop, (one.acknowledged_within, one.contact_within))
        for level in get_args(Level)
        for one in [safety.response(level)]
    ]
    outside = safety.outside
    limits.append(("outside", outside.backstop, (outside.contact_within, outside.visit_within)))
    for what, backstop, others in limits:
        if backstop < max(filter(None, others)):
            yield Contradiction(
                location=(*_POLICIES, "safety", what, "backstop"),
                code="backstop_too_early",
                message="the backstop comes before another limit beside it has passed: "
                "make it at least as long as each of them",
            )


def _warnings(definition: Definition) -> Iterator[Contradiction]:
    """Whoever is warned before the time has begun to run is warned of nothing."""
    records, benefits = definition.policies.records, definition.policies.benefits
    if records.warn_before >= min(records.access_within, records.amendment_within):
        yield Contradiction(
            location=(*_POLICIES, "records", "warn_before"),
            code="warned_too_early",
            message="warn_before must be shorter than access_within and amendment_within",
        )
    if benefits.reverify_before >= benefits.reverify_every:
        yield Contradiction(
            location=(*_POLICIES, "benefits", "reverify_before"),
            code="reverified_too_early",
            message="reverify_before must be shorter than reverify_every",
        )


def _half_signed(definition: Definition) -> Iterator[Contradiction]:
    retention = definition.policies.retention
    given = {"signed_by": retention.signed_by, "signed_on": retention.signed_on}
    there = [name for name, value in given.items() if value is not None]
    if len(there) == 1:
        yield Contradiction(
            location=(*_POLICIES, "retention", there[0]),
            code="half_signed",
            message="signed_by and signed_on go together: give both, or neither until it is so",
        )


def _states_named(definition: Definition) -> Iterator[Contradiction]:
    kept: Location = (*_POLICIES, "retention", "by_state")
    named: list[tuple[Location, str]]
    named = [((*_STATES, at), one.state) for at, one in enumerate(definition.served_states)]
    by_state = definition.policies.retention.by_state
    named += [((*kept, at), one.state) for at, one in enumerate(by_state)]
    for place, state in named:
        if state not in get_args(UsState):
            yield Contradiction(
                location=(*place, "state"),
                code="unknown_state",
                message=f"{state!r} is not a state: write its postal code, such as FL, or DC",
            )


def _states_served(definition: Definition) -> Iterator[Contradiction]:
    if not definition.served_states:
        yield Contradiction(
            location=_STATES,
            code="no_state_served",
            message="nobody can be referred where no state is served: name one",
        )
    for (_, one), (at, other) in combinations(enumerate(definition.served_states), 2):
        if _for_the_same(one, other):
            yield Contradiction(
                location=(*_STATES, at, "state"),
                code="state_served_twice",
                message=f"the state {other.state} is named for the same service and time before: "
                "end the earlier one with until, or leave one out",
            )


def _for_the_same(one: ServedState, other: ServedState) -> bool:
    """The same service in the same state on some day."""
    alike = one.state == other.state and set(one.services) & set(other.services)
    return bool(alike) and (one.covers(other.since) or other.covers(one.since))
