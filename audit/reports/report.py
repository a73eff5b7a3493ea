"""What a report is: which question it answers, by which query, in which columns.

Rows are computed as they are read, from the log's streams or from a view, so that no report takes
more memory than a page of what it reads.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from audit.log import Stream
from domain.programmes.definition import Definition

Cell = str | int | bool | datetime | None
Cells = tuple[Cell, ...]

SIX_YEARS = timedelta(days=6 * 366)
"""How far back disclosures are accounted for, 45 CFR 164.528(a)(1): six years, or a day more."""


@dataclass(frozen=True)
class Asked:
    """What a report is asked about: a period, and an entity or a person where it is about one."""

    since: datetime = datetime(1900, 1, 1, tzinfo=UTC)
    before: datetime = datetime(2200, 1, 1, tzinfo=UTC)
    of: str | None = None

    def within(self, instant: datetime) -> bool:
        return self.since <= instant < self.before


@dataclass(frozen=True)
class Computed:
    """A report under way: the log's position that it is of, and its rows."""

    position: int
    rows: AsyncIterator[Cells]


RowsOfStream = Callable[[Stream, Definition | None, Asked], Iterator[Cells]]
"""The rows of one entity: of its whole stream, under the programme version that it is on."""


@dataclass(frozen=True)
class OfStreams:
    """Computed by a pure function from each stream of some kinds, one after the other."""

    kinds: tuple[str, ...]
    rows: RowsOfStream

    @property
    def query(self) -> str:
        kinds = ", ".join(f"{kind}-*" for kind in self.kinds)
        return f"{self.rows.__module__}.{self.rows.__name__}, over the streams {kinds}"


@dataclass(frozen=True)
class OfView:
    """Computed by a query of one view, `queries/<name>.sql`, with $1 of, $2 since and $3 before."""

    view: str
    name: str

    @property
    def query(self) -> str:
        return f"audit/reports/queries/{self.name}.sql, over the view {self.view}"


@dataclass(frozen=True)
class Report:
    """`says` is the question it answers and its source, `of` what it must be asked about, if so."""

    name: str
    title: str
    says: str
    columns: tuple[str, ...]
    source: OfStreams | OfView
    of: str | None = None
    reaches_back: timedelta | None = None
