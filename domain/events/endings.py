"""Why a pathway ends: at its discharge, at its closing, and in the erasure of its record."""

from typing import Literal

DischargeReason = Literal[
    "completed",
    "completed_early",
    "patient_withdrew",
    "lost_to_contact",
    "transferred",
    "clinically_unsuitable",
    "moved_out_of_state",
    "benefits_exhausted",
    "administrative",
    "deceased",
]


ClosingReason = Literal["follow_up_completed", "follow_up_ended", "no_follow_up"]


ErasureReason = Literal["retention_expired", "patient_request"]
"""Why a record is erased once nothing forbids it any more. A closed list: it stays in clear."""
