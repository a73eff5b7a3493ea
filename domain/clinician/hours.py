"""Single sessions of groups: at which the clinician is, and at which they are not after all.

The weekly times of their groups come with `lead`; groups tell each exception to them.
"""

from domain.clinician import guards
from domain.clinician.state import Clinician
from domain.commands.clinician import FreeTime, ReserveTime
from domain.decider import Context, require
from domain.events.clinician import ClinicianEvent, TimeFreed, TimeReserved


def reserve_time(
    clinician: Clinician, command: ReserveTime, context: Context
) -> list[ClinicianEvent]:
    """One session at a time of its own; nobody is in two at once."""
    if clinician.is_at(command.group_id, command.session, command.starts_at):
        return []
    require(guards.active(clinician), guards.free_then(clinician, command))
    return [TimeReserved(at=context.now, **command.model_dump())]


def free_time(clinician: Clinician, command: FreeTime, context: Context) -> list[ClinicianEvent]:
    """One session less."""
    if not clinician.is_at(command.group_id, command.session, command.starts_at):
        return []
    return [TimeFreed(at=context.now, **command.model_dump())]
