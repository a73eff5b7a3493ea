"""A patient's request for their records: by when it is answered, and by whom it is known."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.actor import Actor
from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.records_request import Deny, Erase, Extend, Fulfil, Receive, Withdraw
from domain.decider import ITSELF, Effect, Reference, tell
from domain.events.base import Event
from domain.events.erased import ContentErased
from domain.events.records_request import (
    BecameOverdue,
    Denied,
    DueSoon,
    EffectSettled,
    Erased,
    Extended,
    Fulfilled,
    Received,
    Withdrawn,
)
from domain.pathway.standing import Standing
from domain.records_request import RECORDS_REQUEST, RecordsRequest
from domain.records_request.guards import GROUNDS, WAYS
from domain.records_request.state import Answering
from tests.domain.histories import MBT_G, ny
from tests.domain.specification import Given, Specification

PATHWAY_ID = "pathway-1a2b3c4d-5e6f-4708-9182-736455463728"
PATHWAY_ITSELF = Actor(subject=PATHWAY_ID, role="service")
ASKED_AT = ny("2026-02-20 10:00")
DUE_AT = ny("2026-03-22 10:00")
WARN_AT = ny("2026-03-15 10:00")
EXTENDED_TO = ny("2026-04-21 10:00")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
EFFECT_ID = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")

request = Specification(RECORDS_REQUEST, MBT_G).knowing({PATHWAY_ID: Standing(status="open")})
given = request.given

RECEIVED = Received(
    at=ASKED_AT,
    pathway_id=PATHWAY_ID,
    programme="mbt-g@1",
    kind="access",
    due_at=DUE_AT,
    warn_at=WARN_AT,
)
EXTENSION = Extended(
    at=ASKED_AT, reason="Kept off site", due_at=EXTENDED_TO, warn_at=EXTENDED_TO - 7 * DAY
)
FULFIL = Fulfil(what="The whole record", how="electronic")
DENY = Deny(ground="confidential_source", reason="Told in confidence by somebody else")
WITHDRAW = Withdraw(reason="Not needed any more")
ANSWERS = (FULFIL, DENY, WITHDRAW)


def receive(**details: Any) -> Receive:
    data = {
        "pathway_id": PATHWAY_ID,
        "programme": "mbt-g@1",
        "kind": "access",
        "received_at": ASKED_AT,
    }
    return Receive.model_validate({**data, **details})


def open_request() -> Given[RecordsRequest]:
    return given(RECEIVED)


def test_a_request_for_access_is_due_thirty_days_on() -> None:
    """Demand 24: a due date 30 days on (45 CFR 164.524(b)(2)(i)), the same local time."""
    received = given().when(receive(), at=ASKED_AT)
    received.then(RECEIVED)
    assert received.and_given().reactions() == [
        tell(PATHWAY_ID, "note_records_request", request_id=ITSELF)
    ]


def test_a_request_for_amendment_is_due_sixty_days_on() -> None:
    """Law: 45 CFR 164.526(b)(2)(i)."""
    (received,) = given().when(receive(kind="amendment"), at=ASKED_AT).events
    assert received.due_at == ny("2026-04-21 10:00")  # type: ignore[attr-defined]


def test_the_clock_begins_when_the_patient_asked() -> None:
    """Recording it late gives nobody more time."""
    (received,) = given().when(receive(), at=ASKED_AT + 20 * DAY).events
    assert (received.at, received.due_at) == (ASKED_AT, DUE_AT)  # type: ignore[attr-defined]
    given().when(receive(), at=ASKED_AT - DAY).then_rejected("in_the_future")


@pytest.mark.parametrize(
    ("status", "code"), [("absent", "unknown_pathway"), ("erased", "pathway_erased")]
)
def test_a_request_is_for_a_record_that_there_is(status: Any, code: str) -> None:
    gone = request.knowing({PATHWAY_ID: Standing(status=status)})
    gone.given().when(receive(), at=ASKED_AT).then_rejected(code)
    kept = request.knowing({PATHWAY_ID: Standing(status="closed")})
    kept.given().when(receive(), at=ASKED_AT).then_happened(Received)


def test_the_programme_and_the_pathway_are_asked_for() -> None:
    assert RECORDS_REQUEST.needs(RecordsRequest(), receive()) == [
        Reference(kind="programme", name="mbt-g@1"),
        Reference(kind="pathway", name=PATHWAY_ID),
    ]
    assert RECORDS_REQUEST.needs(open_request().state, FULFIL) == []
    other = receive(programme="iop@1")
    given().when(other, at=ASKED_AT).then_rejected("other_programme")


def test_a_request_is_received_once() -> None:
    open_request().when(receive()).then_rejected("already_received")


@pytest.mark.parametrize("command", [*ANSWERS, Extend(reason="Kept off site")])
def test_a_request_that_was_never_made_is_not_answered(command: Any) -> None:
    given().when(command, at=ASKED_AT).then_rejected("unknown_request")


def test_one_extension_of_thirty_days_with_a_written_reason() -> None:
    """Demand 24: one extension of 30 days with a written reason."""
    extended = open_request().when(Extend(reason="Kept off site"))
    extended.then(EXTENSION)
    extended.and_given().when(Extend(reason="Still")).then_rejected("already_extended")
    assert [one.at for one in extended.and_given().deadlines("overdue")] == [EXTENDED_TO]


def test_the_due_date_is_extended_before_it_has_passed() -> None:
    """Law: the patient is told of the extension within the first thirty days."""
    extend = Extend(reason="Kept off site")
    open_request().when(extend, at=DUE_AT).then_rejected("overdue")
    assert open_request().when(extend, at=DUE_AT - MINUTE).events
    assert not open_request().permitted("extend", at=DUE_AT).open


def test_a_coordinator_is_warned_a_week_before_and_when_it_is_overdue() -> None:
    """Demand 24: a request has a due date, which somebody watches."""
    warned = open_request().when_due("due_soon")
    warned.then(DueSoon(at=WARN_AT, due_at=DUE_AT))
    assert warned.and_given().reactions() == [_notified("records_request_due_soon")]
    overdue = warned.and_given().when_due("overdue")
    overdue.then(BecameOverdue(at=DUE_AT))
    after = overdue.and_given()
    assert after.reactions() == [_notified("records_request_overdue")]
    assert after.deadlines() == []
    assert after.state.overdue


def test_an_extension_after_the_warning_warns_again() -> None:
    warned = open_request().when_due("due_soon").and_given()
    extended = warned.when(Extend(reason="Kept off site")).and_given()
    assert [one.kind for one in extended.deadlines()] == ["due_soon", "overdue"]


def test_a_deadline_that_does_not_stand_changes_nothing() -> None:
    early = MeetDeadline(kind="overdue", subject="request", at=DUE_AT)
    open_request().when(early, at=DUE_AT - MINUTE).then_nothing()
    moved = MeetDeadline(kind="overdue", subject="request", at=DUE_AT)
    given(RECEIVED, EXTENSION).when(moved, at=DUE_AT).then_nothing()


@pytest.mark.parametrize(
    ("command", "event", "status"),
    [
        (FULFIL, Fulfilled(at=ASKED_AT, what="The whole record", how="electronic"), "fulfilled"),
        (DENY, Denied(at=ASKED_AT, ground=DENY.ground, reason=DENY.reason), "denied"),
        (WITHDRAW, Withdrawn(at=ASKED_AT, reason="Not needed any more"), "withdrawn"),
    ],
)
def test_an_answer_ends_the_clock(command: Any, event: Any, status: str) -> None:
    answered = open_request().when(command)
    answered.then(event).then_state(status=status, answered_at=ASKED_AT)
    after = answered.and_given()
    assert after.deadlines() == []
    assert after.reactions() == []
    assert RECORDS_REQUEST.is_closed(after.state)
    for further in (*ANSWERS, Extend(reason="Late")):
        after.when(further).then_rejected("request_closed")


def test_late_is_better_than_never() -> None:
    overdue = open_request().when_due("overdue").and_given()
    overdue.when(FULFIL).then_happened(Fulfilled)


@pytest.mark.parametrize("kind", ["access", "amendment"])
def test_each_kind_has_its_own_grounds_and_ways(kind: Any) -> None:
    """Law: 45 CFR 164.524(a) for access, 164.526(a)(2) for amendment."""
    history = given(RECEIVED.model_copy(update={"kind": kind}))
    other = "amendment" if kind == "access" else "access"
    for ground in GROUNDS[kind]:
        history.when(DENY.model_copy(update={"ground": ground})).then_happened(Denied)
        assert history.permitted("deny", ground=ground).open
    for ground in GROUNDS[other]:  # type: ignore[index]
        wrong = DENY.model_copy(update={"ground": ground})
        history.when(wrong).then_rejected("ground_not_allowed")
    for how in WAYS[kind]:
        history.when(FULFIL.model_copy(update={"how": how})).then_happened(Fulfilled)
    for how in WAYS[other]:  # type: ignore[index]
        history.when(FULFIL.model_copy(update={"how": how})).then_rejected("way_not_fitting")


def test_an_answer_may_be_entered_late_but_not_before_the_request() -> None:
    at = ASKED_AT + 2 * DAY
    late = FULFIL.model_copy(update={"at": at})
    (event,) = open_request().when(late, at=ASKED_AT + 5 * DAY).events
    assert event.at == at
    open_request().when(late, at=ASKED_AT).then_rejected("in_the_future")
    before = FULFIL.model_copy(update={"at": ASKED_AT - DAY})
    open_request().when(before).then_rejected("before_request")
    given().when(late, at=at).then_rejected("unknown_request")
    given().when(late, at=ASKED_AT).then_rejected("unknown_request", "in_the_future")


def test_a_request_is_erased_together_with_its_pathway() -> None:
    answered = open_request().when(FULFIL).and_given()
    answered.when(Erase()).then_rejected("not_its_pathway")
    erased = answered.when(Erase(), by=PATHWAY_ITSELF)
    erased.then(Erased(at=ASKED_AT))
    gone = erased.and_given()
    assert gone.state == RecordsRequest(status="erased")
    assert gone.reactions() == [
        Effect(name="destroy_key", port="keys", template="destroy", recipient="patient")
    ]
    gone.when(Erase(), by=PATHWAY_ITSELF).then_nothing()
    gone.when(_settle("destroy_key", "failed")).and_given().when(
        Erase(), by=PATHWAY_ITSELF
    ).then_happened(Erased)
    gone.when(FULFIL).then_rejected("request_closed")
    given().when(Erase(), at=ASKED_AT, by=PATHWAY_ITSELF).then_rejected("unknown_request")


def test_of_erased_content_nothing_is_known() -> None:
    erased = ContentErased(at=ASKED_AT, erased_at=DUE_AT)
    assert given(RECEIVED, erased).state == RecordsRequest(status="erased")
    assert RECORDS_REQUEST.permitted(given(erased).state, given(erased).context()) == []


def test_what_came_of_an_effect_is_a_fact() -> None:
    settled = open_request().when(_settle("notify_coordinator", "refused"))
    settled.then_happened(EffectSettled)
    assert settled.and_given().state == open_request().state


def test_what_may_be_done_is_offered_with_what_blocks_it() -> None:
    nothing = given()
    assert nothing.permitted("receive", at=ASKED_AT, kind="amendment").open
    assert open_request().permitted("withdraw").open
    answered = open_request().when(FULFIL).and_given()
    blocked = answered.permitted("fulfil", how="paper").blocked_by
    assert [reason.code for reason in blocked] == ["request_closed"]


def test_others_know_how_a_request_stands_and_nothing_of_it() -> None:
    facts = RECORDS_REQUEST.facts(open_request().state)
    assert facts == Answering(status="open", due_at=DUE_AT)


def test_an_event_of_another_kind_changes_nothing() -> None:
    stray: Any = Event(at=ASKED_AT)
    assert RECORDS_REQUEST.evolve(open_request().state, stray) == open_request().state


def _notified(template: str) -> Effect:
    return Effect(
        name="notify_coordinator", port="notify", template=template, recipient="coordinator"
    )


def _settle(effect: str, outcome: Any) -> SettleEffect:
    return SettleEffect(effect_id=EFFECT_ID, effect=effect, outcome=outcome)
