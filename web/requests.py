"""What the bodies of requests hold, as /openapi.json describes them.

Those bodies are read by hand, in bounded memory, so FastAPI knows nothing of their shapes.
"""

from typing import Any

from pydantic.json_schema import models_json_schema

from activities.fhir import BUNDLE_TYPES
from domain.commands.base import Command
from domain.commands.registry import COMMANDS, FROM_ENTITIES, INTERNAL
from domain.programmes.definition import Definition

Schema = dict[str, Any]

_REFERENCE = "#/components/schemas/{model}-Input"

NOT_SENT_HERE = INTERNAL | {"refer"}
"""Commands that nobody submits: the engine's own, and the referral, which is a bundle."""

SENT: dict[str, type[Command]] = {
    name: command
    for kind, commands in COMMANDS.items()
    for name, command in commands.items()
    if name not in NOT_SENT_HERE and name not in FROM_ENTITIES.get(kind, ())
}


def shapes() -> dict[str, Schema]:
    """The components that the bodies refer to, by name."""
    models: list[Any] = [(model, "validation") for model in (*SENT.values(), Definition)]
    _, described = models_json_schema(models, ref_template=_REFERENCE)
    return {f"{name}-Input": schema for name, schema in described["$defs"].items()}


def _body(schema: Schema, *content_types: str) -> Schema:
    content = {content_type: {"schema": schema} for content_type in content_types}
    return {"requestBody": {"required": True, "content": content}}


def _reference(model: type) -> Schema:
    return {"$ref": _REFERENCE.format(model=model.__name__)}


def _with_its_data(name: str, command: type[Command]) -> Schema:
    needed = any(field.is_required() for field in command.model_fields.values())
    return {
        "title": name,
        "description": (command.__doc__ or "").strip(),
        "required": ["command", "data"] if needed else ["command"],
        "properties": {"command": {"const": name}, "data": _reference(command)},
    }


COMMAND = _body(
    {
        "type": "object",
        "required": ["command"],
        "additionalProperties": False,
        "properties": {
            "command": {"type": "string", "enum": list(SENT)},
            "data": {"type": "object", "default": {}},
            "command_id": {
                "type": "string",
                "format": "uuid",
                "description": "The same one again changes nothing. Any version but 5.",
            },
        },
        "oneOf": [_with_its_data(name, command) for name, command in SENT.items()],
    },
    "application/json",
)

DEFINITION = _body(_reference(Definition), "application/json")

REFERRAL = _body(
    {
        "type": "object",
        "description": "A FHIR R4 Bundle with one Patient, one ServiceRequest for them, and "
        "perhaps a Coverage.",
        "required": ["resourceType", "type", "entry"],
        "properties": {
            "resourceType": {"const": "Bundle"},
            "type": {"type": "string", "enum": list(BUNDLE_TYPES)},
            "entry": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["resource"],
                    "properties": {
                        "fullUrl": {"type": "string"},
                        "resource": {
                            "type": "object",
                            "required": ["resourceType"],
                            "properties": {"resourceType": {"type": "string"}},
                        },
                    },
                },
            },
        },
    },
    "application/fhir+json",
    "application/json",
)
