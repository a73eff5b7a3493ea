"""A group with what its pages count beside its state: who came to each session, what happened."""

from datetime import datetime

from domain.events import group as facts
from domain.events.base import Event
from domain.events.corrections import IncidentStruckOut
from domain.group.evolve import evolve as evolve_group
from domain.group.state import Group, Session
from domain.value import Value


class Tally(Value):
    """What is counted of one session. Only one that was held says who led it and who came."""

    number: int
    facilitators: tuple[str, ...] = ()
    present: int | None = None
    missed: int | None = None
    incidents: int = 0


class Kept(Value):
    """Since when a seat has been kept for somebody."""

    pathway_id: str
    since: datetime


class Counted(Value):
    """A group and its counts, in the order of the sessions' numbers."""

    group: Group = Group()
    tallies: tuple[Tally, ...] = ()
    kept: tuple[Kept, ...] = ()

    @property
    def status(self) -> str:
        return self.group.status

    def tally(self, number: int) -> Tally:
        return next((one for one in self.tallies if one.number == number), Tally(number=number))

    def kept_since(self, pathway_id: str) -> datetime | None:
        return next((one.since for one in self.kept if one.pathway_id == pathway_id), None)


def evolve(counted: Counted, event: Event) -> Counted:
    """The group and its counts after an event."""
    group = evolve_group(counted.group, event)  # type: ignore[arg-type] # its own kind
    return counted.model_copy(
        update={
            "group": group,
            "tallies": _tallies(counted, event),
            "kept": _kept(counted, event, group),
        }
    )


def remembered(counted: Counted) -> Counted:
    """The same without who took part, whom the group itself remembers of the latest session."""
    sessions = tuple(_without_members(one) for one in counted.group.sessions)
    group = counted.group.model_copy(update={"sessions": sessions, "joined_at": ()})
    return counted.model_copy(update={"group": group})


def _tallies(counted: Counted, event: Event) -> tuple[Tally, ...]:
    match event:
        case facts.IncidentLogged(session=number):
            tally = counted.tally(number)
            return _with(counted, tally.model_copy(update={"incidents": tally.incidents + 1}))
        case IncidentStruckOut(session=number):
            tally = counted.tally(number)
            return _with(counted, tally.model_copy(update={"incidents": tally.incidents - 1}))
        case facts.SessionHeld(session=number, presences=presences):
            held = {
                "facilitators": event.clinicians,
                "present": sum(one.present for one in presences),
                "missed": sum(one.attendance == "missed" for one in presences),
            }
            return _with(counted, counted.tally(number).model_copy(update=held))
        case facts.AttendanceCorrected(session=number):
            return _with(counted, _corrected(counted.tally(number), event))
        case _:
            return counted.tallies


def _corrected(tally: Tally, event: facts.AttendanceCorrected) -> Tally:
    """The same with one more or one fewer who was there, or who missed it."""
    if tally.present is None or tally.missed is None:
        return tally
    more = 1 if event.counts else -1
    there, missed = event.attendance in ("attended", "late"), event.attendance == "missed"
    changes = {"present": tally.present + more * there, "missed": tally.missed + more * missed}
    return tally.model_copy(update=changes)


def _with(counted: Counted, tally: Tally) -> tuple[Tally, ...]:
    others = (one for one in counted.tallies if one.number != tally.number)
    return tuple(sorted((*others, tally), key=lambda one: one.number))


def _kept(counted: Counted, event: Event, group: Group) -> tuple[Kept, ...]:
    kept = {one.pathway_id: one for one in counted.kept}
    if isinstance(event, facts.SeatReserved):
        kept[event.pathway_id] = Kept(pathway_id=event.pathway_id, since=event.at)
    reserved = {one.pathway_id for one in group.reservations}
    return tuple(one for one in kept.values() if one.pathway_id in reserved)


def _without_members(session: Session) -> Session:
    if not (session.admitted or session.not_admitted or session.reminded):
        return session
    return session.model_copy(update={"admitted": (), "reminded": (), "not_admitted": ()})
