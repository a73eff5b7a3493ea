"""Who works here: registered, under which name, out of service, back in it."""

from domain.clinician import guards
from domain.clinician.state import Clinician
from domain.commands.clinician import ChangeDetails, Deactivate, Reactivate, Register
from domain.decider import Context, Reason, require
from domain.events.clinician import (
    ClinicianEvent,
    Deactivated,
    DetailsChanged,
    Reactivated,
    Registered,
)


def register(clinician: Clinician, command: Register, context: Context) -> list[ClinicianEvent]:
    """Somebody begins to work here."""
    require(guards.not_registered(clinician))
    require(guards.programme_in_force(command.programme, context))
    return [
        Registered(
            at=context.now,
            programme=command.programme,
            name=command.name,
            email=command.email,
            phone=command.phone,
            npi=command.npi,
        )
    ]


def change_details(
    clinician: Clinician, command: ChangeDetails, context: Context
) -> list[ClinicianEvent]:
    """Another name, address or number."""
    changed = DetailsChanged(at=context.now, **command.model_dump())
    known = (clinician.name, clinician.email, clinician.phone, clinician.npi)
    if known == (changed.name, changed.email, changed.phone, changed.npi):
        return []
    return [changed]


def deactivate_guards(clinician: Clinician) -> list[Reason | None]:
    """Nobody is left without: not a patient, not a group, not who calls at night or is at risk."""
    return [
        guards.active(clinician),
        guards.leads_no_group(clinician),
        guards.carries_no_patient(clinician),
        guards.not_on_call(clinician),
        guards.answers_no_escalation(clinician),
    ]


def deactivate(clinician: Clinician, command: Deactivate, context: Context) -> list[ClinicianEvent]:
    """Somebody stops working here."""
    require(
        *deactivate_guards(clinician),
        guards.not_before_status(clinician, context.now),
    )
    return [Deactivated(at=context.now, reason=command.reason)]


def reactivate(
    clinician: Clinician, _command: Reactivate, context: Context
) -> list[ClinicianEvent]:
    """Somebody works here again."""
    require(guards.inactive(clinician), guards.not_before_status(clinician, context.now))
    return [Reactivated(at=context.now)]
