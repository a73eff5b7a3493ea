"""What the outcomes are asked for: of which programme, and since when."""

from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

from domain.programmes.words import Slug
from domain.value import Value
from web.pages.clinic import Clinic

Period = Literal["", "24", "12", "6", "3"]
"""A number of months back; empty: from the beginning."""

PERIODS: tuple[tuple[Period, str], ...] = (
    ("", "From the beginning"),
    ("24", "The last 24 months"),
    ("12", "The last 12 months"),
    ("6", "The last 6 months"),
    ("3", "The last 3 months"),
)

BEGINNING = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
A_MONTH = timedelta(days=365.25 / 12)


class Asked(Value, extra="ignore"):
    """`programme` without its version; left out, the clinic's first."""

    programme: Slug | Literal[""] = ""
    period: Period = ""

    def since(self, now: datetime) -> datetime:
        """The beginning of the period."""
        return now - int(self.period) * A_MONTH if self.period else BEGINNING

    def of(self, clinic: Clinic) -> "Asked":
        """The same with a programme of the clinic."""
        known = [one.id for one in clinic.programmes]
        if self.programme in known or not known:
            return self
        return self.model_copy(update={"programme": known[0]})

    @property
    def query(self) -> str:
        """The same as the query of an address."""
        return urlencode({name: value for name, value in self.model_dump().items() if value})
