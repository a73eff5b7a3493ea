"""How a therapy group stands, as far as the decisions of other entities need to know."""

from datetime import time, timedelta

from domain.group.state import Group
from domain.value import Value


class Seating(Value):
    """`taken` counts filled and reserved seats.

    The group meets on `weekdays` (Monday is 0) at the local time `starts` in `zone`. Where its
    patients can be treated follows from the qualifications of `facilitators`.
    """

    status: str = "absent"
    programme: str | None = None
    kind: str | None = None
    modality: str | None = None
    session_kind: str | None = None
    phases: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    starts: time | None = None
    zone: str | None = None
    length: timedelta | None = None
    facilitators: tuple[str, ...] = ()
    capacity: int = 0
    taken: int = 0
    members: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()

    @property
    def free(self) -> int:
        return self.capacity - self.taken


def seating(group: Group) -> Seating:
    """The facts of a group."""
    rule = group.rule
    return Seating(
        status=group.status,
        programme=group.programme,
        kind=group.kind,
        modality=group.modality,
        session_kind=group.session_kind,
        phases=group.phases,
        states=group.states,
        weekdays=rule.weekdays if rule else (),
        starts=rule.starts if rule else None,
        zone=rule.zone if rule else None,
        length=rule.length if rule else None,
        facilitators=group.facilitators,
        capacity=group.capacity,
        taken=group.taken,
        members=tuple(one.pathway_id for one in group.members),
        reserved=tuple(one.pathway_id for one in group.reservations),
    )
