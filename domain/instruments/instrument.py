"""An instrument: its items, what is made of the answers, and where each rule comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from domain.risk import Level, Source
from domain.value import Value

Answers = Mapping[str, int]
"""An answer to each item that was answered, by the item's id, as printed on the form."""


@dataclass(frozen=True)
class Item:
    """One question. `text` is the instrument's own wording only where `Instrument.wording` is.

    A `reverse` item counts the other way round. With `asked_if` the question is asked only after
    a yes to that item.
    """

    id: str
    text: str
    lowest: int = 0
    highest: int = 4
    reverse: bool = False
    asked_if: str | None = None

    def worth(self, answer: int) -> int:
        """What an answer counts."""
        return self.lowest + self.highest - answer if self.reverse else answer


@dataclass(frozen=True)
class Wording:
    """The question above the items, the choices from the lowest answer up, and whose words."""

    stem: str
    choices: tuple[str, ...]
    notice: str


@dataclass(frozen=True)
class Band:
    """A range of scores with a name; it reaches up to where the next one starts."""

    starts_at: float
    name: str


@dataclass(frozen=True)
class RiskItem:
    """An item that must never go unseen: an answer of `at_least` is a flag, whatever the total."""

    item: str
    at_least: int
    source: Source


class RiskFlag(Value):
    """Something that a person must look at. Without a `level` the programme's policy gives it."""

    source: Source
    level: Level | None = None


@dataclass(frozen=True)
class MissingItems:
    """How many items may stay unanswered; the others' mean stands for them. `source`: who says so.

    Where the publisher says nothing, every item has to be answered.
    """

    at_most: int
    source: str


EVERY_ITEM = MissingItems(at_most=0, source="The publisher gives no rule for missing items.")


@dataclass(frozen=True)
class ChangeRule:
    """`reliable` points are more than chance; `response` is a share of the first score."""

    reliable: float
    source: str
    response: float | None = None


@dataclass(frozen=True)
class Loinc:
    """The codes that are certain: of the panel, of its total, and of items."""

    panel: str | None = None
    total: str | None = None
    items: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Tally:
    """What an instrument's rule makes of the answers."""

    score: float
    subscores: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    flags: tuple[RiskFlag, ...] = ()


@dataclass(frozen=True)
class Instrument:
    """One version of an instrument, scored by `tally`.

    Scores lie between `lowest` and `highest`, both included, and higher is worse; from paper they
    are `whole` numbers, or prorated from such, unless the score is a mean. From `cut_off` on, a
    score stands for a probable case. `thresholds` are others that the tally uses. With
    `takes_total`, a total from paper is a score.
    """

    id: str
    version: int
    title: str
    source: str
    items: tuple[Item, ...]
    lowest: float
    highest: float
    tally: Callable[["Instrument", Answers], Tally]
    missing_items: MissingItems = EVERY_ITEM
    bands: tuple[Band, ...] = ()
    cut_off: float | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    risk_item: RiskItem | None = None
    flags_of_total: Callable[[float], tuple[RiskFlag, ...]] | None = None
    change: ChangeRule | None = None
    wording: Wording | None = None
    loinc: Loinc = Loinc()
    whole: bool = True
    takes_total: bool = True

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

    def asked(self, answers: Answers) -> tuple[Item, ...]:
        """The items that these answers lead to."""
        return tuple(
            item for item in self.items if item.asked_if is None or answers.get(item.asked_if, 0)
        )

    def band(self, score: float) -> Band | None:
        """The band of a score."""
        return next((one for one in reversed(self.bands) if one.starts_at <= score), None)
