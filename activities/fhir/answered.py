"""The items of a QuestionnaireResponse as answers to an instrument, by the instrument's own ids."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from activities.fhir.problems import Path, Problems
from domain.instruments.instrument import Answers, Instrument, Item
from domain.instruments.scoring import Fault, faults_of_answers

ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"

CODED: Mapping[str, int] = {
    "LA6568-5": 0,
    "LA6569-3": 1,
    "LA6570-1": 2,
    "LA6571-9": 3,
    "LA32-8": 0,
    "LA33-6": 1,
}
"""LOINC's answers, by what they count: of its lists LL358-3 (PHQ-9, GAD-7), and no and yes."""

NOT_SCORED = ("69722-7",)
"""Items that LOINC's forms add below those of the instrument: how difficult it all made life."""

_FORMS = ("valueInteger", "valueDecimal", "valueBoolean", "valueCoding")


@dataclass(frozen=True)
class _Given:
    """An item as it was sent."""

    path: Path
    link_id: str
    answer: object


def answers_of(instrument: Instrument, items: object, problems: Problems) -> Answers:
    """The answers that `items` holds at any depth; what is wrong with one is noted beside it.

    A risk that an answer tells of is noted too, if the answers cannot be taken.
    """
    found: dict[str, int] = {}
    paths: dict[str, Path] = {}
    for given in _given(items, ("item",), problems):
        item = _item(instrument, given.link_id)
        item_id = item.id if item else given.link_id
        if item is None and _passed_over(instrument, given.link_id):
            continue
        if item_id in paths:
            problems.add((*given.path, "linkId"), "is answered more than once: send it once.")
            continue
        paths[item_id] = given.path
        value = _value(given, item, problems)
        if value is not None:
            found[item_id] = value
    for fault in faults_of_answers(instrument, found):
        _note(fault, instrument, found, paths, problems)
    return found


def _given(items: object, path: Path, problems: Problems) -> Iterator[_Given]:
    """Every item with an answer, of groups as well."""
    if not isinstance(items, list):
        problems.add(path, "must be a list: put it in brackets.")
        return
    for at, item in enumerate(items):
        place = (*path, at)
        if not isinstance(item, dict) or not isinstance(item.get("linkId"), str):
            problems.add((*place, "linkId"), "is missing: say which item it is.")
            continue
        if "answer" in item:
            yield _Given(place, item["linkId"], item["answer"])
        if "item" in item:
            yield from _given(item["item"], (*place, "item"), problems)


def _item(instrument: Instrument, link_id: str) -> Item | None:
    """The item of an id: our own, or the LOINC code, which some forms write after a slash."""
    code = link_id.removeprefix("/")
    by_code = {loinc: item_id for item_id, loinc in instrument.loinc.items.items()}
    return instrument.item(by_code.get(code, link_id))


def _passed_over(instrument: Instrument, link_id: str) -> bool:
    """Whether carepath knows that the item is no answer: it computes the total itself."""
    return link_id.removeprefix("/") in (instrument.loinc.total, *NOT_SCORED)


def _value(given: _Given, item: Item | None, problems: Problems) -> int | None:
    """What the one answer counts; 0 for an item that nobody knows, which is told of as such."""
    if item is None:
        return 0
    place = (*given.path, "answer")
    answers = given.answer
    if not isinstance(answers, list) or len(answers) != 1 or not isinstance(answers[0], dict):
        problems.add(place, "must be a list of one answer.")
        return None
    form = next((one for one in _FORMS if one in answers[0]), None)
    value = _counted(form, answers[0][form], item) if form else None
    if value is None:
        problems.add(
            (*place, 0, *([form] if form else [])),
            "is no answer that can be counted: send valueInteger, or a valueCoding with its "
            "ordinalValue or with LOINC's code.",
        )
    return value


def _counted(form: str, value: object, item: Item) -> int | None:
    match value:
        case bool():
            return int(value) if form == "valueBoolean" and item.highest == 1 else None
        case int():
            return value
        case float() if value.is_integer():
            return int(value)
        case dict() if form == "valueCoding":
            return _coded(value, item)
        case _:
            return None


def _coded(coding: Mapping[str, Any], item: Item) -> int | None:
    extensions = coding.get("extension")
    for one in extensions if isinstance(extensions, list) else ():
        ordinal = one.get("valueDecimal") if isinstance(one, dict) else None
        if ordinal is not None and one.get("url") == ORDINAL:
            return _counted("valueDecimal", ordinal, item)
    code = coding.get("code")
    return CODED.get(code) if isinstance(code, str) else None


def _note(
    fault: Fault,
    instrument: Instrument,
    found: Answers,
    paths: Mapping[str, Path],
    problems: Problems,
) -> None:
    places = _places(fault, instrument, found, paths)
    for place in places:
        problems.add(place, fault.message, fault.code)
    if not places:
        problems.add_text(fault.message, fault.code)


def _places(
    fault: Fault, instrument: Instrument, found: Answers, paths: Mapping[str, Path]
) -> list[Path]:
    """Where a fault stands; nowhere, if it is that something is not there."""
    if fault.code == "unknown_item":
        return [(*paths[one], "linkId") for one in found if instrument.item(one) is None]
    about = paths.get(fault.item) if fault.item else None
    return [(*about, "answer", 0)] if about else []
