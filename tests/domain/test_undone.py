"""Nothing that was not done is silently lost: a person sees to it, or it is asked another way."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from domain.commands.base import SettleEffect
from domain.commands.pathway import CompleteTask
from domain.decider import Effect
from domain.deciders import DECIDERS
from domain.events.base import Event
from domain.events.effects import EffectOutcome
from domain.events.pathway import EffectSettled, Erased, TaskCompleted, TaskOpened
from domain.events.registry import TYPES, read
from domain.pathway import asking
from tests.domain.histories import FIRST_GROUP, PLANNED_END, closed, given, in_treatment

EFFECT_ID = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")
DESKS = {
    "clinician": "coordinator",
    "request": "supervisor",
    "oncall": "supervisor",
    "escalation": "supervisors",
}
GOLDEN = Path(__file__).parent / "golden"
OF_A_PATHWAY = [one for one in TYPES if one.name.startswith("pathway.")]
STILL_WAITING = (asking.RESERVE_SEAT,)
"""Whoever is refused a seat stays on the waitlist: the next is offered from there."""


def settled(
    effect: str, outcome: EffectOutcome = "failed", reasons: tuple[str, ...] = ()
) -> SettleEffect:
    return SettleEffect(effect_id=EFFECT_ID, effect=effect, outcome=outcome, reasons=reasons)


def golden(name: str) -> Event:
    known = next(one for one in OF_A_PATHWAY if one.name == name)
    stored = json.loads((GOLDEN / f"{name}.v{known.version}.json").read_text())
    return read(name, known.version, stored, FIRST_GROUP)


@pytest.mark.parametrize("name", [one.name for one in OF_A_PATHWAY])
def test_whatever_a_pathway_asks_for_does_not_get_lost(name: str) -> None:
    after = given(*in_treatment(), golden("pathway.seat_offered"), golden(name))
    for effect in after.reactions():
        if asking.numbered(effect.name)[0] in STILL_WAITING:
            continue
        follows = after.when(settled(effect.name)).events[1:]
        assert follows, effect.name


@pytest.mark.parametrize(
    ("effect", "kind", "about"),
    [
        ("remind_patient", "reach_patient", None),
        ("share_record-2", "send_record", "2"),
        ("release_seat", "pass_on_message", "release_seat"),
        ("destroy_key", "finish_erasure", None),
    ],
)
def test_a_person_has_to_see_to_it(effect: str, kind: str, about: str | None) -> None:
    failed = given(*in_treatment()).when(settled(effect))
    failed.then_happened(EffectSettled, TaskOpened)
    [task] = failed.and_given().state.tasks
    assert (task.kind, task.about) == (kind, about)
    failed.and_given().when(settled(effect)).then_happened(EffectSettled)


@pytest.mark.parametrize(
    ("outcome", "reasons"),
    [
        ("done", ()),
        ("suppressed", ("opted_out",)),
        ("lapsed", ("messages_not_allowed",)),
        ("lapsed", ("record_erased",)),
    ],
)
def test_what_was_done_or_not_wanted_asks_for_nothing(
    outcome: EffectOutcome, reasons: tuple[str, ...]
) -> None:
    given(*in_treatment()).when(settled("remind_patient", outcome, reasons)).then_happened(
        EffectSettled
    )


def test_a_message_that_came_too_late_is_a_persons_task() -> None:
    given(*in_treatment()).when(settled("remind_patient", "lapsed")).then_happened(
        EffectSettled, TaskOpened
    )


def test_whoever_has_left_is_not_reminded_by_a_person_either() -> None:
    given(*closed()).when(settled("remind_patient")).then_happened(EffectSettled)


def test_a_record_that_was_not_sent_outlives_the_pathway() -> None:
    left = given(*closed()).when(settled("share_record-1"), at=PLANNED_END).and_given()
    [task] = [one for one in left.state.tasks if one.kind == "send_record"]
    sent = left.when(CompleteTask(task=task.number, outcome="Sent by fax"))
    sent.then_happened(TaskCompleted)
    assert sent.and_given().state.status == "closed"


def test_a_key_that_could_not_be_destroyed_keeps_somebody_busy_until_it_is() -> None:
    erased = Erased(at=PLANNED_END, reason="patient_request")
    kept = given(*closed(), erased).when(settled("destroy_key")).and_given()
    [task] = kept.state.tasks
    assert (task.kind, kept.state.erasure) == ("finish_erasure", "failed")
    assert given(*kept.events, erased).state.tasks == ()


def desk_told(name: str, event: Event) -> list[Effect]:
    decider = DECIDERS[name.partition(".")[0]]
    return decider.reactions(decider.initial(), event)


@pytest.mark.parametrize("kind", DESKS)
def test_what_others_asked_for_in_vain_is_told_to_whoever_is_there(kind: str) -> None:
    known = next(one for one in TYPES if one.name == f"{kind}.effect_settled")
    stored = {"effect_id": str(EFFECT_ID), "effect": "asked", "outcome": "failed"}
    failed = read(known.name, known.version, stored, FIRST_GROUP)
    [told] = desk_told(known.name, failed)
    assert (told.port, told.template, told.recipient) == ("notify", "notice", DESKS[kind])
    own = read(known.name, known.version, {**stored, "effect": told.name}, FIRST_GROUP)
    assert desk_told(known.name, own) == []
    done = read(known.name, known.version, {**stored, "outcome": "done"}, FIRST_GROUP)
    assert desk_told(known.name, done) == []


@pytest.mark.parametrize("effect", ["call-3", "tell_supervisor"])
def test_a_call_that_failed_is_made_again_and_not_reported(effect: str) -> None:
    stored = {"effect_id": str(EFFECT_ID), "effect": effect, "outcome": "failed"}
    failed = read("escalation.effect_settled", 1, stored, FIRST_GROUP)
    assert desk_told("escalation.effect_settled", failed) == []
