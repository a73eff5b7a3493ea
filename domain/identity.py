"""Ids of entities: the kind and a UUID, and nothing about anybody."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

PathwayId = Annotated[str, Field(pattern=f"^pathway-{_UUID}$")]
GroupId = Annotated[str, Field(pattern=f"^group-{_UUID}$")]
ClinicianId = Annotated[str, Field(pattern=f"^clinician-{_UUID}$")]
EscalationId = Annotated[str, Field(pattern=f"^escalation-{_UUID}$")]
RequestId = Annotated[str, Field(pattern=f"^request-{_UUID}$")]

Note = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$", max_length=60)]
"""The id of a clinical note: opaque, one word. The note itself stays where it was written."""

_SLUG = "[a-z][a-z0-9_-]{0,59}"

_FORMS: Mapping[str, str] = {
    "pathway": _UUID,
    "group": _UUID,
    "clinician": _UUID,
    "escalation": _UUID,
    "request": _UUID,
    "programme": _SLUG,
    "oncall": _SLUG,
}
"""What stands behind the kind: programmes, and their on-call lists, are called by name."""


def well_formed(entity_id: str) -> bool:
    """Whether an entity could have this id."""
    kind, _, name = entity_id.partition("-")
    return kind in _FORMS and re.fullmatch(_FORMS[kind], name) is not None
