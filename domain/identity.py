"""Ids of entities: the kind and a UUID, and nothing about anybody."""

from typing import Annotated

from pydantic import Field

_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

PathwayId = Annotated[str, Field(pattern=f"^pathway-{_UUID}$")]
GroupId = Annotated[str, Field(pattern=f"^group-{_UUID}$")]
ClinicianId = Annotated[str, Field(pattern=f"^clinician-{_UUID}$")]
EscalationId = Annotated[str, Field(pattern=f"^escalation-{_UUID}$")]
RequestId = Annotated[str, Field(pattern=f"^request-{_UUID}$")]
