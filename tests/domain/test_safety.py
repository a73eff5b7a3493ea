"""A flag of risk on a pathway: it opens an escalation, and is heard there or raised anew."""

from datetime import timedelta
from typing import Any, get_args
from uuid import UUID, uuid5

import pytest
from pydantic import ValidationError

from domain.actor import Actor
from domain.commands.base import SettleEffect
from domain.commands.pathway import BookSession, CompleteTask, EndFollowUp, Erase
from domain.commands.safety import EscalationResolved, RaiseConcern, ReportEventOutside
from domain.decider import Effect, tell
from domain.events import safety as facts
from domain.events.effects import EffectOutcome
from domain.events.pathway import (
    Closed,
    Discharged,
    EffectSettled,
    Erased,
    PathwayEvent,
    TaskCompleted,
    TaskOpened,
)
from domain.events.safety import ErasurePassedOn, RiskRaised, RiskSignalled
from domain.pathway import PATHWAY
from domain.pathway.rows import Risk
from domain.programmes.definition import Definition
from domain.programmes.safety import Response, SafetyPolicies
from domain.risk import FormulatedLevel, Level, OutsideEvent
from tests.domain.histories import (
    FIRST_GROUP,
    MBT_G,
    ONGOING_AT,
    WEEK,
    closed,
    given,
    in_follow_up,
    in_ongoing,
    mbt_g_document,
    ny,
    referred,
    task,
)
from tests.domain.specification import COMMAND_ID, COORDINATOR, of_type

FLAGGED_AT = ny("2026-03-12 10:00")
NEXT_GROUP = ny("2026-03-17 18:00")
KEPT_UNTIL = ny("2036-08-03 18:00")

NEW_ID = f"escalation-{uuid5(COMMAND_ID, 'escalation')}"
OPEN_ID = "escalation-3f2c7f0a-6a55-5d0e-8a43-5a9a2b3c4d5e"
ESCALATION_ITSELF = Actor(subject=OPEN_ID, role="service")
EFFECT_ID = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")


def flagged(level: Level = "high", **details: Any) -> RiskRaised:
    return RiskRaised(
        **{
            "at": FLAGGED_AT,
            "flag": 1,
            "escalation_id": OPEN_ID,
            "source": "clinician",
            "level": level,
            **details,
        }
    )


def at_risk(level: Level = "high") -> tuple[PathwayEvent, ...]:
    """The escalation that answers the flag is open."""
    return (*in_ongoing(), flagged(level), settled(1))


def settled(flag: int, outcome: EffectOutcome = "done") -> EffectSettled:
    return EffectSettled(at=FLAGGED_AT, effect_id=EFFECT_ID, effect=f"flag-{flag}", outcome=outcome)


def settle(flag: int, outcome: EffectOutcome) -> SettleEffect:
    return SettleEffect(effect_id=EFFECT_ID, effect=f"flag-{flag}", outcome=outcome)


def resolution(level: FormulatedLevel = "low") -> facts.EscalationResolved:
    return facts.EscalationResolved(
        at=FLAGGED_AT + timedelta(days=1),
        escalation_id=OPEN_ID,
        disposition="increased_contact",
        level=level,
    )


def safety_policies(**changed: Any) -> Definition:
    document = mbt_g_document()
    policies = document["policies"]
    safety = {**policies["safety"], **changed}
    return Definition.model_validate({**document, "policies": {**policies, "safety": safety}})


@pytest.mark.parametrize("source", ["clinician", "facilitator"])
def test_a_concern_opens_an_escalation(source: Any) -> None:
    """Safety: opened by a clinician, or by a facilitator during a session."""
    command = RaiseConcern(source=source, level="high", about="note-4711")
    done = given(*in_ongoing()).when(command, at=FLAGGED_AT)
    done.then(flagged(escalation_id=NEW_ID, source=source, about="note-4711"))
    done.then_state(
        risk=Risk(level="high", since=FLAGGED_AT),
        open_escalations=(NEW_ID,),
        escalations=(NEW_ID,),
    )
    assert done.and_given().reactions() == [
        tell(
            NEW_ID,
            "open",
            name="flag-1",
            pathway_id="$itself",
            programme="mbt-g@1",
            source=source,
            level="high",
            at=FLAGGED_AT.isoformat(),
            next_session_at=None,
        )
    ]


def test_an_escalation_knows_when_the_patient_comes_next() -> None:
    """Safety: a low risk is answered by the next session."""
    life = given(*in_ongoing())
    present = (FLAGGED_AT - timedelta(hours=1), FLAGGED_AT)
    for starts_at in (*present, NEXT_GROUP + WEEK, NEXT_GROUP):
        life = life.when(_book(starts_at), at=ONGOING_AT).and_given()
    done = life.when(RaiseConcern(source="clinician", level="low"), at=FLAGGED_AT)
    (raised,) = of_type(done.events, RiskRaised)
    assert raised.next_session_at == NEXT_GROUP
    assert done.and_given().reactions()[0].data["next_session_at"] == NEXT_GROUP.isoformat()


def _book(starts_at: Any) -> Any:
    return BookSession(kind="individual", starts_at=starts_at)


def test_a_concern_is_entered_late_whatever_was_recorded_since() -> None:
    noticed_at = FIRST_GROUP + timedelta(hours=1)
    command = RaiseConcern(source="facilitator", level="high", at=noticed_at)
    done = given(*in_ongoing()).when(command, at=FLAGGED_AT)
    done.then(flagged(at=noticed_at, escalation_id=NEW_ID, source="facilitator"))


def test_a_concern_is_neither_ahead_nor_before_the_referral() -> None:
    life = given(*in_ongoing())
    ahead = RaiseConcern(source="clinician", level="low", at=FLAGGED_AT + WEEK)
    before = RaiseConcern(source="clinician", level="low", at=ny("2025-01-01 10:00"))
    life.when(ahead, at=FLAGGED_AT).then_rejected("in_the_future")
    life.when(before, at=FLAGGED_AT).then_rejected("before_referral")


@pytest.mark.parametrize("kind", get_args(OutsideEvent))
def test_a_stay_outside_opens_an_escalation(kind: OutsideEvent) -> None:
    """Safety: opened by an ED visit or an inpatient discharge."""
    ended_at = FLAGGED_AT - timedelta(hours=30)
    report = ReportEventOutside(kind=kind, occurred_at=ended_at)
    done = given(*in_ongoing()).when(report, at=FLAGGED_AT)
    done.then(flagged("moderate", at=ended_at, escalation_id=NEW_ID, source=kind))
    ahead = ReportEventOutside(kind=kind, occurred_at=FLAGGED_AT + WEEK)
    given(*in_ongoing()).when(ahead, at=FLAGGED_AT).then_rejected("in_the_future")
    before = ReportEventOutside(kind=kind, occurred_at=ny("2025-01-01 10:00"))
    given(*in_ongoing()).when(before, at=FLAGGED_AT).then_rejected("before_referral")


def test_a_further_flag_goes_to_the_escalation_that_is_open() -> None:
    command = RaiseConcern(source="facilitator", level="low", about="note-2")
    done = given(*at_risk()).when(command, at=FLAGGED_AT)
    done.then(
        RiskSignalled(
            at=FLAGGED_AT,
            flag=2,
            escalation_id=OPEN_ID,
            source="facilitator",
            level="low",
            about="note-2",
        )
    )
    assert done.and_given().reactions() == [
        tell(
            OPEN_ID,
            "add_signal",
            name="flag-2",
            source="facilitator",
            level="low",
            at=FLAGGED_AT.isoformat(),
            next_session_at=None,
        )
    ]


def test_a_flag_never_lowers_the_risk() -> None:
    low = flagged("low", flag=2)
    assert given(*at_risk("high"), low).state.risk == Risk(level="high", since=FLAGGED_AT)
    again = flagged("high", flag=2, at=FLAGGED_AT + WEEK)
    assert given(*at_risk("high"), again).state.risk == Risk(level="high", since=FLAGGED_AT)
    earlier = flagged("high", flag=2, at=FIRST_GROUP)
    assert given(*at_risk("low"), earlier).state.risk == Risk(level="high", since=FIRST_GROUP)


def test_a_flag_that_arrived_is_heard() -> None:
    life = given(*in_ongoing(), flagged())
    assert [one.number for one in life.state.unheard_flags] == [1]
    done = life.when(settle(1, "done"), at=FLAGGED_AT).then(settled(1))
    assert done.and_given().state.unheard_flags == ()


@pytest.mark.parametrize("outcome", ["refused", "failed", "lapsed"])
def test_a_flag_that_its_escalation_did_not_take_opens_another_one(
    outcome: EffectOutcome,
) -> None:
    """Safety: it was resolved while the flag was on its way; the flag is not lost with it."""
    signalled = RiskSignalled(
        at=FLAGGED_AT, flag=2, escalation_id=OPEN_ID, source="no_show", level="high", about="n-1"
    )
    done = given(*at_risk(), signalled).when(settle(2, outcome), at=FLAGGED_AT)
    raised = flagged(flag=3, escalation_id=NEW_ID, source="no_show", about="n-1")
    done.then(settled(2, outcome), raised)
    done.then_state(open_escalations=(NEW_ID,), escalations=(OPEN_ID, NEW_ID))


def test_a_flag_whose_escalation_cannot_be_opened_becomes_a_task() -> None:
    """Safety: then a person has to act as fast as they would have had to acknowledge it."""
    life = given(*in_ongoing(), flagged())
    done = life.when(settle(1, "failed"), at=FLAGGED_AT)
    done.then_happened(EffectSettled, TaskOpened)
    (call,) = of_type(done.events, TaskOpened)
    assert (call.kind, call.due_at) == ("safety_call", FLAGGED_AT + timedelta(minutes=15))
    done.then_state(open_escalations=(), unheard_flags=())


def test_what_came_of_other_effects_concerns_no_flag() -> None:
    life = given(*in_ongoing(), flagged())
    done = life.when(settle(7, "failed"), at=FLAGGED_AT).then(settled(7, "failed"))
    assert done.and_given().content == life.content


def test_a_flag_that_is_lost_after_the_pathway_has_closed_is_answered_by_a_call() -> None:
    """Safety: nobody at risk is forgotten because treatment is over."""
    life = given(*closed()[:-1], flagged(), closed()[-1])
    lost = life.when(settle(1, "failed")).then_happened(EffectSettled, TaskOpened).and_given()
    (call,) = lost.state.tasks
    assert call.kind == "safety_call"
    assert lost.permitted("complete_task", task=call.number).open
    done = lost.when(CompleteTask(task=call.number, outcome="Reached by telephone"))
    done.then_happened(TaskCompleted).then_state(tasks=(), status="closed")
    done.and_given().when(CompleteTask(task=call.number, outcome="x")).then_rejected(
        "pathway_closed"
    )


def test_a_call_to_a_patient_at_risk_outlives_the_pathway() -> None:
    lost = given(*in_follow_up(), flagged()).when(settle(1, "failed")).and_given()
    over = lost.when(EndFollowUp(reason="Declined")).and_given()
    assert [one.kind for one in over.state.tasks] == ["safety_call"]


@pytest.mark.parametrize("level", get_args(FormulatedLevel))
def test_a_resolved_escalation_says_which_risk_remains(level: FormulatedLevel) -> None:
    command = EscalationResolved(
        escalation_id=OPEN_ID, disposition="increased_contact", level=level
    )
    expected = resolution(level)
    done = given(*at_risk()).when(command, at=expected.at, by=ESCALATION_ITSELF)
    done.then(expected)
    done.then_state(open_escalations=(), risk=Risk(level=level, since=expected.at))
    done.and_given().when(command, by=ESCALATION_ITSELF).then_nothing()


def test_only_the_escalation_itself_says_that_it_is_resolved() -> None:
    command = EscalationResolved(
        escalation_id=OPEN_ID, disposition="no_further_action", level="none"
    )
    life = given(*at_risk())
    life.when(command, by=COORDINATOR).then_rejected("not_its_escalation")
    other = Actor(subject=NEW_ID, role="service")
    life.when(command, by=other).then_rejected("not_its_escalation")
    given().when(command, at=FLAGGED_AT, by=ESCALATION_ITSELF).then_rejected("unknown_pathway")


def test_an_escalation_outlives_the_pathway_and_is_still_heard() -> None:
    """Safety: an escalation is never closed with the pathway."""
    command = EscalationResolved(escalation_id=OPEN_ID, disposition="inpatient", level="high")
    life = given(*closed()[:-1], flagged(), settled(1), closed()[-1])
    life.when(command, by=ESCALATION_ITSELF).then_happened(facts.EscalationResolved)


def test_follow_up_that_waited_for_the_escalation_alone_ends_with_it() -> None:
    """Safety: nothing closes while an escalation is open, and nothing waits for it afterwards."""
    command = EscalationResolved(escalation_id=OPEN_ID, disposition="inpatient", level="low")
    measured = [
        one.model_copy(update={"follow_ups": ()}) if isinstance(one, Discharged) else one
        for one in in_follow_up()
    ]
    life = given(*measured, flagged(), settled(1))
    done = life.when(command, at=closed()[-1].at, by=ESCALATION_ITSELF)
    done.then_happened(facts.EscalationResolved, Closed).then_state(status="closed")


def test_nothing_stands_in_the_way_of_a_concern() -> None:
    life = given(*in_ongoing())
    assert life.permitted("raise_concern").open
    assert life.permitted("report_event_outside", kind="ed_visit").open
    assert given(*referred()).permitted("raise_concern").open
    assert not given(*closed()).permitted("raise_concern").open


def test_a_record_is_not_erased_while_an_escalation_is_open() -> None:
    life = given(*closed()[:-1], flagged(), settled(1), closed()[-1])
    erase = Erase(reason="retention_expired")
    life.when(erase, at=KEPT_UNTIL).then_rejected("escalation_open")


def test_erasing_a_record_is_passed_on_to_its_escalations() -> None:
    life = given(*closed()[:-1], flagged(), settled(1), resolution(), closed()[-1])
    done = life.when(Erase(reason="retention_expired"), at=KEPT_UNTIL)
    passed_on = ErasurePassedOn(at=KEPT_UNTIL, entity_id=OPEN_ID)
    done.then(passed_on, Erased(at=KEPT_UNTIL, reason="retention_expired"))
    assert PATHWAY.reactions(life.state, passed_on) == [
        Effect(name="erase", port="entity", template="erase", recipient=OPEN_ID)
    ]


def test_the_shipped_response_is_that_of_the_policy() -> None:
    """Safety: the shipped programme says its response, and waits for a clinician's signature."""
    assert MBT_G.policies.safety == SafetyPolicies()
    assert "policies.safety" in MBT_G.sign_offs[0].values


@pytest.mark.parametrize(
    "changed",
    [
        {"low": {"acknowledged_within": "PT1M", "backstop": "P7D"}},
        {"moderate": {"acknowledged_within": "PT4H", "contact_within": "PT1M", "backstop": "P1D"}},
        {"remind_every": "PT1S"},
        {"high": {"acknowledged_within": "PT0S", "backstop": "P1D"}},
    ],
)
def test_a_higher_risk_is_never_answered_more_slowly_and_nothing_runs_in_seconds(
    changed: dict[str, Any],
) -> None:
    with pytest.raises(ValidationError):
        safety_policies(**changed)


def test_a_level_without_a_contact_of_its_own_is_answered_by_the_backstop() -> None:
    day = timedelta(days=1)
    policies = SafetyPolicies(
        high=Response(acknowledged_within=day, contact_within=day, backstop=day),
        moderate=Response(acknowledged_within=day, backstop=2 * day),
        low=Response(acknowledged_within=day, backstop=3 * day),
    )
    assert policies.response("moderate").contact_within is None


def test_nobody_but_the_escalation_speaks_in_its_name() -> None:
    command = EscalationResolved(
        escalation_id=OPEN_ID, disposition="no_further_action", level="none"
    )
    person = Actor(subject=OPEN_ID, role="coordinator")
    given(*at_risk()).when(command, by=person).then_rejected("not_its_escalation")


def test_a_resolved_escalation_answers_for_its_own_flag_and_for_no_other() -> None:
    other = flagged(flag=2, escalation_id=NEW_ID)
    life = given(*in_ongoing(), flagged(), other, resolution())
    assert [one.number for one in life.state.unheard_flags] == [2]


def test_follow_up_goes_on_while_somebody_has_still_to_look_at_a_score() -> None:
    command = EscalationResolved(escalation_id=OPEN_ID, disposition="inpatient", level="low")
    measured = [
        one.model_copy(update={"follow_ups": ()}) if isinstance(one, Discharged) else one
        for one in in_follow_up()
    ]
    review = task(1, "deterioration_review", FLAGGED_AT)
    life = given(*measured, flagged(), settled(1), review)
    done = life.when(command, at=closed()[-1].at, by=ESCALATION_ITSELF)
    done.then_happened(facts.EscalationResolved).then_state(status="open")


def test_a_flag_goes_to_the_escalation_that_was_opened_last() -> None:
    other = flagged(flag=2, escalation_id=NEW_ID)
    command = RaiseConcern(source="clinician", level="low")
    done = given(*at_risk(), other).when(command, at=FLAGGED_AT)
    assert [one.escalation_id for one in of_type(done.events, RiskSignalled)] == [NEW_ID]
