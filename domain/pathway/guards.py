"""The guards of a pathway: each gives `None` while it holds, or the reason why it does not.

The same guards decide and tell what is permitted. Those on sessions and on agreements stand in
modules of their own, those that a programme definition names in `phase_guards`.
"""

from datetime import datetime

from domain.calendar import age_on, day_in
from domain.decider import Context, Reason
from domain.events.endings import DischargeReason
from domain.pathway.state import Pathway
from domain.patient import Patient
from domain.programmes.definition import Definition, Phase
from domain.programmes.label import programme_of


def not_yet_referred(pathway: Pathway) -> Reason | None:
    if pathway.status == "absent":
        return None
    return Reason(code="duplicate", message="This referral already has a pathway: use that one.")


def programme_in_force(definition: Definition, programme: str) -> Reason | None:
    """The decision is taken by the very version that the referral names."""
    if programme == definition.label:
        return None
    return Reason(
        code="other_programme",
        message=f"The programme version at hand is {definition.label}: refer to that one.",
    )


def patient_alive(patient: Patient) -> Reason | None:
    if not patient.deceased:
        return None
    return Reason(code="deceased", message="The referral says that the patient has died.")


def patient_adult(patient: Patient, context: Context) -> Reason | None:
    """The programme is for adults."""
    adult_age = context.definition.policies.adult_age
    if age_on(day_in(context.definition.zone, context.now), patient.birth_date) >= adult_age:
        return None
    return Reason(
        code=f"under_{adult_age}",
        message=f"The programme is for adults: the patient is under {adult_age}.",
    )


def state_served(state: str, context: Context) -> Reason | None:
    """Served on the day, under a licence of the clinic that has not expired."""
    day = day_in(context.definition.zone, context.now)
    served = [one for one in context.definition.served_states if one.covers(day)]
    here = [one for one in served if one.state == state]
    if any(one.licensed(day) for one in here):
        return None
    if expired := [one.licence_until for one in here if one.licence_until]:
        return Reason(
            code="state_not_served",
            message=f"The clinic's licence in {state} expired on {max(expired)}: "
            "nobody can begin there until a version with the renewed licence is published.",
        )
    names = ", ".join(dict.fromkeys(one.state for one in served if one.licensed(day)))
    return Reason(
        code="state_not_served",
        message=f"The programme does not serve the patient's state; it serves {names}.",
    )


def referred(pathway: Pathway) -> Reason | None:
    if pathway.status != "absent":
        return None
    return Reason(code="unknown_pathway", message="There is no such pathway: refer the patient.")


def not_erased(pathway: Pathway) -> Reason | None:
    if pathway.status != "erased":
        return None
    return Reason(
        code="pathway_erased",
        message="The patient was erased. A new referral of the patient opens a new pathway.",
    )


def not_closed(pathway: Pathway) -> Reason | None:
    if erased := not_erased(pathway):
        return erased
    if pathway.status != "closed":
        return None
    return Reason(
        code="pathway_closed",
        message="The pathway is closed. A new referral of the patient opens a new one.",
    )


def somebody_hears(pathway: Pathway) -> Reason | None:
    """A concern that nobody would hear of is told to people instead, and at once."""
    silent = referred(pathway) or not_closed(pathway)
    if silent is None:
        return None
    whose = f" for {programme_of(pathway.programme)}" if pathway.programme else ""
    return Reason(
        code=silent.code,
        message="Nothing is recorded and nobody is called here. If life is in danger call 911; "
        "otherwise call or text the 988 Suicide & Crisis Lifeline together with the person. Then "
        f"tell the clinician on call{whose} or the supervisor by phone. {silent.message}",
    )


def not_paused(pathway: Pathway) -> Reason | None:
    if pathway.status == "transferred":
        return Reason(
            code="transferred_out",
            message="The patient is at another level of care: take them back first.",
        )
    if pathway.status != "paused":
        return None
    return Reason(code="pathway_paused", message="The pathway is paused: resume it first.")


def paused(pathway: Pathway) -> Reason | None:
    if pathway.status == "paused":
        return None
    return Reason(code="not_paused", message="The pathway is not paused.")


def not_discharged(pathway: Pathway) -> Reason | None:
    if pathway.discharged_for is None:
        return None
    return Reason(code="already_discharged", message="The patient has been discharged already.")


def discharged(pathway: Pathway) -> Reason | None:
    if pathway.discharged_for is not None:
        return None
    return Reason(code="not_discharged", message="Follow-up begins with the discharge.")


def not_before_referral(pathway: Pathway, instant: datetime) -> Reason | None:
    """Nothing of the pathway happens before somebody asked for it."""
    taken = referral_taken_at(pathway)
    return None if taken is None or instant >= taken else before_referral()


def referral_taken_at(pathway: Pathway) -> datetime | None:
    """When the referral was written, or else when it was entered."""
    authored_at = pathway.referral.authored_at if pathway.referral else None
    return min(filter(None, (authored_at, pathway.referred_at)), default=None)


def before_referral() -> Reason:
    return Reason(
        code="before_referral",
        message="This is before the patient was referred: check the date.",
    )


def measure_known(definition: Definition, measure: str) -> Reason | None:
    if definition.measure(measure):
        return None
    known = ", ".join(one.id for one in definition.measures)
    return Reason(
        code="unknown_measure", message=f"The programme does not use this measure; it uses {known}."
    )


def not_before_latest_step(pathway: Pathway, instant: datetime) -> Reason | None:
    """A step entered late still comes after the phase, the pause and the sessions before it."""
    steps = [stay.entered_at for stay in pathway.stays]
    steps += [session.held_at for session in pathway.sessions]
    steps += [at for at in (pathway.paused_at, pathway.discharged_at) if at]
    if instant >= max(steps, default=instant):
        return None
    return Reason(
        code="before_latest_step",
        message="A later step of the pathway is recorded already: check the time.",
    )


def score_whole(definition: Definition, measure: str, score: float) -> Reason | None:
    known = definition.measure(measure)
    if known is None or not known.whole or score == int(score):
        return None
    return Reason(code="score_not_whole", message=f"{known.title} scores are whole numbers.")


def score_in_range(definition: Definition, measure: str, score: float) -> Reason | None:
    known = definition.measure(measure)
    if known is None or known.lowest <= score <= known.highest:
        return None
    return Reason(
        code="score_out_of_range",
        message=f"{known.title} scores lie between {known.lowest:g} and {known.highest:g}.",
    )


def any_task(pathway: Pathway) -> Reason | None:
    if pathway.tasks:
        return None
    return Reason(code="no_task", message="No task is open.")


def task_open(pathway: Pathway, number: int) -> Reason | None:
    if any(task.number == number for task in pathway.tasks):
        return None
    return Reason(code="unknown_task", message=f"No open task has the number {number}.")


def not_left_away(pathway: Pathway, number: int) -> Reason | None:
    """Nobody would look again at a patient who is away and whose only task was ticked off."""
    kind = next((task.kind for task in pathway.tasks if task.number == number), None)
    if kind == "resume_pathway" and pathway.status == "paused":
        return Reason(
            code="still_paused",
            message="Resume the pathway, which ends this task; if the patient needs longer, pause "
            "it again from then on.",
        )
    if kind == "return_from_level" and pathway.status == "transferred":
        return Reason(
            code="still_transferred",
            message="Take the patient back, transfer or discharge them: each ends this task.",
        )
    return None


def in_care(pathway: Pathway, definition: Definition) -> Reason | None:
    """Before discharge is prepared: the time in which a pause or silence means something."""
    phase = definition.phase(pathway.phase or "")
    if phase and phase.purpose in ("assessment", "preparation", "treatment"):
        return None
    return Reason(code="not_in_care", message="Treatment is ending or has ended.")


def phase_reachable(pathway: Pathway, definition: Definition, target: str) -> Reason | None:
    present = definition.phase(pathway.phase or "")
    reachable = present.leads_to if present else ()
    if none := any_next_phase(present, definition):
        return none
    if target in reachable:
        return None
    return Reason(
        code="phase_not_next", message=f"The present phase leads to: {', '.join(reachable)}."
    )


def any_next_phase(present: Phase | None, definition: Definition) -> Reason | None:
    """Whether a phase follows that is entered by itself, and not by the discharge."""
    following = map(definition.phase, present.leads_to if present else ())
    if any(entered_by_discharge_only(one) is None for one in following):
        return None
    return Reason(code="no_next_phase", message="No phase is entered from this one.")


def entered_by_discharge_only(phase: Phase | None) -> Reason | None:
    if phase is None or phase.purpose != "follow_up":
        return None
    return Reason(
        code="enter_by_discharge", message="Follow-up is entered by discharging the patient."
    )


def discharge_reason_fits(
    pathway: Pathway, reason: DischargeReason, context: Context
) -> Reason | None:
    """Completing is for the discharge phase; `completed` also for the planned end, not before."""
    if reason not in ("completed", "completed_early"):
        return None
    phase = context.definition.phase(pathway.phase or "")
    if phase is None or phase.purpose != "discharge":
        return Reason(
            code="not_in_discharge_phase",
            message="Treatment is completed from the discharge phase: enter it first.",
        )
    earliest = context.definition.policies.completed_at_most_before_end
    ends_at = pathway.treatment_ends_at
    if reason == "completed" and ends_at and context.now < ends_at - earliest:
        return Reason(
            code="before_planned_end",
            message="The planned end has not come: use the reason completed_early.",
        )
    return None


def discharge_measures_closed(pathway: Pathway, reason: DischargeReason) -> Reason | None:
    if reason not in ("completed", "completed_early"):
        return None
    missing = [
        m for one in pathway.open_measures if one.occasion == "discharge" for m in one.measures
    ]
    if not missing:
        return None
    return Reason(
        code="discharge_measures_missing",
        message=f"Still to be answered before discharge: {', '.join(missing)}.",
    )
