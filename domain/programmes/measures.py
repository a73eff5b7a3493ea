"""The instruments of a programme, and when they are due."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, model_validator

from domain.instruments.catalogue import INSTRUMENTS
from domain.programmes.words import Length, Months, Part, Slug
from domain.risk import Level
from domain.value import Name, Points

ReasonCode = Annotated[
    str, Field(pattern=r"^[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?$", examples=["F43.1"])
]
"""An ICD-10-CM code; a category stands for every code within it."""


_RANGE = ("lowest", "highest")


def _without_range(schema: dict[str, Any]) -> None:
    """What may be left out is not required."""
    schema["required"] = [name for name in schema["required"] if name not in _RANGE]


class Measure(Part):
    """An instrument that the programme uses, and the range of its score.

    An instrument that carepath scores has its range: here it may be left out.
    """

    model_config = ConfigDict(json_schema_extra=_without_range)

    id: Slug = Field(examples=["phq-9"])
    """The instrument's name, such as `phq-9`."""
    title: Name
    """What people read."""
    lowest: Points = Field(examples=[0])
    """The lowest score that there is."""
    highest: Points = Field(examples=[27])
    """The highest score that there is."""
    whole: bool = True
    """Whether scores are whole numbers; those of a mean are not."""
    flag_level: Level = "moderate"
    """How high a risk is that one item flags; a screener that gives a level keeps its own."""
    reliable_change: Annotated[Points, Field(gt=0, examples=[8])] | None = None
    """From how many points on a change is more than chance; without it, as the instrument says."""

    @model_validator(mode="before")
    @classmethod
    def _range_as_published(cls, measure: Any) -> Any:
        name = measure.get("id") if isinstance(measure, Mapping) else None
        instrument = INSTRUMENTS.get(name) if isinstance(name, str) else None
        if instrument is None:
            return measure
        return {**{bound: getattr(instrument, bound) for bound in _RANGE}, **measure}

    @model_validator(mode="after")
    def _range_in_order(self) -> Self:
        if self.lowest >= self.highest:
            message = f"lowest ({self.lowest}) is not below highest ({self.highest})"
            raise ValueError(message)
        widest = self.highest - self.lowest
        if self.reliable_change is not None and self.reliable_change > widest:
            message = f"reliable_change ({self.reliable_change}) is more than scores can change"
            raise ValueError(message)
        return self


class ReasonMeasures(Part):
    """Instruments for patients who were referred for some reasons."""

    measures: tuple[Slug, ...]
    """Asked for with the baseline and again while treatment lasts."""
    when_reasons: tuple[ReasonCode, ...] = Field(min_length=1, examples=[["F43.1"]])
    """The reasons for referral that ask for them."""
    every: Length = Field(examples=["P12W"])
    """How far apart they are: asked with the first round of progress measures on or after it."""

    def apply_to(self, reasons: tuple[str, ...]) -> bool:
        """Whether any of these reasons for referral is meant, written with its dot or without."""
        meant = tuple(code.replace(".", "") for code in self.when_reasons)
        return any(one.upper().replace(".", "").startswith(meant) for one in reasons)


class MeasureSchedule(Part):
    """Which instruments are due when."""

    baseline: tuple[Slug, ...]
    """Asked for at the referral; they stay open until answered."""
    progress: tuple[Slug, ...]
    """Asked for in rounds while treatment lasts."""
    progress_every: Length
    """How far apart the rounds are, from the first session of treatment on."""
    discharge: tuple[Slug, ...]
    """Asked for on entering the discharge phase."""
    follow_up: tuple[Slug, ...]
    """Asked for after discharge."""
    follow_up_months: tuple[Months, ...] = Field(examples=[[3, 6, 12]])
    """How many calendar months after discharge, once for each number."""
    answered_within: Length
    """How long what fell due may be answered; the baseline has no such end."""
    reminded_after: Length = timedelta(days=3)
    """How long after they fell due the patient is reminded of what is missing."""
    overdue_after: Length = timedelta(weeks=1)
    """How long after they fell due somebody has to collect what is missing."""
    by_reason: tuple[ReasonMeasures, ...] = ()
    """Instruments that only some reasons for referral ask for."""

    @model_validator(mode="after")
    def _reminded_before_overdue(self) -> Self:
        if self.reminded_after >= self.overdue_after:
            message = "reminded_after must be shorter than overdue_after"
            raise ValueError(message)
        return self

    def for_reasons(self, reasons: tuple[str, ...]) -> tuple[ReasonMeasures, ...]:
        """What the reasons for referral ask for besides."""
        return tuple(one for one in self.by_reason if one.apply_to(reasons))
