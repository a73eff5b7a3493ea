"""The rules on benefits, the waitlist and levels of care, and on requests for records."""

from datetime import timedelta
from typing import Self

from pydantic import Field, model_validator

from domain.programmes.words import HowMany, Length, Part, Slug
from domain.value import Name


class BenefitPolicies(Part):
    """When a patient's benefits are looked at again."""

    reverify_before: Length = timedelta(days=14)
    """How long before the benefits lapse somebody has to verify that they go on."""
    reverify_every: Length = timedelta(days=90)
    """How long a verification holds whose last day the payer did not say."""
    payers: tuple[Name, ...] | None = Field(default=None, min_length=1, examples=[["Optum"]])
    """The payers whose patients may join its groups, besides those who pay themselves. Left out:
    any."""

    @model_validator(mode="after")
    def _payers_once(self) -> Self:
        if len({one.casefold() for one in self.payers or ()}) < len(self.payers or ()):
            message = "a payer is named twice"
            raise ValueError(message)
        return self


class WaitlistPolicies(Part):
    """How seats are offered to those who wait."""

    seat_offer_lasts: Length = timedelta(hours=72)
    """How long the patient has to answer the offer of a seat."""
    declines_before_review: HowMany = Field(default=3, examples=[3])
    """How many seats a patient may decline before somebody reviews their place."""
    priority_reviewed_every: Length = timedelta(days=30)
    """How often somebody looks at how urgent a place on the waitlist is."""


class RecordsPolicies(Part):
    """By when a patient's request is answered (45 CFR 164.524 and 164.526)."""

    access_within: Length = timedelta(days=30)
    """How many days there are to give access to records."""
    access_extension: Length = timedelta(days=30)
    """By how many days that may be extended, once and with a written reason."""
    amendment_within: Length = timedelta(days=60)
    """How many days there are to act on a request for amendment."""
    amendment_extension: Length = timedelta(days=30)
    """By how many days that may be extended, once and with a written reason."""
    warn_before: Length = timedelta(days=7)
    """How long before the due date the coordinator is warned."""


class LevelOfCare(Part):
    """A level of care, from which or to which a patient may be transferred."""

    id: Slug = Field(examples=["php"])
    """The level's name in events and commands."""
    title: Name
    """What people read."""


LEVELS = (
    LevelOfCare(id="weekly_outpatient", title="Weekly outpatient care"),
    LevelOfCare(id="virtual_iop", title="Virtual intensive outpatient programme"),
    LevelOfCare(id="php", title="Partial hospitalisation programme"),
    LevelOfCare(id="inpatient", title="Inpatient care"),
)


class CareLevels(Part):
    """The levels of care, and which of them the programme itself is."""

    own: Slug = Field(default="weekly_outpatient", examples=["weekly_outpatient"])
    """The programme's own level."""
    levels: tuple[LevelOfCare, ...] = LEVELS
    """All levels, from the least intensive to the most."""
    return_looked_at_after: Length = timedelta(days=30)
    """When somebody looks at the return of a transferred patient that nobody gave a date for."""

    def level(self, level_id: str) -> LevelOfCare | None:
        return next((one for one in self.levels if one.id == level_id), None)

    def steps_up(self, level_id: str, present: str) -> bool:
        """Whether a level is more intensive than the present one."""
        order = [one.id for one in self.levels]
        return order.index(level_id) > order.index(present)

    @model_validator(mode="after")
    def _own_among_them(self) -> Self:
        ids = [one.id for one in self.levels]
        if self.own not in ids:
            message = f"own ({self.own}) is not one of the levels: {', '.join(ids)}"
            raise ValueError(message)
        if len(set(ids)) < len(ids):
            message = "a level of care is declared twice"
            raise ValueError(message)
        return self
