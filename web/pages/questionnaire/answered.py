"""What was answered so far, and what scoring makes of it: a preview, and nothing is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.instruments.instrument import Answers, Instrument, Item
from domain.instruments.scoring import Scored, faults_of_answers, scored

FIELD = "answer."


@dataclass(frozen=True)
class Preview:
    """`score` is absent while it cannot be computed; `faults` say why. `danger`: a flag is up."""

    answered: int
    asked: int
    missing: tuple[str, ...]
    scored: Scored | None
    faults: tuple[str, ...]
    danger: bool

    @property
    def complete(self) -> bool:
        return not self.missing


def answers_in(brought: Mapping[str, Sequence[str]], instrument: Instrument) -> dict[str, int]:
    """The answers of a form, by item; what is no answer to an item is left out."""
    found: dict[str, int] = {}
    for item in instrument.items:
        given = "".join(brought.get(f"{FIELD}{item.id}", ()))
        if given.isdecimal() and int(given) in answers_to(item):
            found[item.id] = int(given)
    return found


def answers_to(item: Item) -> range:
    """Every answer that there is to an item."""
    return range(item.lowest, item.highest + 1)


def choices(item: Item, instrument: Instrument) -> list[tuple[int, str]]:
    """Each answer, with the instrument's own words where these may be shown."""
    words = instrument.wording.choices if instrument.wording else ()
    values = answers_to(item)
    shown = words if len(words) == len(values) else [""] * len(values)
    return list(zip(values, shown, strict=True))


def preview(instrument: Instrument, answers: Answers) -> Preview:
    """What these answers come to by the instrument's own rules."""
    asked = instrument.asked(answers)
    missing = tuple(item.id for item in asked if item.id not in answers)
    faults = faults_of_answers(instrument, answers)
    found = None if faults else scored(instrument, answers)
    return Preview(
        answered=len(asked) - len(missing),
        asked=len(asked),
        missing=missing,
        scored=found,
        faults=tuple(one.message for one in faults),
        danger=bool(found and found.scoring.flags) or _risk(instrument, answers),
    )


def _risk(instrument: Instrument, answers: Answers) -> bool:
    """Whether what was answered already is a flag, however much is still missing."""
    if instrument.flags_of_total:
        return any(answers.values())
    item = instrument.risk_item
    return item is not None and answers.get(item.item, 0) >= item.at_least


def missing_rule(instrument: Instrument) -> str:
    """How many items may stay unanswered, in words."""
    most = instrument.missing_items.at_most
    if not most:
        return "Every item has to be answered."
    items = "item" if most == 1 else "items"
    return f"At most {most} {items} may be missing; the mean of the others stands for them."
