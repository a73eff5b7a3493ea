"""What may be done with a request for records now, or all that blocks it."""

from typing import get_args

from domain.decider import Context, Transition, transition
from domain.events.records_request import RequestKind
from domain.records_request import guards
from domain.records_request.state import RecordsRequest


def permitted(request: RecordsRequest, context: Context) -> list[Transition]:
    """Every transition of a request. A guard on what a form asks for is checked on submitting."""
    if request.status == "absent":
        return [_receive(kind) for kind in get_args(RequestKind)]
    if request.status == "erased":
        return []
    answering = guards.answer_guards(request)
    extending = guards.extension_guards(request, context)
    return [
        *(
            transition("fulfil", f"Fulfil: {how}", *answering, how=how)
            for how in guards.WAYS[request.kind or "access"]
        ),
        *(
            transition("deny", f"Deny: {ground.replace('_', ' ')}", *answering, ground=ground)
            for ground in guards.GROUNDS[request.kind or "access"]
        ),
        transition("extend", "Extend the due date, once", *extending),
        transition("withdraw", "Withdraw the request", *answering),
    ]


def _receive(kind: str) -> Transition:
    return transition("receive", f"Record a request: {kind}", kind=kind)
