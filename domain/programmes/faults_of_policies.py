"""What a clinic may not leave out: signatures, consent, contact, places to be treated in."""

from collections.abc import Iterator
from itertools import combinations
from typing import get_args

from domain.programmes.contradictions import Contradiction, Location
from domain.programmes.definition import Definition
from domain.programmes.states import ServedState
from domain.us_states import UsState

_POLICIES = ("policies",)
_STATES = ("served_states",)


def faults_of_policies(definition: Definition) -> Iterator[Contradiction]:
    """Those of signatures, of consent, of contact, and of the states that are named."""
    yield from _half_signed(definition)
    yield from _consented(definition)
    yield from _contacted(definition)
    yield from _states_named(definition)
    yield from _states_served(definition)


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


def _consented(definition: Definition) -> Iterator[Contradiction]:
    if all(one.needed_for != "treatment" for one in definition.consents):
        yield Contradiction(
            location=("consents",),
            code="no_consent_to_treatment",
            message="nobody is treated without having consented to it: "
            "name a consent that is needed for treatment",
        )


def _contacted(definition: Definition) -> Iterator[Contradiction]:
    """At a high risk nobody waits for the next session."""
    if definition.policies.safety.high.contact_within is None:
        yield Contradiction(
            location=(*_POLICIES, "safety", "high"),
            code="high_without_contact",
            message="say within what time a patient at high risk is contacted: contact_within",
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
