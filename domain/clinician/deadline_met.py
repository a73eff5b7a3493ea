"""What happens when a deadline comes. A deadline that no longer matters changes nothing."""

from domain.calendar import day_in
from domain.clinician.deadlines import WARNING, deadlines_of
from domain.clinician.expiry import watched
from domain.clinician.state import Clinician, Period
from domain.commands.base import MeetDeadline
from domain.decider import Context, Deadline
from domain.events.clinician import (
    ClinicianEvent,
    CredentialExpired,
    ExpiryWarned,
    LicenceExpired,
)


def meet_deadline(
    clinician: Clinician, command: MeetDeadline, context: Context
) -> list[ClinicianEvent]:
    """The consequence of a deadline that stands and has come; otherwise nothing."""
    deadline = Deadline(kind=command.kind, subject=command.subject, at=command.at)
    if deadline.at > context.now:
        return []
    return [
        _consequence(period, deadline, context)
        for period in watched(clinician)
        if deadline in deadlines_of(period)
    ]


def _consequence(period: Period, deadline: Deadline, context: Context) -> ClinicianEvent:
    if deadline.kind == WARNING:
        left = (period.until - day_in(context.definition.zone, deadline.at)).days
        return ExpiryWarned(
            at=deadline.at,
            period=period.period,
            what=period.what,
            of=period.of,
            number=period.number,
            days=left,
        )
    if period.what == "credential":
        return CredentialExpired(
            at=deadline.at,
            period=period.period,
            kind=period.of,
            number=period.number,
            until=period.until,
        )
    return LicenceExpired(
        at=deadline.at,
        period=period.period,
        state=period.of,
        number=period.number,
        until=period.until,
    )
