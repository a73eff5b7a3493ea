"""The ways through a programme: which phases patients can come to, and from which ones."""

from domain.programmes.definition import Definition
from domain.programmes.phases import Phase
from domain.programmes.words import Purpose

BEFORE_TREATMENT: tuple[Purpose, ...] = ("assessment", "preparation")
"""What a phase before treatment is for."""


def reached(definition: Definition, beginning: Phase) -> set[str]:
    """The phases that a patient can come to from one of them, that one included."""
    found: set[str] = set()
    ahead = [beginning]
    while ahead:
        phase = ahead.pop()
        if phase.id not in found:
            found.add(phase.id)
            ahead += [one for one in definition.phases if one.id in phase.leads_to]
    return found


def treated_before(definition: Definition) -> set[str]:
    """The phases that patients come to after one whose sessions begin treatment."""
    nexts = {
        one
        for phase in definition.phases
        if phase.purpose == "treatment" and any(plan.counts for plan in phase.sessions)
        for one in phase.leads_to
    }
    return {
        later
        for phase in definition.phases
        if phase.id in nexts
        for later in reached(definition, phase)
    }
