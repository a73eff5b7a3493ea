"""What the host of an entity is started with, and what it shows: values, the same for everybody."""

from typing import Any
from uuid import UUID

from domain.value import Value


class EntityStart(Value):
    """Which entity a workflow keeps alive."""

    entity_id: str


class Snapshot(Value):
    """What the host holds: the JSON of the state, the version it stands at, effects under way."""

    version: int
    state: dict[str, Any]
    pending: tuple[UUID, ...]
