"""Histories of one synthetic clinician, written as the events that the log would hold."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from domain.clinician import CLINICIAN
from domain.clinician.qualifications import Qualifications
from domain.events.clinician import CredentialRecorded, LicenceRecorded, Registered
from tests.domain.histories import MBT_G, ny
from tests.domain.specification import Specification

clinician = Specification(CLINICIAN, MBT_G)
given = clinician.given

REGISTERED_AT = ny("2026-01-05 09:00")
SINCE, UNTIL = date(2024, 9, 22), date(2026, 9, 21)
SIXTY_DAYS_AHEAD, THIRTY_DAYS_AHEAD = ny("2026-07-23 00:00"), ny("2026-08-22 00:00")
EXPIRED_AT = ny("2026-09-22 00:00")

PATHWAY_ID = "pathway-5b0c5f3e-7a75-4f5e-9a83-0d2f5b9c1a11"
GROUP_ID = "group-3f2e1d0c-9b8a-4756-8493-a2b1c0d9e8f7"
ON_CALL_ID = "oncall-mbt-g"

REGISTERED = Registered(
    at=REGISTERED_AT,
    programme="mbt-g@1",
    name="Robin Example",
    email="robin@example.org",
    phone="+1 555 0100",
    npi="1234567893",
)
WATCHED: dict[str, Any] = {
    "warn_at": (SIXTY_DAYS_AHEAD, THIRTY_DAYS_AHEAD),
    "expires_at": EXPIRED_AT,
}
LICENSED = LicenceRecorded(
    at=REGISTERED_AT, period=1, state="FL", number="SW 1", since=SINCE, until=UNTIL, **WATCHED
)
CREDENTIALED = CredentialRecorded(
    at=REGISTERED_AT, period=1, kind="mbt", number="M 1", since=SINCE, until=UNTIL, **WATCHED
)


def begins(day: date) -> datetime:
    """The instant at which a day begins in the programme's time zone."""
    return ny(f"{day.isoformat()} 00:00").astimezone(UTC)


def licence(
    period: int, since: date, until: date, *, state: str = "FL", number: str = "SW 1"
) -> LicenceRecorded:
    """A licence recorded at registration, long before it expires."""
    return LicenceRecorded(
        at=REGISTERED_AT,
        period=period,
        state=state,
        number=number,
        since=since,
        until=until,
        warn_at=(begins(until - timedelta(days=60)), begins(until - timedelta(days=30))),
        expires_at=begins(until + timedelta(days=1)),
    )


def known(*events: Any) -> Qualifications:
    """What others may know of the clinician after these events."""
    facts = CLINICIAN.facts(given(*events).state)
    assert isinstance(facts, Qualifications)
    return facts
