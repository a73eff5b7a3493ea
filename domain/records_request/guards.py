"""The guards of a request: each gives `None` while it holds, or the reason why it does not."""

from datetime import datetime

from domain.decider import Context, Reason
from domain.events.records_request import DenialGround, Fulfilment, RequestKind
from domain.pathway.standing import Standing
from domain.records_request.state import RecordsRequest

GROUNDS: dict[RequestKind, tuple[DenialGround, ...]] = {
    "access": (
        "psychotherapy_notes",
        "legal_proceedings",
        "endangers_life_or_safety",
        "names_another_person",
        "confidential_source",
    ),
    "amendment": (
        "not_created_here",
        "not_in_record_set",
        "not_open_to_access",
        "accurate_and_complete",
    ),
}
"""The grounds that each kind of request may be denied on."""

WAYS: dict[RequestKind, tuple[Fulfilment, ...]] = {
    "access": ("electronic", "paper", "inspection"),
    "amendment": ("amended",),
}
"""How each kind of request may be fulfilled."""


def not_received_yet(request: RecordsRequest) -> Reason | None:
    if request.status == "absent":
        return None
    return Reason(code="already_received", message="This request was received already: use it.")


def received(request: RecordsRequest) -> Reason | None:
    if request.status != "absent":
        return None
    return Reason(code="unknown_request", message="There is no such request: record it first.")


def unanswered(request: RecordsRequest) -> Reason | None:
    if request.status in ("absent", "open"):
        return None
    return Reason(
        code="request_closed",
        message=f"The request is {request.status} already: a further one is a request of its own.",
    )


def pathway_kept(standing: Standing) -> Reason | None:
    """There is a record to ask for, also of a pathway that has closed."""
    if standing.status == "absent":
        return Reason(code="unknown_pathway", message="There is no such pathway: check the id.")
    if standing.status == "erased":
        return Reason(code="pathway_erased", message="The record was erased: nothing is left.")
    return None


def programme_at_hand(programme: str, context: Context) -> Reason | None:
    if programme == context.definition.label:
        return None
    return Reason(
        code="other_programme",
        message=f"The programme version at hand is {context.definition.label}: name that one.",
    )


def not_extended(request: RecordsRequest) -> Reason | None:
    """One extension only (45 CFR 164.524(b)(2)(iii), 164.526(b)(2)(ii))."""
    if not request.extended:
        return None
    return Reason(code="already_extended", message="The due date may be extended once only.")


def not_overdue(request: RecordsRequest, context: Context) -> Reason | None:
    """The patient is told of an extension before the first due date has passed."""
    if request.due_at is None or context.now < request.due_at:
        return None
    return Reason(code="overdue", message="The due date has passed: answer the request now.")


def ground_fits(request: RecordsRequest, ground: DenialGround) -> Reason | None:
    if request.kind is None or ground in GROUNDS[request.kind]:
        return None
    return Reason(
        code="ground_not_allowed",
        message=f"This may be denied on these grounds: {', '.join(GROUNDS[request.kind])}.",
    )


def way_fits(request: RecordsRequest, how: Fulfilment) -> Reason | None:
    if request.kind is None or how in WAYS[request.kind]:
        return None
    return Reason(
        code="way_not_fitting",
        message=f"This is fulfilled in one of these ways: {', '.join(WAYS[request.kind])}.",
    )


def answer_guards(request: RecordsRequest) -> list[Reason | None]:
    return [received(request), unanswered(request)]


def extension_guards(request: RecordsRequest, context: Context) -> list[Reason | None]:
    return [*answer_guards(request), not_extended(request), not_overdue(request, context)]


def not_before_request(request: RecordsRequest, instant: datetime) -> Reason | None:
    if request.received_at is None or instant >= request.received_at:
        return None
    return Reason(
        code="before_request", message="The request was received after that: check the time."
    )
