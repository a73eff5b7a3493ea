"""How a licence or credential stands on a day: in words, and with the shape that goes with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby

from web.pages.wording import in_words

WARNINGS = (timedelta(days=60), timedelta(days=30))
"""How long before the end a warning is due, where no programme says."""

DAY = timedelta(days=1)

LETTERS = 3
"""A code of at most so many letters is written in capitals: MBT, FL."""


@dataclass(frozen=True)
class Standing:
    """A licence or credential as a list shows it. `tone` is one of the tags' tones.

    `says` is how it stands; `pressing` that somebody has to renew it.
    """

    what: str
    of: str
    number: str
    since: date
    until: date
    tone: str
    says: str
    pressing: bool

    @property
    def title(self) -> str:
        """FL, MBT, or the credential's name in words."""
        return self.of.upper() if len(self.of) <= LETTERS else in_words(self.of)


@dataclass(frozen=True)
class Period:
    """The days, both included, in which something holds or held, as views and entities have it."""

    what: str
    of: str
    number: str
    since: date
    until: date
    revoked: bool


def standings(
    periods: Iterable[Period], today: date, warnings: Sequence[timedelta] = WARNINGS
) -> list[Standing]:
    """Each licence and credential as it stands, renewals that follow without a gap included."""
    ordered = sorted(periods, key=lambda one: (one.what, one.of, one.since, one.until))
    alike = groupby(ordered, key=lambda one: (one.what, one.of))
    return [standing(_present(list(several), today), today, warnings) for _, several in alike]


def standing(period: Period, today: date, warnings: Sequence[timedelta] = WARNINGS) -> Standing:
    """One period on a day; from the day of each warning on it presses more."""
    tone, says, pressing = _told(period, today, sorted(warnings))
    return Standing(
        period.what,
        period.of,
        period.number,
        period.since,
        period.until,
        tone,
        says,
        pressing,
    )


def _present(periods: Sequence[Period], today: date) -> Period:
    """Of periods in their order the one that counts: of today, to come, or the last there was.

    What was renewed in time holds from its beginning to the renewal's end.
    """
    spans: list[Period] = []
    for one in (period for period in periods if not period.revoked):
        if spans and one.since <= spans[-1].until + DAY:
            until = max(one.until, spans[-1].until)
            spans[-1] = replace(one, since=spans[-1].since, until=until)
        else:
            spans.append(one)
    if not spans:
        return periods[-1]
    return next((one for one in spans if one.until >= today), spans[-1])


def _told(period: Period, today: date, warnings: Sequence[timedelta]) -> tuple[str, str, bool]:
    left = period.until - today
    if period.revoked:
        return "over", "Revoked", False
    if left < timedelta(0):
        return "danger", f"Expired {_days(-left)} ago", True
    if period.since > today:
        return "waiting", "Not yet in force", False
    if warnings and left <= warnings[0]:
        return "attention", f"Expires {_in_days(left)}", True
    if warnings and left <= warnings[-1]:
        return "late", f"Expires {_in_days(left)}", True
    return "good", "Valid", False


def _in_days(left: timedelta) -> str:
    return f"in {_days(left)}" if left else "today"


def _days(span: timedelta) -> str:
    return f"{span.days} day{'s' * (span.days != 1)}"
