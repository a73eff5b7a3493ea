"""The instruments of a programme, and when they are due."""

from typing import Self

from pydantic import Field, FiniteFloat, model_validator

from domain.programmes.words import Length, Months, Part, Slug
from domain.value import Name


class Measure(Part):
    """An instrument that the programme uses, and the range of its score."""

    id: Slug
    """The instrument's name, such as `phq-9`."""
    title: Name
    """What people read."""
    lowest: FiniteFloat = Field(examples=[0])
    """The lowest score that there is."""
    highest: FiniteFloat = Field(examples=[27])
    """The highest score that there is."""
    whole: bool = True
    """Whether scores are whole numbers; those of a mean are not."""

    @model_validator(mode="after")
    def _range_in_order(self) -> Self:
        if self.lowest >= self.highest:
            message = f"lowest ({self.lowest}) is not below highest ({self.highest})"
            raise ValueError(message)
        return self


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
