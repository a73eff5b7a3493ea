"""What may be done with an escalation now: every transition, open or with all that blocks it."""

from collections.abc import Iterator
from typing import get_args

from pydantic import JsonValue

from domain.decider import Context, Reason, Transition, failed
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
    yield _transition("acknowledge", "Take it on", *acknowledge_guards(escalation, context))
    yield _transition("hand_to", "Hand it to another clinician", recording)
    yield _transition("record_contact_attempt", "Record an attempt to reach the patient", recording)
    yield _transition("record_visit", "Record that a clinician saw the patient", recording)


def _answers(escalation: Escalation, context: Context) -> Iterator[Transition]:
    judging = guards.may_judge(context)
    yield _transition("formulate", "Formulate the risk", judging)
    for level in get_args(Level):
        same = guards.level_differs(escalation, level)
        yield _transition("change_level", f"Change to {level} risk", judging, same, level=level)
    for disposition in get_args(Disposition):
        title = f"Arranged: {disposition.replace('_', ' ')}"
        yield _transition("record_disposition", title, judging, disposition=disposition)
    yield _transition("review_safety_plan", "Review the safety plan", judging)
    yield _transition("resolve", "Resolve", *resolve_guards(escalation, context))


def _transition(command: str, title: str, *guarded: Reason | None, **data: JsonValue) -> Transition:
    return Transition(command=command, title=title, data=data, blocked_by=failed(*guarded))
