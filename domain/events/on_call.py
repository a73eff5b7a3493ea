"""What can happen to an on-call list: who is called, in which order, and who stands in for whom."""

from pydantic import AwareDatetime

from domain.events import effects
from domain.events.base import Event


class ChainSet(Event):
    """Clinician ids in the order in which they are called, and the supervisor who comes last."""

    clinicians: tuple[str, ...]
    supervisor: str


class ClinicianAdded(Event):
    """`place` in the order counts from 1."""

    clinician: str
    place: int


class ClinicianRemoved(Event):
    clinician: str


class StandInArranged(Event):
    """From `since` on, and no longer at `until`, `instead` is called for who is `absent`.

    `stand_in` counts from 1 within the list.
    """

    stand_in: int
    absent: str
    instead: str
    since: AwareDatetime
    until: AwareDatetime


class StandInEnded(Event):
    """The time is over, or the arrangement was given up."""

    stand_in: int


class EffectSettled(effects.EffectSettled):
    """What came of telling a clinician that they are on call, or no longer."""


OnCallEvent = (
    ChainSet | ClinicianAdded | ClinicianRemoved | StandInArranged | StandInEnded | EffectSettled
)
