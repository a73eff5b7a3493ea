"""Definitions for tests whose concern is another than groups, licences, identity and benefits."""

from collections.abc import Iterator

from domain.programmes.definition import Definition
from domain.programmes.phases import Phase, SessionPlan

_ASKED_ELSEWHERE = ("identity_confirmed", "benefits_verified")

CIRCLE = "circle"
"""The kind of session that therapy groups give, beside those of the same phase held by hand."""


def unchecked(definition: Definition) -> Definition:
    """The programme as it is, but nobody is asked for two identifiers, benefits or licences."""
    return definition.model_copy(update={"phases": tuple(map(_unchecked, definition.phases))})


def by_hand(definition: Definition) -> Definition:
    """The same as a clinic would run it that records its sessions by hand.

    What is a group's session in the programme is recorded by hand and begins treatment as it
    would; the groups that there are meet besides.
    """
    asked = unchecked(definition)
    kinds = tuple(one.model_copy(update={"session": CIRCLE}) for one in asked.group_kinds)
    phases = tuple(map(_by_hand, asked.phases))
    return asked.model_copy(update={"phases": phases, "group_kinds": kinds})


def _unchecked(phase: Phase) -> Phase:
    return phase.model_copy(
        update={
            "enter_when": _left(phase.enter_when),
            "sessions": tuple(
                plan.model_copy(
                    update={
                        "needs": _left(plan.needs),
                        "licence_checked": False,
                        "credential": None,
                    }
                )
                for plan in phase.sessions
            ),
        }
    )


def _left(guards: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in guards if one not in _ASKED_ELSEWHERE)


def _by_hand(phase: Phase) -> Phase:
    sessions = (*map(_recorded_by_hand, phase.sessions), *_circles(phase))
    return phase.model_copy(update={"sessions": sessions})


def _recorded_by_hand(plan: SessionPlan) -> SessionPlan:
    return plan.model_copy(update={"in_group": False, "begins_treatment": plan.counts})


def _circles(phase: Phase) -> Iterator[SessionPlan]:
    for plan in phase.sessions:
        if plan.in_group:
            yield SessionPlan(kind=CIRCLE, title="Circle", length=plan.length, in_group=True)
