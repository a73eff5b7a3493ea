"""Rules that several instruments share: the sum and the mean of the items."""

from collections.abc import Iterable

from domain.instruments.instrument import Answers, Instrument, Item, Tally


def total(instrument: Instrument, answers: Answers) -> Tally:
    """The sum of the items; of those answered, their mean times the number of items."""
    counted = worths(instrument.items, answers)
    missing = len(instrument.items) - len(counted)
    mean = sum(counted) / len(counted)
    return Tally(score=round(mean * len(instrument.items), 1) if missing else sum(counted))


def mean(instrument: Instrument, answers: Answers) -> Tally:
    """The mean of the items, in hundredths."""
    counted = worths(instrument.items, answers)
    return Tally(score=round(sum(counted) / len(counted), 2))


def worths(items: Iterable[Item], answers: Answers) -> list[int]:
    """What the answered ones among the items count."""
    return [item.worth(answers[item.id]) for item in items if item.id in answers]


def numbered(texts: Iterable[str], *, lowest: int = 0, highest: int) -> tuple[Item, ...]:
    """Items `1`, `2`, … with these texts and one range."""
    return tuple(
        Item(id=str(number), text=text, lowest=lowest, highest=highest)
        for number, text in enumerate(texts, start=1)
    )


def unworded(count: int, *, lowest: int = 0, highest: int) -> tuple[Item, ...]:
    """Items of an instrument whose wording is not shipped."""
    texts = (f"Item {number}" for number in range(1, count + 1))
    return numbered(texts, lowest=lowest, highest=highest)
