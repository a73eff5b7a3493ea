"""What the screen offers, tried: what it opens is not refused for how things stand, and what it
blocks is refused for what it says.
"""

from typing import Any

from hypothesis import strategies as st

from domain.actor import Actor
from domain.commands.registry import COMMANDS, read
from domain.decider import PROGRAMME_DEFINITION, Context, Rejected, Transition
from domain.deciders import decider_of, seen_beside
from domain.simulation import Clinic
from tests.domain.clinics import PROGRAMME
from tests.domain.filled_forms import values

NOW = ("held_at", "agreed_at", "given_at", "withdrawn_at", "taken_at", "occurred_at", "received_at")
"""When it happened: the screen says what may be done now."""

STANDING = frozenset(
    """
    already_acknowledged already_discharged already_waiting answers_escalations
    baseline_incomplete carries_patients clinician_active clinician_inactive consent_not_given
    disposition_missing duration_already_chosen duration_not_chosen formulation_missing
    group_closed has_seat last_on_call leads_groups no_booking no_facilitator no_incident
    no_next_phase no_offer no_score_recorded no_seat no_session_met no_session_open
    no_session_planned no_session_recorded no_task not_a_clinician not_discharged
    not_found_suitable not_in_assessment not_in_care not_opted_out not_paused not_transferred
    not_waiting offer_expired offer_under_way on_call opted_out pathway_closed pathway_paused
    pcp_not_named phase_not_next request_closed safety_plan_not_reviewed session_of_group
    session_open session_over too_early too_few_sessions transferred_out treatment_not_started
    unknown_on_call_list
    """.split()  # noqa: SIM905 - a list of words
)
"""Reasons that lie in how an entity stands, and not in how a form is filled in."""


def try_what_is_offered(clinic: Clinic, entity_id: str, actor: Actor, data: st.DataObject) -> None:
    """One of the transitions that are shown of an entity, with a form that most often fits."""
    shown = _shown(clinic, entity_id, actor)
    if not shown:
        return
    transition = data.draw(st.sampled_from(shown))
    refused = _refused(
        clinic, entity_id, actor, transition, _form(clinic, entity_id, transition, data)
    )
    blocked = {one.code for one in transition.blocked_by}
    assert "invalid" in refused or blocked <= refused, (transition, refused)
    assert blocked or not refused & STANDING, (transition, refused)


def _shown(clinic: Clinic, entity_id: str, actor: Actor) -> list[Transition]:
    entity = clinic.entity(entity_id)
    beside = {one: clinic.facts(one) for one in seen_beside(entity.state)}
    context = Context(clinic.now, actor, entity.programme or PROGRAMME, beside)
    return decider_of(entity_id).permitted(entity.state, context)


def _form(
    clinic: Clinic, entity_id: str, transition: Transition, data: st.DataObject
) -> dict[str, Any]:
    """A session is opened by those who are to lead it: who else may not, another test says."""
    form: dict[str, Any] = {**transition.data}
    if transition.command == "open_session":
        group = clinic.entity(entity_id).state
        session = group.session(form.get("session", 0))
        form["clinicians"] = group.led_by(session) if session else ()
    for name, field in COMMANDS[decider_of(entity_id).kind][
        transition.command
    ].model_fields.items():
        if name in NOW or (name, transition.command) == ("since", "record_move"):
            form[name] = clinic.now
        elif (
            name not in form and name != "at" and (field.is_required() or data.draw(st.booleans()))
        ):
            form[name] = data.draw(values(name, field.annotation, clinic.now), label=name)
    return form


def _refused(
    clinic: Clinic, entity_id: str, actor: Actor, transition: Transition, form: dict[str, Any]
) -> set[str]:
    """The reasons for which the form is refused; none if it is accepted. Nothing happens."""
    entity, decider = clinic.entity(entity_id), decider_of(entity_id)
    try:
        command = read(decider.kind, transition.command, form)
        asked = decider.needs(entity.state, command)
        named = [one.name for one in asked if one.kind == PROGRAMME_DEFINITION]
        others = {
            one.name: clinic.facts(one.name) for one in asked if one.kind != PROGRAMME_DEFINITION
        }
        programme = clinic.programmes[named[0]] if named else entity.programme
        decider.decide(entity.state, command, Context(clinic.now, actor, programme, others))
    except Rejected as rejected:
        return {one.code for one in rejected.reasons}
    return set()
