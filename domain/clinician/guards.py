"""The guards of a clinician: each gives `None` while it holds, or the reason why it does not."""

from collections.abc import Sequence
from datetime import date, datetime

from domain.clinician.state import Clinician, Leading, Reserved
from domain.commands.clinician import Lead, ReserveTime
from domain.decider import Context, Reason
from domain.events.clinician import What


def not_registered(clinician: Clinician) -> Reason | None:
    if clinician.status == "absent":
        return None
    return Reason(code="already_registered", message="This clinician is registered already.")


def programme_in_force(programme: str, context: Context) -> Reason | None:
    """The decision is taken by the very version that the registration names."""
    if programme == context.definition.label:
        return None
    return Reason(
        code="other_programme",
        message=f"The programme version at hand is {context.definition.label}: name that one.",
    )


def registered(clinician: Clinician) -> Reason | None:
    if clinician.status != "absent":
        return None
    return Reason(
        code="unknown_clinician", message="There is no such clinician: register them first."
    )


def active(clinician: Clinician) -> Reason | None:
    if clinician.status != "inactive":
        return None
    return Reason(
        code="clinician_inactive", message="The clinician is not in service: reactivate them first."
    )


def inactive(clinician: Clinician) -> Reason | None:
    if clinician.status == "inactive":
        return None
    return Reason(code="clinician_active", message="The clinician is in service already.")


def not_before_status(clinician: Clinician, instant: datetime) -> Reason | None:
    if clinician.since is None or instant >= clinician.since:
        return None
    return Reason(
        code="before_latest_step",
        message="A later change of the clinician's service is recorded already: check the time.",
    )


def ends_later(
    clinician: Clinician, what: What, of: str, number: str, until: date
) -> Reason | None:
    """A renewal goes on from what is recorded."""
    latest = max((one.until for one in clinician.held(what, of, number)), default=None)
    if latest is None or until > latest:
        return None
    return Reason(
        code=f"{what}_recorded",
        message=f"This {what} is recorded until {latest.isoformat()} already: "
        "a renewal ends later, and a mistake is revoked first.",
    )


def in_force(clinician: Clinician, what: What, of: str, number: str) -> Reason | None:
    """There is something to revoke."""
    if any(not one.revoked for one in clinician.held(what, of, number)):
        return None
    return Reason(
        code=f"unknown_{what}", message=f"No {what} of this number is recorded and not revoked."
    )


def room_for_a_patient(clinician: Clinician) -> Reason | None:
    if clinician.capacity is None or len(clinician.patients) < clinician.capacity:
        return None
    return Reason(
        code="caseload_full",
        message=f"The clinician carries {len(clinician.patients)} patients "
        f"of at most {clinician.capacity}: choose another, or raise the capacity.",
    )


def leads_no_group(clinician: Clinician) -> Reason | None:
    return _nobody_depends(
        "leads_groups", "The clinician leads groups: relieve them first in", clinician.groups
    )


def leads_no_other_then(clinician: Clinician, command: Lead, context: Context) -> Reason | None:
    """A clinician is in one session at a time."""
    meets, today = command.meets, context.now.date()
    for one in clinician.leading if meets else ():
        if one.group_id != command.group_id and meets and meets.overlaps(one.meets, today):
            return leads_elsewhere(one.group_id)
    for other in clinician.reserved if meets else ():
        own = other.group_id == command.group_id
        if meets and not own and meets.occupies(other.starts_at, other.length):
            return leads_elsewhere(other.group_id)
    return None


def free_then(clinician: Clinician, command: ReserveTime) -> Reason | None:
    """A clinician is in one session at a time."""
    others: tuple[Leading | Reserved, ...] = (*clinician.leading, *clinician.reserved)
    for other in others:
        own = other.group_id == command.group_id
        if not own and other.occupies(command.starts_at, command.length):
            return leads_elsewhere(other.group_id)
    return None


def leads_elsewhere(group_id: str, who: str = "The clinician") -> Reason:
    return Reason(
        code="leads_elsewhere",
        message=f"{who} leads {group_id} at that time: choose another time or person.",
    )


def carries_no_patient(clinician: Clinician) -> Reason | None:
    return _nobody_depends(
        "carries_patients",
        "The clinician carries patients: assign another therapist first in",
        clinician.patients,
    )


def not_on_call(clinician: Clinician) -> Reason | None:
    return _nobody_depends(
        "on_call", "The clinician is on call: take them off first from", clinician.on_call
    )


def answers_no_escalation(clinician: Clinician) -> Reason | None:
    return _nobody_depends(
        "answers_escalations",
        "The clinician answers for patients at risk: resolve it or hand it to another first in",
        clinician.escalations,
    )


def _nobody_depends(code: str, sentence: str, ids: Sequence[str]) -> Reason | None:
    return Reason(code=code, message=f"{sentence} {', '.join(ids)}.") if ids else None
