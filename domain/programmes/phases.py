"""The phases of a programme, and the sessions that each of them has."""

from typing import Self

from pydantic import Field, model_validator

from domain.programmes.words import Duration, GuardName, HowMany, Length, Part, Purpose, Slug
from domain.value import Name


class SessionPlan(Part):
    """The sessions of one kind within a phase."""

    kind: Slug = Field(examples=["group"])
    """What coordinators and other systems call this kind, such as `group`."""
    title: Name
    """What people read."""
    length: Length
    """How long one session is."""
    per_week: HowMany | None = Field(default=None, examples=[1])
    """How often a week; of more than these in one calendar week no more count as attended."""
    planned: HowMany | None = Field(default=None, examples=[6])
    """How many the phase has, if it has an end of its own."""
    at_least: HowMany | None = Field(default=None, examples=[5])
    """How many have to be attended for the guard `sessions_completed`."""
    at_most: HowMany | None = Field(default=None, examples=[4])
    """How many may be held; a further one is refused."""
    needs: tuple[GuardName, ...] = ()
    """What has to hold at the time of the session itself."""
    in_group: bool = False
    """Whether the session is a therapy group's, which books and records it, and nobody else."""
    licence_checked: bool = False
    """Whether the clinician needs a licence for the state that a virtual patient is in that day."""
    begins_treatment: bool | None = None
    """Whether the first one attended begins treatment, from which its length counts. Left out:
    in a phase of treatment a group's session does, and no other."""
    credential: Slug | None = Field(default=None, examples=["mbt"])
    """The training that the clinician needs, if any, also in person."""

    @property
    def counts(self) -> bool:
        """Whether treatment counts from the first such session attended."""
        return self.in_group if self.begins_treatment is None else self.begins_treatment

    @model_validator(mode="after")
    def _bounds_in_order(self) -> Self:
        if self.at_least and self.planned and self.at_least > self.planned:
            message = f"at_least ({self.at_least}) is more than planned ({self.planned})"
            raise ValueError(message)
        if self.at_least and self.at_most and self.at_least > self.at_most:
            message = f"at_least ({self.at_least}) is more than at_most ({self.at_most})"
            raise ValueError(message)
        return self


class Phase(Part):
    """One phase: what it is for, where it may lead, and the guards at its doors."""

    id: Slug = Field(examples=["introduction"])
    """The phase's name in events and commands; it stays the same from version to version."""
    title: Name
    """What people read."""
    purpose: Purpose
    """What the phase is for."""
    leads_to: tuple[Slug, ...] = ()
    """The phases that may come next. Follow-up is entered by the discharge, from anywhere."""
    enter_when: tuple[GuardName, ...] = ()
    """What has to hold to enter this phase."""
    leave_when: tuple[GuardName, ...] = ()
    """What has to hold to leave it for another one."""
    sessions: tuple[SessionPlan, ...] = ()
    """The kinds of sessions that may be booked and held in it."""

    def session(self, kind: str) -> SessionPlan | None:
        return next((plan for plan in self.sessions if plan.kind == kind), None)


class Variant(Duration):
    """One of the lengths of treatment that a clinician may choose."""

    id: Slug = Field(examples=["six-months"])
    """The variant's name in events and commands."""
    title: Name
    """What people read."""

    @property
    def duration(self) -> Duration:
        return Duration(months=self.months, weeks=self.weeks)

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if not self.months and not self.weeks:
            message = "say how long treatment lasts: months, weeks, or both"
            raise ValueError(message)
        return self
