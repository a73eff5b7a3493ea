"""Whom a clinician answers to: patients, groups, on-call lists, escalations.

Others tell it, and may tell it twice: what is so already is no event.
"""

from domain.clinician import guards
from domain.clinician.state import Clinician
from domain.commands.clinician import (
    GoOffCall,
    GoOnCall,
    HandOver,
    Lead,
    LeaveEscalation,
    SetCapacity,
    StepDown,
    TakeEscalation,
    TakeOn,
)
from domain.decider import Context, require
from domain.events.clinician import (
    CapacitySet,
    ClinicianEvent,
    EscalationLeft,
    EscalationTaken,
    GroupLed,
    GroupLeft,
    PatientHandedOver,
    PatientTakenOn,
    WentOffCall,
    WentOnCall,
)


def set_capacity(
    clinician: Clinician, command: SetCapacity, context: Context
) -> list[ClinicianEvent]:
    """A limit to the caseload. Those who are carried already stay, even beyond it."""
    if command.patients == clinician.capacity:
        return []
    return [CapacitySet(at=context.now, patients=command.patients)]


def take_on(clinician: Clinician, command: TakeOn, context: Context) -> list[ClinicianEvent]:
    """One patient more."""
    if command.pathway_id in clinician.patients:
        return []
    require(guards.active(clinician), guards.room_for_a_patient(clinician))
    return [PatientTakenOn(at=context.now, pathway_id=command.pathway_id)]


def hand_over(clinician: Clinician, command: HandOver, context: Context) -> list[ClinicianEvent]:
    """One patient less."""
    if command.pathway_id not in clinician.patients:
        return []
    return [PatientHandedOver(at=context.now, pathway_id=command.pathway_id)]


def lead(clinician: Clinician, command: Lead, context: Context) -> list[ClinicianEvent]:
    """One group more, or another time of one; nobody leads two at once."""
    led = command.group_id in clinician.groups
    meets = next((one.meets for one in clinician.leading if one.group_id == command.group_id), None)
    if led and command.meets in (None, meets):
        return []
    require(
        None if led else guards.active(clinician),
        guards.leads_no_other_then(clinician, command, context),
    )
    return [GroupLed(at=context.now, group_id=command.group_id, meets=command.meets)]


def step_down(clinician: Clinician, command: StepDown, context: Context) -> list[ClinicianEvent]:
    """One group less."""
    if command.group_id not in clinician.groups:
        return []
    return [GroupLeft(at=context.now, group_id=command.group_id)]


def go_on_call(clinician: Clinician, command: GoOnCall, context: Context) -> list[ClinicianEvent]:
    """On one more list."""
    if command.on_call in clinician.on_call:
        return []
    require(guards.active(clinician))
    return [WentOnCall(at=context.now, on_call=command.on_call)]


def go_off_call(clinician: Clinician, command: GoOffCall, context: Context) -> list[ClinicianEvent]:
    """On one list less."""
    if command.on_call not in clinician.on_call:
        return []
    return [WentOffCall(at=context.now, on_call=command.on_call)]


def take_escalation(
    clinician: Clinician, command: TakeEscalation, context: Context
) -> list[ClinicianEvent]:
    """One patient at risk more; what has been acknowledged is so, in service or not."""
    if command.escalation_id in clinician.escalations:
        return []
    return [EscalationTaken(at=context.now, escalation_id=command.escalation_id)]


def leave_escalation(
    clinician: Clinician, command: LeaveEscalation, context: Context
) -> list[ClinicianEvent]:
    """One patient at risk less."""
    if command.escalation_id not in clinician.escalations:
        return []
    return [EscalationLeft(at=context.now, escalation_id=command.escalation_id)]
