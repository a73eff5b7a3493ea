"""What is arranged around a patient's treatment: benefits, sharing, the waitlist, the seat."""

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime

from domain.events.access import BenefitsOutcome, SharedRecord
from domain.events.effects import EffectOutcome
from domain.patient import PrimaryCareProvider, Urgency
from domain.value import Value
from domain.waitlist.waiting import Hours, Modality


class Benefits(Value):
    """Who pays, as it was last verified; `valid_until` is the last day."""

    payer: str
    outcome: BenefitsOutcome
    verified_at: AwareDatetime
    self_pay: bool = False
    valid_until: date | None = None

    def cover(self, day: date) -> bool:
        """Whether somebody pays for what happens on a day."""
        active = self.outcome == "active" and (self.valid_until is None or day <= self.valid_until)
        return self.self_pay or active


class Share(Value):
    """A document for the primary care provider, and what came of sending it."""

    number: int
    what: SharedRecord
    outcome: EffectOutcome | None = None


class Sharing(Value):
    """Whether the patient's records may go to their primary care provider, and to whom."""

    opted_out: bool = False
    pcp: PrimaryCareProvider | None = None
    shares: tuple[Share, ...] = ()


class Wait(Value):
    """A place on the waitlist. The hours are meant in `zone`; none: any time suits."""

    group_kind: str
    since: AwareDatetime
    modalities: tuple[Modality, ...]
    urgency: Urgency
    zone: str
    hours: tuple[Hours, ...] = ()


class SeatOffer(Value):
    """The offer of a seat: asked of the group, open to the patient, or accepted by them.

    `expires_at` is absent unless the patient may answer.
    """

    number: int
    group_id: str
    until: AwareDatetime
    standing: Literal["asked", "open", "accepted"] = "asked"

    @property
    def expires_at(self) -> datetime | None:
        return self.until if self.standing == "open" else None
