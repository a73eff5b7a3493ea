"""What others are told of an escalation, and what is shown of it."""

from typing import Any

from domain.actor import Actor, Role
from domain.commands.escalation import (
    Acknowledge,
    HandTo,
)
from domain.escalation import ESCALATION, Course, Escalation
from domain.events.base import Event
from domain.events.escalation import (
    HandedOver,
)
from tests.domain.escalations import (
    ESCALATION_ID,
    FIRST,
    SECOND,
    answered,
    given,
    open_at,
    resolved,
)
from tests.domain.specification import Given
from tests.domain.test_escalation_end import ERASED

_OF_CLINICIANS = ("take_escalation", "leave_escalation")


def test_others_know_whether_it_is_open_how_high_and_whether_somebody_took_it_on() -> None:
    assert ESCALATION.facts(given().state) == Course()
    assert ESCALATION.facts(given(*open_at()).state) == Course(status="open", level="high")
    assert ESCALATION.facts(given(*resolved()).state) == Course(
        status="resolved", level="high", acknowledged=True
    )


def by_role(role: Role) -> dict[str, set[str]]:
    """What blocks each transition of one that is answered, for somebody in a role."""
    context = given(*answered()).context(by=Actor(subject="account-1", role=role))
    found = ESCALATION.permitted(given(*answered()).state, context)
    blocked: dict[str, set[str]] = {}
    for one in found:
        blocked.setdefault(one.command, set()).update(reason.code for reason in one.blocked_by)
    return blocked


def test_every_transition_is_shown_with_what_blocks_it() -> None:
    assert by_role("clinician") == {
        "acknowledge": {"already_acknowledged"},
        "hand_to": set(),
        "record_contact_attempt": set(),
        "record_visit": set(),
        "formulate": set(),
        "change_level": {"same_level"},
        "record_disposition": set(),
        "review_safety_plan": set(),
        "resolve": set(),
    }
    assert by_role("coordinator")["resolve"] == {"not_a_clinician"}
    assert by_role("auditor")["record_visit"] == {"not_in_care"}


def test_a_resolved_escalation_says_so_of_every_transition() -> None:
    found = ESCALATION.permitted(given(*resolved()).state, given(*resolved()).context())
    assert {reason.code for one in found for reason in one.blocked_by} == {"escalation_resolved"}
    assert not any(one.open for one in found)


def test_of_one_that_there_is_not_nothing_is_shown() -> None:
    assert ESCALATION.permitted(given().state, given(*open_at()).context()) == []
    erased = given(*resolved(), ERASED)
    assert ESCALATION.permitted(erased.state, erased.context()) == []


def test_ids_of_escalations_say_nothing() -> None:
    assert ESCALATION_ID.startswith(f"{ESCALATION.kind}-")


def test_whoever_acknowledges_answers_for_the_patient_until_somebody_else_does() -> None:
    """Safety: nobody who answers for a patient at risk is taken out of service meanwhile."""
    taken = given(*open_at()).when(Acknowledge(by=FIRST)).and_given()
    assert told(taken) == [(FIRST, "take_escalation")]
    handed = taken.when(HandTo(clinician_id=SECOND)).and_given()
    assert told(handed, HandedOver) == [(FIRST, "leave_escalation")]
    back = handed.when(Acknowledge(by=FIRST)).and_given()
    assert told(back) == [(FIRST, "take_escalation"), (SECOND, "leave_escalation")]


def test_whoever_resolves_it_answers_for_it_no_longer() -> None:
    assert (FIRST, "leave_escalation") in told(given(*resolved()))


def told(life: Given[Escalation], kind: type[Event] = Event) -> list[tuple[str, str]]:
    """Which clinicians are told what by the latest event of a kind."""
    latest: Any = [one for one in life.events if isinstance(one, kind)][-1]
    effects = ESCALATION.reactions(life.state, latest)
    return [(one.recipient, one.template) for one in effects if one.template in _OF_CLINICIANS]
