"""When a credential or a licence runs out, and when to say so beforehand.

`until` is included: it expires as the next day begins in the programme's time zone.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import day_in
from domain.clinician.state import Clinician, Period
from domain.decider import Context

DAY = timedelta(days=1)


def warnings_ahead(until: date, context: Context) -> tuple[datetime, ...]:
    """The instants still to come at which to warn: the policy's days, as they begin."""
    instants = {
        _begins(until - ahead, context) for ahead in context.definition.policies.credential_warnings
    }
    return tuple(sorted(at for at in instants if at > context.now))


def warned_already(until: date, context: Context) -> bool:
    """Whether a warning would have come by now: what is recorded so late is warned of at once."""
    ahead = max(context.definition.policies.credential_warnings, default=-DAY)
    return until - ahead <= today(context) <= until


def expires_at(until: date, context: Context) -> datetime | None:
    """The instant from which it holds no more; none if that has passed."""
    at = _begins(until + DAY, context)
    return at if at > context.now else None


def today(context: Context) -> date:
    return day_in(context.definition.zone, context.now)


def watched(clinician: Clinician) -> list[Period]:
    """The periods whose end matters: not those that a renewal goes on from without a gap."""
    return [
        one
        for one in clinician.periods
        if not any(_goes_on(other, one) for other in clinician.periods)
    ]


def _goes_on(renewal: Period, earlier: Period) -> bool:
    return (
        renewal.same(earlier.what, earlier.of, earlier.number)
        and renewal.until > earlier.until
        and renewal.since <= earlier.until + DAY
    )


def _begins(day: date, context: Context) -> datetime:
    zone = ZoneInfo(context.definition.zone)
    return datetime.combine(day, time.min, zone).astimezone(UTC)
