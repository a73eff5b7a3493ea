"""From what a form brings to a command's data, and from what is wrong back to its fields."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from domain.commands.base import Command
from web.pages.forms.fields import BLANK_PARTS, Field, each

Brought = Mapping[str, Sequence[str]]
"""The fields of a submitted form: every value under its name."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a form, and at which field; without one it concerns the whole."""

    message: str
    field: Field | None = None


class Unreadable(Exception):
    """A form that makes no command; `wrong` holds everything that is wrong, not just the first."""

    def __init__(self, wrong: Iterable[Wrong]) -> None:
        self.wrong = tuple(wrong)
        super().__init__("; ".join(one.message for one in self.wrong))


def command_of(
    model: type[Command], fields: Sequence[Field], brought: Brought, zone: ZoneInfo
) -> Command:
    """The command that the form asks for; times are meant in `zone`. Raises `Unreadable`."""
    try:
        return model.model_validate(_object(fields, brought, zone))
    except ValidationError as invalid:
        raise Unreadable(_wrong(invalid, fields, brought)) from None


def _object(fields: Sequence[Field], brought: Brought, zone: ZoneInfo) -> dict[str, Any]:
    found = {field.name.rpartition(".")[2]: _value(field, brought, zone) for field in fields}
    return {name: value for name, value in found.items() if value is not None}


def _value(field: Field, brought: Brought, zone: ZoneInfo) -> Any:
    """What was answered, as JSON has it; `None` where nothing was."""
    given = [one.strip() for one in brought.get(field.name, ()) if one.strip()]
    match field.kind:
        case "part":
            return _object(field.fields, brought, zone) or None
        case "parts":
            return _parts(field, brought, zone) or None
        case "choices":
            return given or None
        case "lines":
            return [
                line.strip() for one in given for line in one.splitlines() if line.strip()
            ] or None
        case _:
            return _single(field, given[0], zone) if given else None


def _single(field: Field, given: str, zone: ZoneInfo) -> Any:
    match field.kind:
        case "moment":
            return _instant(given, zone)
        case "minutes":
            return f"PT{given}M"
        case "yes_no" | "ticked":
            return given == "yes"
        case _:
            return given


def _instant(given: str, zone: ZoneInfo) -> str:
    """A local time as an instant; what is no time is left to the command's model to refuse."""
    try:
        local = datetime.fromisoformat(given)
    except ValueError:
        return given
    return local.replace(tzinfo=zone).astimezone(UTC).isoformat() if not local.tzinfo else given


def _parts(field: Field, brought: Brought, zone: ZoneInfo) -> list[dict[str, Any]]:
    found = [_object(field.numbered(at), brought, zone) for at in range(places(field, brought))]
    return [one for one in found if one]


def places(field: Field, brought: Brought) -> int:
    """How many of several parts alike the form brought, up to the last that is not blank."""
    prefix = f"{field.name}."
    filled = [name for name, given in brought.items() if any(one.strip() for one in given)]
    numbers = [
        name.removeprefix(prefix).partition(".")[0] for name in filled if name.startswith(prefix)
    ]
    return max((int(one) + 1 for one in numbers if one.isdecimal() and len(one) < 4), default=0)  # noqa: PLR2004 - nobody fills in a thousand


def slots(field: Field, brought: Brought) -> int:
    """How many places a form shows for several parts alike: those filled, and some to fill."""
    return max(field.at_least, places(field, brought)) + BLANK_PARTS - 1


_SAYS = {
    "missing": "{label}: this is needed.",
    "string_too_long": "{label}: this is too long.",
    "too_short": "{label}: give more of these.",
    "datetime_from_date_parsing": "{label}: give a date and a time.",
    "datetime_parsing": "{label}: give a date and a time.",
    "date_from_datetime_parsing": "{label}: give a date, such as 2026-11-23.",
    "int_parsing": "{label}: give a whole number.",
    "float_parsing": "{label}: give a number.",
    "greater_than": "{label}: this number is too small.",
    "time_delta_parsing": "{label}: give a number of minutes.",
    "literal_error": "{label}: choose one of these.",
    "string_pattern_mismatch": "{label}: this is not of the form that is needed here.",
}


def _wrong(invalid: ValidationError, fields: Sequence[Field], brought: Brought) -> Iterable[Wrong]:
    known = {one.name: one for one in _laid_out(fields, brought)}
    for error in invalid.errors():
        field = _nearest(known, error["loc"])
        says = _SAYS.get(error["type"], "{label}: {message}" if field else "{message}")
        label = field.label.rstrip("?") if field else "The form"
        yield Wrong(says.format(label=label, message=error["msg"]), field)


def _laid_out(fields: Sequence[Field], brought: Brought) -> Iterable[Field]:
    for field in fields:
        yield field
        if field.kind == "parts":
            for at in range(slots(field, brought)):
                yield from each(field.numbered(at))
        else:
            yield from each(field.fields)


def _nearest(known: Mapping[str, Field], location: tuple[int | str, ...]) -> Field | None:
    """The field that an error's place leads to, or the one around it."""
    for length in range(len(location), 0, -1):
        found = known.get(".".join(str(one) for one in location[:length]))
        if found:
            return found
    return None
