"""The words of risk: what flags it, how high it is, and what may come of it."""

from typing import Literal, get_args

Source = Literal[
    "phq-9-item-9",
    "c-ssrs",
    "core-10-item",
    "clinician",
    "facilitator",
    "no_show",
    "ed_visit",
    "inpatient_discharge",
]
"""What flagged a risk: an instrument, a person, or something that happened."""

Level = Literal["low", "moderate", "high"]
"""How high a flagged risk is, in rising order."""

FormulatedLevel = Literal["none", "low", "moderate", "high"]
"""How high a clinician finds a risk, in rising order."""

OutsideEvent = Literal["ed_visit", "inpatient_discharge"]
"""What happens outside the programme and asks for contact, then a visit."""

Disposition = Literal[
    "outpatient_follow_up",
    "increased_contact",
    "crisis_service",
    "ed_referral",
    "inpatient",
    "welfare_check",
    "no_further_action",
]
"""What was arranged for a patient at risk."""

_RISING = get_args(FormulatedLevel)


def at_least(level: FormulatedLevel, other: FormulatedLevel) -> bool:
    """Whether a level is as high as another, or higher."""
    return _RISING.index(level) >= _RISING.index(other)


def higher(level: Level, other: Level) -> Level:
    """The higher of two levels."""
    return level if at_least(level, other) else other
