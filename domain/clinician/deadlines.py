"""What time itself will cause for a clinician, and when."""

from domain.clinician.expiry import watched
from domain.clinician.state import Clinician, Period
from domain.decider import Deadline

WARNING = "expiry_warning"
EXPIRY = "expiry"


def deadlines(clinician: Clinician) -> list[Deadline]:
    """The warnings and the ends of credentials and licences, the earliest first."""
    found = [deadline for period in watched(clinician) for deadline in deadlines_of(period)]
    return sorted(found, key=lambda deadline: (deadline.at, deadline.kind, deadline.subject))


def deadlines_of(period: Period) -> list[Deadline]:
    """What the clock waits for in one period."""
    subject = f"period-{period.period}"
    warnings = [Deadline(kind=WARNING, subject=subject, at=at) for at in period.warn_at]
    if period.expires_at is None:
        return warnings
    return [*warnings, Deadline(kind=EXPIRY, subject=subject, at=period.expires_at)]
