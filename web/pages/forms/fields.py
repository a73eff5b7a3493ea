"""A form's fields, made from the JSON schema of a command's model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from domain.commands.base import Command
from web.pages.forms.labels import WEEKDAYS, hint_of, label_of
from web.pages.wording import in_words, sentence

Kind = Literal[
    "text",
    "long",
    "lines",
    "number",
    "date",
    "time",
    "moment",
    "minutes",
    "yes_no",
    "ticked",
    "choice",
    "choices",
    "part",
    "parts",
]
"""How somebody answers: see `macros/fields.html`. `lines` are one answer a line."""

Choices = tuple[tuple[str, str], ...]
"""What may be chosen: the value, and what people read."""

Offered = Mapping[str, Choices]
"""What may be chosen where the model alone does not say: by the last word of the field's name."""

LONG = 1000
"""What may be longer than so many characters is written in several lines."""

BLANK_PARTS = 2
"""Empty places for more of what may be repeated."""

FEW = 6
"""So many choices are shown at once; more are put into a list."""

WEEK = 7
SHORT = 18

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """One question of a form. `name` leads from the command's data down: `pcp.name`.

    `fields` are those of a part, or of each of several parts alike.
    """

    name: str
    label: str
    kind: Kind
    required: bool = True
    hint: str = ""
    choices: Choices = ()
    fields: tuple["Field", ...] = ()
    at_least: int = 1
    longest: int | None = None
    step: str = "1"

    @property
    def id(self) -> str:
        return f"field-{self.name.replace('.', '-')}"

    @property
    def few(self) -> bool:
        return len(self.choices) <= FEW

    @property
    def beside(self) -> bool:
        """Whether the choices are so short that they stand in one row."""
        return len(self.choices) <= WEEK and all(len(title) <= SHORT for _, title in self.choices)

    def numbered(self, place: int) -> tuple["Field", ...]:
        """The fields of one of several parts alike."""
        return tuple(_moved(one, self.name, f"{self.name}.{place}") for one in self.fields)


def fields_of(command: type[Command], offered: Offered) -> tuple[Field, ...]:
    """The fields of a command, what is needed before what may be left out."""
    schema = command.model_json_schema()
    fields = list(_members(schema, schema.get("$defs", {}), "", offered))
    return tuple(sorted(fields, key=lambda one: not one.required))


def each(fields: Sequence[Field]) -> Iterator[Field]:
    """Every field, those within parts too."""
    for field in fields:
        yield field
        yield from each(field.fields)


def _moved(field: Field, before: str, after: str) -> Field:
    name = after + field.name.removeprefix(before)
    return replace(
        field, name=name, fields=tuple(_moved(one, before, after) for one in field.fields)
    )


def _members(schema: Schema, parts: Schema, above: str, offered: Offered) -> Iterator[Field]:
    needed = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        path = f"{above}.{name}" if above else name
        made = _field(path, _resolved(member, parts), parts, offered)
        yield replace(made, required=name in needed)


def _resolved(schema: Schema, parts: Schema) -> Schema:
    """What stands behind a reference, or behind something that may be absent."""
    for alternative in schema.get("anyOf", ()):
        if alternative.get("type") != "null":
            return _resolved(alternative, parts)
    reference = schema.get("$ref")
    return parts[reference.rpartition("/")[2]] if reference else schema


def _field(path: str, schema: Schema, parts: Schema, offered: Offered) -> Field:
    word = path.rpartition(".")[2]
    plain = Field(path, label_of(path), "text", hint=hint_of(path))
    if schema.get("type") == "array":
        return _repeated(plain, schema, parts, offered)
    if word in offered:
        return replace(plain, kind="choice", choices=offered[word])
    if "enum" in schema:
        return replace(plain, kind="choice", choices=_named(schema["enum"]))
    if "properties" in schema:
        return replace(plain, kind="part", fields=tuple(_members(schema, parts, path, offered)))
    return _simple(plain, schema)


_BY_FORMAT: Mapping[str | None, Kind] = {
    "date-time": "moment",
    "duration": "minutes",
    "date": "date",
    "time": "time",
}


def _simple(plain: Field, schema: Schema) -> Field:
    kind, longest = schema.get("type"), schema.get("maxLength")
    if kind == "boolean":
        return replace(plain, kind="ticked" if schema.get("default") is False else "yes_no")
    if kind in ("integer", "number"):
        return replace(plain, kind="number", step="1" if kind == "integer" else "any")
    if schema.get("format") in _BY_FORMAT:
        return replace(plain, kind=_BY_FORMAT[schema["format"]])
    return replace(plain, kind="long" if (longest or 0) > LONG else "text", longest=longest)


def _repeated(plain: Field, schema: Schema, parts: Schema, offered: Offered) -> Field:
    items = _resolved(schema["items"], parts)
    word = plain.name.rpartition(".")[2]
    if "properties" in items:
        fields = tuple(_members(items, parts, plain.name, offered))
        return replace(
            plain, kind="parts", fields=fields, at_least=max(1, schema.get("minItems", 0))
        )
    if word in offered:
        return replace(plain, kind="choices", choices=offered[word])
    if "enum" in items:
        return replace(plain, kind="choices", choices=_named(items["enum"]))
    if word == "weekdays":
        return replace(plain, kind="choices", choices=WEEKDAYS)
    return replace(plain, kind="lines")


def _named(codes: Sequence[str]) -> Choices:
    return tuple((one, one if one.isupper() else sentence(in_words(one))) for one in codes)
