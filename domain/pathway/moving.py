"""A patient who moves to another state that the programme serves, and stays in treatment."""

from datetime import datetime

from domain import timing
from domain.calendar import day_in
from domain.clinician.qualifications import Qualifications
from domain.commands.care import RecordMove
from domain.decider import Context, Reason, require
from domain.events.care import PatientMoved
from domain.events.pathway import PathwayEvent
from domain.pathway import guards, seats, tasks
from domain.pathway.state import Pathway


def record_move(pathway: Pathway, command: RecordMove, context: Context) -> list[PathwayEvent]:
    """Where the patient lives from then on. A seat is offered anew, as it was for another state.

    Somebody looks for a therapist who may treat them there, if theirs may not.
    """
    require(
        guards.not_discharged(pathway),
        timing.not_in_future(command.since, context),
        guards.not_before_referral(pathway, command.since),
        not_before_latest_move(pathway, command.since),
        lives_elsewhere(pathway, command.state),
        can_stay(command.state, context),
    )
    return [
        PatientMoved(at=command.since, state=command.state),
        *seats.withdrawn(pathway, "moved", context),
        *_therapist_to_find(pathway, command, context),
    ]


def _therapist_to_find(
    pathway: Pathway, command: RecordMove, context: Context
) -> list[PathwayEvent]:
    therapist = pathway.therapist
    day = day_in(context.definition.zone, context.now)
    if therapist is None or context.facts(therapist, Qualifications).licensed(
        command.state, day, at=context.now
    ):
        return []
    return tasks.opened(pathway, "find_therapist", context.now, context)


def not_before_latest_move(pathway: Pathway, since: datetime) -> Reason | None:
    if pathway.moved_at is None or since >= pathway.moved_at:
        return None
    return Reason(
        code="before_latest_step", message="A later move is recorded already: check the time."
    )


def lives_elsewhere(pathway: Pathway, state: str) -> Reason | None:
    if pathway.lives_in != state:
        return None
    return Reason(code="state_unchanged", message=f"{state} is where the patient lives already.")


def can_stay(state: str, context: Context) -> Reason | None:
    """A move is a start under the clinic's licence in that state; elsewhere treatment ends."""
    refused = guards.state_served(state, context)
    return refused and Reason(
        code=refused.code,
        message=f"{refused.message} If the patient stays there, discharge them: "
        "moved_out_of_state.",
    )
