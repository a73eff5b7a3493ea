"""How a pathway stands, as far as the decisions of other entities need to know."""

from pydantic import AwareDatetime

from domain.pathway.state import ConsentPeriod, Pathway, Status
from domain.value import Value


class ToCome(Value):
    """A session of the patient's group that the patient expects and the group reminds them of."""

    session: int
    starts_at: AwareDatetime


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
    )
