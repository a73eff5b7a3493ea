"""How a pathway stands, as far as the decisions of other entities need to know."""

from datetime import datetime, timedelta

from pydantic import AwareDatetime

from domain.pathway.rows import ConsentPeriod
from domain.pathway.state import Pathway, Status
from domain.value import Value


class ToCome(Value):
    """A session of the patient's group that the patient expects and the group reminds them of."""

    session: int
    starts_at: AwareDatetime


class SeenAlone(Value):
    """When the patient is to be seen alone."""

    starts_at: AwareDatetime
    length: timedelta


class Standing(Value):
    """No name, no score, no plan: only whether the patient may take part, and where they live."""

    status: Status = "absent"
    programme: str | None = None
    phase: str | None = None
    state: str | None = None
    consents: tuple[ConsentPeriod, ...] = ()
    safety_plan_since: AwareDatetime | None = None
    safety_plan_revision: int = 0
    to_come: tuple[ToCome, ...] = ()
    seen_alone: tuple[SeenAlone, ...] = ()

    def elsewhere(self, start: datetime, length: timedelta) -> bool:
        """Whether the patient is to be seen alone at a time."""
        return any(
            one.starts_at < start + length and start < one.starts_at + one.length
            for one in self.seen_alone
        )


def standing(pathway: Pathway) -> Standing:
    """The facts of a pathway."""
    return Standing(
        status=pathway.status,
        programme=pathway.programme,
        phase=pathway.phase,
        state=pathway.lives_in,
        consents=pathway.consent_periods,
        safety_plan_since=pathway.safety_plan_since,
        safety_plan_revision=pathway.safety_plan_revision,
        to_come=tuple(
            ToCome(session=booking.group_session, starts_at=booking.starts_at)
            for booking in pathway.bookings
            if booking.group_reminds and booking.group_session
        ),
        seen_alone=tuple(
            SeenAlone(starts_at=booking.starts_at, length=booking.length)
            for booking in pathway.bookings
            if booking.group_id is None
        ),
    )
