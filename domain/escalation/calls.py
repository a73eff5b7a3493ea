"""Whom an escalation calls: the one responsible, the on-call list, the supervisor, again."""

from domain.decider import Context, Reference, known
from domain.escalation.state import Escalation
from domain.events.escalation import Called, Step
from domain.on_call.chain import Chain
from domain.programmes.label import programme_of


def on_call_id(programme: str) -> str:
    """The id of the on-call list of a programme version (`mbt-g@1`)."""
    return f"oncall-{programme_of(programme)}"


def on_call_list(programme: str | None) -> list[Reference]:
    """The reference to a programme's on-call list."""
    return [Reference(kind="oncall", name=on_call_id(programme))] if programme else []


def called_next(escalation: Escalation, context: Context) -> Called:
    """The next call: nobody is called twice before everybody was, and then it never ends."""
    clinician_id, step = _next_in_line(escalation, _chain(escalation, context))
    policies = context.definition.policies.safety
    last = step in ("supervisor", "reminder")
    response = policies.response(known(escalation.level))
    wait = policies.remind_every if last else response.acknowledged_within
    return Called(
        at=context.now,
        call=escalation.calls + 1,
        clinician_id=clinician_id,
        step=step,
        next_call_at=context.now + wait,
    )


def told_when_overdue(escalation: Escalation, context: Context) -> str | None:
    """The supervisor; whoever is responsible, or first on call, where there is none."""
    chain = _chain(escalation, context)
    in_line = (chain.supervisor, escalation.responsible, *chain.clinicians)
    return next(filter(None, in_line), None)


def _next_in_line(escalation: Escalation, chain: Chain) -> tuple[str | None, Step]:
    called = escalation.called
    if escalation.responsible and escalation.responsible not in called:
        return escalation.responsible, "responsible"
    for clinician_id in chain.clinicians:
        if clinician_id not in called:
            return clinician_id, "on_call"
    if chain.supervisor is None:
        return _in_turn(escalation, chain), "reminder"
    return chain.supervisor, "reminder" if chain.supervisor in called else "supervisor"


def _in_turn(escalation: Escalation, chain: Chain) -> str | None:
    """Without a supervisor, those on call are reminded by turns."""
    in_line = chain.clinicians
    return in_line[escalation.calls % len(in_line)] if in_line else escalation.responsible


def _chain(escalation: Escalation, context: Context) -> Chain:
    return context.facts(on_call_id(known(escalation.programme)), Chain).at(context.now)
