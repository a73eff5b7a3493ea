"""An instrument as a form's part: one question an item, in its own words where that is allowed."""

from collections.abc import Mapping
from dataclasses import replace

from domain.instruments.catalogue import INSTRUMENTS
from domain.instruments.instrument import Instrument, Item
from web.pages.forms.fields import Choices, Field


def with_questions(fields: tuple[Field, ...], preset: Mapping[str, str]) -> tuple[Field, ...]:
    """The form's fields with the questions of the instrument that is to be recorded."""
    instrument = INSTRUMENTS.get(preset.get("measure", ""))
    if instrument is None:
        return tuple(one for one in fields if one.name != "answers")
    return tuple(_questions(one, instrument) if one.name == "answers" else one for one in fields)


def _questions(field: Field, instrument: Instrument) -> Field:
    wording = instrument.wording
    return replace(
        field,
        label=f"Answers to the {instrument.title}",
        kind="part",
        hint=wording.stem if wording else "",
        fields=tuple(_question(item, instrument) for item in instrument.items),
    )


def _question(item: Item, instrument: Instrument) -> Field:
    label = f"{item.id}. {item.text}" if item.text else f"Item {item.id}"
    return Field(
        f"answers.{item.id}",
        label,
        "choice",
        required=False,
        choices=_choices(item, instrument),
    )


def _choices(item: Item, instrument: Instrument) -> Choices:
    words = instrument.wording.choices if instrument.wording else ()
    answers = range(item.lowest, item.highest + 1)
    if len(words) == len(answers):
        return tuple(
            (str(one), f"{one} - {word}") for one, word in zip(answers, words, strict=True)
        )
    return tuple((str(one), str(one)) for one in answers)
