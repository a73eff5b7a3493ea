"""Credentials and licences: recorded, renewed, revoked."""

from datetime import date

from domain.clinician import guards
from domain.clinician.expiry import DAY, expires_at, today, warned_already, warnings_ahead
from domain.clinician.state import Clinician
from domain.commands.clinician import (
    RecordCredential,
    RecordLicence,
    RevokeCredential,
    RevokeLicence,
)
from domain.decider import Context, require
from domain.events.clinician import (
    ClinicianEvent,
    CredentialRecorded,
    CredentialRevoked,
    ExpiryWarned,
    LicenceRecorded,
    LicenceRevoked,
    What,
)


def record_credential(
    clinician: Clinician, command: RecordCredential, context: Context
) -> list[ClinicianEvent]:
    """A training, with the instants at which its end will be warned of and will come."""
    if _recorded(clinician, "credential", command.kind, command):
        return []
    require(guards.ends_later(clinician, "credential", command.kind, command.number, command.until))
    recorded = CredentialRecorded(
        at=context.now,
        period=clinician.periods_recorded + 1,
        kind=command.kind,
        number=command.number,
        since=command.since,
        until=command.until,
        warn_at=warnings_ahead(command.until, context),
        expires_at=expires_at(command.until, context),
    )
    return [recorded, *_warning(recorded.period, "credential", command.kind, command, context)]


def record_licence(
    clinician: Clinician, command: RecordLicence, context: Context
) -> list[ClinicianEvent]:
    """A licence, with the instants at which its end will be warned of and will come."""
    if _recorded(clinician, "licence", command.state, command):
        return []
    require(guards.ends_later(clinician, "licence", command.state, command.number, command.until))
    recorded = LicenceRecorded(
        at=context.now,
        period=clinician.periods_recorded + 1,
        state=command.state,
        number=command.number,
        since=command.since,
        until=command.until,
        warn_at=warnings_ahead(command.until, context),
        expires_at=expires_at(command.until, context),
    )
    return [recorded, *_warning(recorded.period, "licence", command.state, command, context)]


def revoke_credential(
    clinician: Clinician, command: RevokeCredential, context: Context
) -> list[ClinicianEvent]:
    """The training holds no more, from this day on."""
    require(guards.in_force(clinician, "credential", command.kind, command.number))
    return [
        CredentialRevoked(
            at=context.now,
            kind=command.kind,
            number=command.number,
            last_day=_day_before(context),
            reason=command.reason,
        )
    ]


def revoke_licence(
    clinician: Clinician, command: RevokeLicence, context: Context
) -> list[ClinicianEvent]:
    """The licence holds no more, from this day on."""
    require(guards.in_force(clinician, "licence", command.state, command.number))
    return [
        LicenceRevoked(
            at=context.now,
            state=command.state,
            number=command.number,
            last_day=_day_before(context),
            reason=command.reason,
        )
    ]


def _recorded(
    clinician: Clinician, what: What, of: str, command: RecordCredential | RecordLicence
) -> bool:
    """Whether this very period stands already."""
    return any(
        (one.since, one.until) == (command.since, command.until) and not one.revoked
        for one in clinician.held(what, of, command.number)
    )


def _warning(
    period: int,
    what: What,
    of: str,
    command: RecordCredential | RecordLicence,
    context: Context,
) -> list[ExpiryWarned]:
    """What is recorded when a warning would have come already is warned of at once."""
    if not warned_already(command.until, context):
        return []
    left = (command.until - today(context)).days
    return [
        ExpiryWarned(
            at=context.now, period=period, what=what, of=of, number=command.number, days=left
        )
    ]


def _day_before(context: Context) -> date:
    return today(context) - DAY
