"""The guards of a pathway: each gives `None` while it holds, or the reason why it does not.

The same guards decide and tell what is permitted. Those that a programme definition names stand in
`phase_guards`.
"""

from datetime import datetime, timedelta

from domain.calendar import age_on, day_in
from domain.decider import Context, Reason
from domain.events.pathway import DischargeReason
from domain.pathway.state import Pathway
from domain.patient import Patient
from domain.programmes.definition import Definition, Phase, SessionPlan


def not_yet_referred(pathway: Pathway) -> Reason | None:
    if pathway.status == "absent":
        return None
    return Reason(code="duplicate", message="This referral already has a pathway: use that one.")


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


def state_served(patient: Patient, context: Context) -> Reason | None:
    day = day_in(context.definition.zone, context.now)
    served = context.definition.served_states
    if any(one.state == patient.state and one.covers(day) for one in served):
        return None
    names = ", ".join(one.state for one in served if one.covers(day))
    return Reason(
        code="state_not_served",
        message=f"The programme does not serve the patient's state; it serves {names}.",
    )


def referred(pathway: Pathway) -> Reason | None:
    if pathway.status != "absent":
        return None
    return Reason(code="unknown_pathway", message="There is no such pathway: refer the patient.")


def not_closed(pathway: Pathway) -> Reason | None:
    if pathway.status != "closed":
        return None
    return Reason(
        code="pathway_closed",
        message="The pathway is closed. A new referral of the patient opens a new one.",
    )


def not_paused(pathway: Pathway) -> Reason | None:
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


def not_in_future(instant: datetime, context: Context) -> Reason | None:
    if instant <= context.now:
        return None
    return Reason(
        code="in_the_future",
        message="This has not happened yet: record it once it has, with the time it happened.",
    )


def in_future(instant: datetime, context: Context) -> Reason | None:
    if instant > context.now:
        return None
    return Reason(code="in_the_past", message="This time has passed: give one that lies ahead.")


def not_before_referral(pathway: Pathway, instant: datetime) -> Reason | None:
    """Nothing of the pathway happens before somebody asked for it."""
    authored_at = pathway.referral.authored_at if pathway.referral else None
    begun = min(filter(None, (authored_at, pathway.referred_at)), default=None)
    if begun is None or instant >= begun:
        return None
    return Reason(
        code="before_referral",
        message="This is before the patient was referred: check the date.",
    )


def session_kind_known(phase: Phase | None, kind: str) -> Reason | None:
    plans = phase.sessions if phase else ()
    if any(plan.kind == kind for plan in plans):
        return None
    kinds = ", ".join(plan.kind for plan in plans) or "no sessions"
    where = phase.title if phase else "no phase"
    return Reason(code="session_not_in_phase", message=f"{where} has {kinds}.")


def no_session_overlaps(pathway: Pathway, start: datetime, length: timedelta) -> Reason | None:
    """A patient can be in one session at a time; an absence takes no time."""
    for session in pathway.sessions:
        if session.held_at < start + length and start < session.held_at + session.length:
            return Reason(
                code="session_overlaps",
                message=f"A session ({session.kind}) at that time is recorded already.",
            )
    return None


def no_booking_overlaps(pathway: Pathway, start: datetime, length: timedelta) -> Reason | None:
    for booking in pathway.bookings:
        if booking.starts_at < start + length and start < booking.starts_at + booking.length:
            return Reason(
                code="booking_overlaps",
                message=f"Booking {booking.number} ({booking.kind}) is at that time.",
            )
    return None


def not_held_in_pause(pathway: Pathway, held_at: datetime) -> Reason | None:
    if pathway.paused_at is None or held_at < pathway.paused_at:
        return None
    return Reason(code="pathway_paused", message="The pathway was paused then: resume it first.")


def notice_before_session(notice_at: datetime | None, held_at: datetime) -> Reason | None:
    if notice_at is None or notice_at <= held_at:
        return None
    return Reason(
        code="notice_after_session",
        message="Notice after the start is no notice: leave it out, the session counts as missed.",
    )


def absence_has_no_lateness(attended: bool, late_by: timedelta) -> Reason | None:
    if attended or not late_by:
        return None
    return Reason(code="late_and_absent", message="Record either a late arrival or an absence.")


def attendance_has_no_notice(attended: bool, notice_at: datetime | None) -> Reason | None:
    if not attended or notice_at is None:
        return None
    return Reason(code="notice_and_attended", message="Notice of absence, yet the patient came.")


def sessions_left(pathway: Pathway, phase: Phase, plan: SessionPlan) -> Reason | None:
    """For the assessment: at most four meetings before a decision."""
    if plan.at_most is None or pathway.attended(phase.id, plan.kind) < plan.at_most:
        return None
    return Reason(
        code="too_many_sessions",
        message=f"{plan.title}: at most {plan.at_most} may be held in this phase.",
    )


def booking_open(pathway: Pathway, booking: int | None, kind: str | None = None) -> Reason | None:
    """The booking exists, is still to come, and is of that kind where one is given."""
    found = any(one.number == booking and kind in (None, one.kind) for one in pathway.bookings)
    if booking is None or found:
        return None
    return Reason(
        code="unknown_booking",
        message=f"No open booking of this kind has the number {booking}.",
    )


def late_less_than_session(length: timedelta, late_by: timedelta) -> Reason | None:
    if late_by < length:
        return None
    return Reason(
        code="later_than_session",
        message="The patient came after the session had ended: record an absence.",
    )


def measure_known(definition: Definition, measure: str) -> Reason | None:
    if definition.measure(measure):
        return None
    known = ", ".join(one.id for one in definition.measures)
    return Reason(
        code="unknown_measure", message=f"The programme does not use this measure; it uses {known}."
    )


def score_in_range(definition: Definition, measure: str, score: float) -> Reason | None:
    known = definition.measure(measure)
    if known is None or known.lowest <= score <= known.highest:
        return None
    return Reason(
        code="score_out_of_range",
        message=f"{known.title} scores lie between {known.lowest:g} and {known.highest:g}.",
    )


def consent_known(definition: Definition, consent: str) -> Reason | None:
    known = [one.id for one in definition.consents]
    if consent in known:
        return None
    return Reason(
        code="unknown_consent",
        message=f"The programme has no such consent; it has {', '.join(known) or 'none'}.",
    )


def consent_version_current(definition: Definition, consent: str, version: str) -> Reason | None:
    for known in definition.consents:
        if known.id == consent and known.document_version != version:
            return Reason(
                code="consent_outdated",
                message=f"The document's version in force is {known.document_version!r}.",
            )
    return None


def consent_in_force(pathway: Pathway, consent: str) -> Reason | None:
    if any(given.consent == consent for given in pathway.consents):
        return None
    return Reason(code="consent_not_given", message="This consent is not in force.")


def alternative_known(definition: Definition, alternative: str | None) -> Reason | None:
    known = [one.id for one in definition.alternatives]
    if alternative is None or alternative in known:
        return None
    return Reason(
        code="unknown_alternative",
        message=f"The programme knows these alternatives: {', '.join(known) or 'none'}.",
    )


def alternative_only_if_unsuitable(suitable: bool, alternative: str | None) -> Reason | None:
    if not suitable or alternative is None:
        return None
    return Reason(
        code="alternative_for_suitable",
        message="An alternative is offered only where this programme is not the right one.",
    )


def in_assessment(pathway: Pathway, definition: Definition) -> Reason | None:
    phase = definition.phase(pathway.phase or "")
    if phase and phase.purpose == "assessment":
        return None
    return Reason(code="not_in_assessment", message="This is decided at the end of assessment.")


def end_not_passed(ends_at: datetime | None, context: Context) -> Reason | None:
    if ends_at is None or ends_at > context.now:
        return None
    return Reason(
        code="end_passed",
        message="Treatment would have ended already: discharge the patient instead.",
    )


def variant_known(definition: Definition, variant: str) -> Reason | None:
    if definition.variant(variant):
        return None
    known = ", ".join(one.id for one in definition.variants)
    return Reason(code="unknown_variant", message=f"The programme has these durations: {known}.")


def duration_not_chosen(pathway: Pathway) -> Reason | None:
    if pathway.variant is None:
        return None
    return Reason(
        code="duration_already_chosen",
        message="The duration is chosen already: change it, with a reason.",
    )


def duration_differs(pathway: Pathway, variant: str) -> Reason | None:
    if pathway.variant != variant:
        return None
    return Reason(code="duration_unchanged", message="This is the duration already in force.")


def task_open(pathway: Pathway, number: int) -> Reason | None:
    if any(task.number == number for task in pathway.tasks):
        return None
    return Reason(code="unknown_task", message=f"No open task has the number {number}.")


def in_care(pathway: Pathway, definition: Definition) -> Reason | None:
    """Before discharge is prepared: the time in which a pause or silence means something."""
    phase = definition.phase(pathway.phase or "")
    if phase and phase.purpose in ("assessment", "preparation", "treatment"):
        return None
    return Reason(code="not_in_care", message="Treatment is ending or has ended.")


def phase_reachable(pathway: Pathway, definition: Definition, target: str) -> Reason | None:
    present = definition.phase(pathway.phase or "")
    reachable = present.leads_to if present else ()
    if target in reachable:
        return None
    return Reason(
        code="phase_not_next",
        message=f"The present phase leads to: {', '.join(reachable) or 'no other phase'}.",
    )


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
