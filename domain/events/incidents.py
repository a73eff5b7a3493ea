"""What may happen in a group's session that a clinical note then tells."""

from typing import Literal

IncidentCategory = Literal[
    "emotionally_charged_event", "alliance_rupture", "confidentiality_breach", "other"
]
