"""The JSON Schema of every event, as the log stores it: for readers that are not written here."""

from pydantic import JsonValue

from domain.events.registry import TYPES, EventType

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def event_schemas() -> dict[str, JsonValue]:
    """A schema for each stored type, in its present version, by the type's name.

    It describes `data` once decrypted. When an event happened stands in the envelope, as
    `effective_at`, and so not in here.
    """
    return {known.name: _schema(known) for known in TYPES}


def _schema(known: EventType) -> JsonValue:
    schema = known.model.model_json_schema(mode="validation")
    schema["properties"].pop("at")
    schema["required"] = [name for name in schema.get("required", []) if name != "at"]
    return {
        "$schema": DIALECT,
        "$id": f"urn:carepath:event:{known.name}:{known.version}",
        "x-schema-version": known.version,
        **schema,
        "title": known.name,
    }
