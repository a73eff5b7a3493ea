"""What may be done with an escalation now: every transition, open or with all that blocks it."""

from collections.abc import Iterator
from typing import get_args

from domain.decider import Context, Transition, transition
from domain.escalation import guards
from domain.escalation.answering import resolve_guards
from domain.escalation.state import Escalation
from domain.escalation.taking_on import acknowledge_guards
from domain.risk import Disposition, Level


def permitted(escalation: Escalation, context: Context) -> list[Transition]:
    """Every transition. A guard on what a form asks for is checked on submitting."""
    if escalation.status in ("absent", "erased"):
        return []
    transitions = [*_taking_on(escalation, context), *_answers(escalation, context)]
    over = guards.still_open(escalation)
    if over is None:
        return transitions
    return [one.model_copy(update={"blocked_by": (over,)}) for one in transitions]


def _taking_on(escalation: Escalation, context: Context) -> Iterator[Transition]:
    recording = guards.may_record(context)
    yield transition("acknowledge", "Take it on", *acknowledge_guards(escalation, context))
    yield transition("hand_to", "Hand it to another clinician", recording)
    yield transition("record_contact_attempt", "Record an attempt to reach the patient", recording)
    yield transition("record_visit", "Record that a clinician saw the patient", recording)


def _answers(escalation: Escalation, context: Context) -> Iterator[Transition]:
    judging = guards.may_judge(context)
    yield transition("formulate", "Formulate the risk", judging)
    for level in get_args(Level):
        same = guards.level_differs(escalation, level)
        yield transition("change_level", f"Change to {level} risk", judging, same, level=level)
    for disposition in get_args(Disposition):
        title = f"Arranged: {disposition.replace('_', ' ')}"
        yield transition("record_disposition", title, judging, disposition=disposition)
    yield transition("review_safety_plan", "Review the safety plan", judging)
    yield transition("resolve", "Resolve", *resolve_guards(escalation, context))
