"""Codes, instants and lengths as people read them."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.patient import Patient

_AS_WRITTEN = {
    "asap": "as soon as possible",
    "backstop": "resolving",
    "benefits": "benefits",
    "gad-7": "GAD-7",
    "mbt": "MBT",
    "oncall": "on-call list",
    "pcp": "primary care provider",
    "phq-9": "PHQ-9",
    "phq-9-item-9": "PHQ-9 item 9",
    "c-ssrs": "C-SSRS",
    "ed_visit": "emergency visit",
    "stat": "at once",
}

_UNITS = (
    (timedelta(days=365.25), "year"),
    (timedelta(days=30.44), "month"),
    (timedelta(days=7), "week"),
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
)

_INSTANT = re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_IDS = re.compile(rf"(?P<kind>[a-z]+)-{_UUID}(?:, [a-z]+-{_UUID})*")

_CALLED = {"pathway": "patient", "request": "request for records"}
"""What people call an entity of a kind."""

_TWICE = 2
"""A unit is used from two of it on: 10 days, not one week."""


def in_words(code: str) -> str:
    """A code as words: `safety_plan_missing` is "safety plan missing"."""
    return _AS_WRITTEN.get(code) or code.replace("_", " ").replace("-", " ")


def plainly(message: str, zone: ZoneInfo) -> str:
    """A sentence of the rules as people read it: local times, and no ids."""
    told = _INSTANT.sub(lambda one: clock(datetime.fromisoformat(one[0]), zone), message)
    told = _DAY.sub(lambda one: day(date.fromisoformat(one[0]), zone), told)
    return _IDS.sub(lambda one: _counted(one["kind"], one[0].count(",") + 1), told)


def _counted(kind: str, number: int) -> str:
    called = _CALLED.get(kind, in_words(kind))
    return f"{number} {called}s" if number > 1 else f"a {called}"


def sentence(words: str) -> str:
    """The same with a capital letter at the beginning."""
    return words[:1].upper() + words[1:]


def patient_name(patient: Patient) -> str:
    """Family name first, so that a list can be read down its edge."""
    given = " ".join(patient.given_names)
    return f"{patient.family_name}, {given}" if given else patient.family_name


def day(moment: date, zone: ZoneInfo) -> str:
    """A day: 23 Nov 2026."""
    local = moment.astimezone(zone) if isinstance(moment, datetime) else moment
    return f"{local.day} {local:%b %Y}"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """A day and a time with its zone: Mon 23 Nov 2026, 10:15 EST."""
    local = moment.astimezone(zone)
    return f"{local:%a} {day(local, zone)}, {local:%H:%M %Z}"


def distance(moment: datetime, now: datetime) -> str:
    """How far away: in 3 hours, 2 days ago, now."""
    lying = length(abs(moment - now))
    if not lying:
        return "now"
    return f"in {lying}" if moment > now else f"{lying} ago"


def length(span: timedelta) -> str:
    """A length in its largest fitting unit; empty if under a minute."""
    for unit, name in _UNITS:
        count = int(span / unit)
        if count >= _TWICE or (count and unit <= timedelta(days=1)):
            return f"{count} {name}{'s' * (count > 1)}"
    return ""


def minutes(span: timedelta) -> str:
    """A session's length: 90 minutes."""
    return f"{span.total_seconds() / 60:g} minutes"


def age(born: date, now: datetime, zone: ZoneInfo) -> int:
    """Full years on the clinic's present day."""
    today = now.astimezone(zone).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
