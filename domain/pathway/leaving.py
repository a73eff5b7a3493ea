"""Leaving: discharge for each of its reasons, and the end of follow-up."""

from domain.commands.pathway import Discharge, EndFollowUp
from domain.decider import Context, Reason, require
from domain.events.endings import DischargeReason
from domain.events.pathway import Closed, Discharged, PathwayEvent, TaskKind
from domain.events.timetable import PlannedMeasures
from domain.pathway import benefits, care_team, guards, seats, tasks
from domain.pathway.phases import entry
from domain.pathway.state import Pathway
from domain.pathway.timetable import follow_ups

_OVER_BY_DISCHARGE: tuple[TaskKind, ...] = (
    "resume_pathway",
    "return_from_level",
    "plan_discharge",
    "end_treatment",
    "collect_measures",
    "verify_benefits",
    "waitlist_review",
    "find_group",
    "find_therapist",
)


def discharge_guards(
    pathway: Pathway, reason: DischargeReason, context: Context
) -> list[Reason | None]:
    """What the pathway itself must show for a reason."""
    return [
        guards.not_discharged(pathway),
        guards.discharge_reason_fits(pathway, reason, context),
        guards.discharge_measures_closed(pathway, reason),
        found_unsuitable(pathway, context) if reason == "clinically_unsuitable" else None,
        benefits.benefits_not_active(pathway, context) if reason == "benefits_exhausted" else None,
    ]


def found_unsuitable(pathway: Pathway, context: Context) -> Reason | None:
    """In assessment it is the clinician's decision that says so."""
    phase = context.definition.phase(pathway.phase or "")
    decided = pathway.suitability and not pathway.suitability.suitable
    if decided or phase is None or phase.purpose != "assessment":
        return None
    return Reason(
        code="not_found_unsuitable",
        message="Record the clinician's decision that the programme does not suit first.",
    )


def destination_named(
    pathway: Pathway, reason: DischargeReason, referred_to: str | None
) -> Reason | None:
    """Nobody is sent away without another place to go: the only alternative, or one named here."""
    if reason not in ("clinically_unsuitable", "transferred") or referred_to:
        return None
    if reason == "clinically_unsuitable" and _only_alternative(pathway):
        return None
    return Reason(
        code="destination_missing",
        message="Say where the patient goes on: refer them to another treatment.",
    )


def state_not_served(command: Discharge, context: Context) -> Reason | None:
    """Whoever moves to a state that the programme serves can stay."""
    if command.reason != "moved_out_of_state":
        return None
    if command.moved_to is None:
        return Reason(code="state_missing", message="Say which state the patient has moved to.")
    if guards.state_served(command.moved_to, context):
        return None
    return Reason(
        code="state_served",
        message=f"The programme serves {command.moved_to}: record the move, and treatment goes on.",
    )


def discharge(pathway: Pathway, command: Discharge, context: Context) -> list[PathwayEvent]:
    """Treatment ends. Whoever was treated is followed up; the others' pathways close."""
    require(
        *discharge_guards(pathway, command.reason, context),
        destination_named(pathway, command.reason, command.referred_to),
        state_not_served(command, context),
    )
    planned = _follow_ups(pathway, command.reason, context)
    discharged = Discharged(
        at=context.now,
        reason=command.reason,
        explanation=command.explanation,
        referred_to=command.referred_to or _alternative(pathway, command.reason, context),
        moved_to=command.moved_to,
        follow_ups=planned,
    )
    given_up = [*seats.leaving(pathway, context), *care_team.relieved(pathway, context)]
    follow_up = context.definition.phase_for("follow_up")
    if follow_up is None or not planned:
        return [discharged, *given_up, Closed(at=context.now, reason="no_follow_up")]
    over = tasks.settled(pathway, _OVER_BY_DISCHARGE, "The patient was discharged.", context)
    return [discharged, *given_up, entry(follow_up, context), *over]


def end_follow_up(pathway: Pathway, command: EndFollowUp, context: Context) -> list[PathwayEvent]:
    """Follow-up ends before its last measurement."""
    require(guards.discharged(pathway))
    return [Closed(at=context.now, reason="follow_up_ended", explanation=command.reason)]


def _follow_ups(
    pathway: Pathway, reason: DischargeReason, context: Context
) -> tuple[PlannedMeasures, ...]:
    """Nobody writes to somebody who has died, and who was not treated has nothing to measure."""
    treated = pathway.treatment_started_at is not None and reason != "deceased"
    if not treated or context.definition.phase_for("follow_up") is None:
        return ()
    return follow_ups(context.definition, context.now)


def _alternative(pathway: Pathway, reason: DischargeReason, context: Context) -> str | None:
    """The only treatment that the clinician considered instead, as the programme calls it."""
    if reason != "clinically_unsuitable":
        return None
    only = _only_alternative(pathway)
    return next((one.title for one in context.definition.alternatives if one.id == only), None)


def _only_alternative(pathway: Pathway) -> str | None:
    """Of several that were considered somebody has to say which one it became."""
    decided = pathway.suitability
    if decided is None or decided.suitable or len(decided.alternatives) != 1:
        return None
    return decided.alternatives[0]
