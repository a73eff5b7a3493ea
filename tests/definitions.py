"""Definitions for tests whose concern is another than groups, licences, identity and benefits."""

from domain.programmes.definition import Definition
from domain.programmes.phases import Phase, SessionPlan

_ASKED_ELSEWHERE = ("identity_confirmed", "benefits_verified")


def by_hand(definition: Definition) -> Definition:
    """The programme as a clinic would run it that records every session by hand.

    Nobody is asked for two identifiers, benefits or licences, and no therapy group is needed.
    """
    phases = tuple(_by_hand(phase) for phase in definition.phases)
    return definition.model_copy(update={"phases": phases})


def _by_hand(phase: Phase) -> Phase:
    return phase.model_copy(
        update={
            "enter_when": tuple(one for one in phase.enter_when if one not in _ASKED_ELSEWHERE),
            "sessions": tuple(_recorded_by_hand(plan) for plan in phase.sessions),
        }
    )


def _recorded_by_hand(plan: SessionPlan) -> SessionPlan:
    needs = tuple(one for one in plan.needs if one not in _ASKED_ELSEWHERE)
    return plan.model_copy(
        update={"needs": needs, "in_group": False, "licence_checked": False, "credential": None}
    )
