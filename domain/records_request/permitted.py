"""What may be done with a request for records now, or all that blocks it."""

from typing import get_args

from domain.decider import Context, Reason, Transition, failed
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
            _transition("fulfil", f"Fulfil: {how}", answering, how=how)
            for how in guards.WAYS[request.kind or "access"]
        ),
        *(
            _transition("deny", f"Deny: {ground.replace('_', ' ')}", answering, ground=ground)
            for ground in guards.GROUNDS[request.kind or "access"]
        ),
        _transition("extend", "Extend the due date, once", extending),
        _transition("withdraw", "Withdraw the request", answering),
    ]


def _receive(kind: str) -> Transition:
    return _transition("receive", f"Record a request: {kind}", [], kind=kind)


def _transition(command: str, title: str, guarded: list[Reason | None], **data: str) -> Transition:
    return Transition(command=command, title=title, data={**data}, blocked_by=failed(*guarded))
