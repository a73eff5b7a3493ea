"""Whose calendar has what in it: folded from the log when the file is written."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from activities.calendars.entries import Appointment, Entry, Revision, group_entries, uid
from activities.definitions import Definitions
from activities.ports import Impossible
from activities.recipients import ITSELF, PATIENT
from domain.clinician.state import Clinician
from domain.deciders import decider_of
from domain.events.envelope import RecordedEvent
from domain.events.pathway import BookingCancelled, SessionBooked
from domain.fold import fold
from domain.group import GROUP
from domain.group.state import Group
from domain.identity import well_formed
from domain.pathway import PATHWAY
from domain.pathway.state import Pathway
from eventstore.store import EventStore

ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)


class Agendas:
    """Finds the entries of a person's calendar."""

    def __init__(self, store: EventStore, definitions: Definitions) -> None:
        self._store = store
        self._definitions = definitions

    async def entries(self, person_id: str) -> list[Entry] | None:
        """In no order. None: the calendar must be no more, because nothing may reach the person.

        A group has a calendar too, for the room that it meets in. Raises `Impossible` for the id of
        anything else.
        """
        if not well_formed(person_id):
            raise Impossible("recipient_unknown")
        stream = await self._store.read_stream(person_id)
        state = fold(decider_of(person_id), stream).state
        match state:
            case Pathway():
                allowed = state.messages_allowed
                return await self._of_patient(person_id, state, stream) if allowed else None
            case Clinician():
                return await self._of_clinician(person_id, state)
            case Group():
                return group_entries(person_id, person_id, state, stream, ALWAYS)
            case _:
                raise Impossible("recipient_unknown")

    async def _of_patient(
        self, pathway_id: str, pathway: Pathway, stream: Sequence[RecordedEvent]
    ) -> list[Entry]:
        """What is booked; of the patient's own group, the series of its sessions."""
        programme = await self._definitions.version(pathway.programme or "")
        if programme is None:
            return []
        entries: list[Entry] = []
        if pathway.group_id:
            entries = await self._of_group(pathway_id, pathway.group_id)
        in_group = pathway.group_id if entries else None

        def theirs(booked: SessionBooked) -> bool:
            return not in_group or booked.group_id != in_group

        return entries + _booked((pathway_id,), stream, pathway, theirs, programme.zone)

    async def _of_clinician(self, clinician_id: str, clinician: Clinician) -> list[Entry]:
        """The sessions of every group that they lead, and those with each of their patients."""
        found = [await self._of_group(clinician_id, one) for one in clinician.groups]
        found += [await self._with_patient(clinician_id, one) for one in clinician.patients]
        return [entry for entries in found for entry in entries]

    async def _with_patient(self, clinician_id: str, pathway_id: str) -> list[Entry]:
        """What is booked with the patient alone, while they are theirs."""
        stream = await self._store.read_stream(pathway_id)
        pathway = fold(PATHWAY, stream).state
        programme = await self._definitions.version(pathway.programme or "")
        if programme is None or pathway.therapist != clinician_id:
            return []

        def alone(booked: SessionBooked) -> bool:
            return booked.group_id is None

        return _booked((clinician_id, pathway_id), stream, pathway, alone, programme.zone)

    async def _of_group(self, whose: str, group_id: str) -> list[Entry]:
        """For a member, what comes from the day on which they became one."""
        stream = await self._store.read_stream(group_id)
        group = fold(GROUP, stream).state
        since = next((one.since for one in group.members if one.pathway_id == whose), ALWAYS)
        return group_entries(whose, group_id, group, stream, since)


def person(entity_id: str, recipient: str) -> str:
    """Whose calendar an effect of an entity is about."""
    return entity_id if recipient in (PATIENT, ITSELF) else recipient


def _booked(
    whose: tuple[str, ...],
    stream: Sequence[RecordedEvent],
    pathway: Pathway,
    belongs: Callable[[SessionBooked], bool],
    zone: str,
) -> list[Entry]:
    """The bookings that stand or are cancelled: one is never moved, but another made instead.

    A cancelled one is shown until the log has gone on past its time; one in a group never, for that
    was an occurrence of the group's series.
    """
    standing = {one.number for one in pathway.bookings}
    cancelled = {
        one.event.booking: one.effective_at
        for one in stream
        if isinstance(one.event, BookingCancelled)
    }
    latest = max((one.effective_at for one in stream), default=ALWAYS)
    entries: list[Entry] = []
    for one in stream:
        match one.event:
            case SessionBooked(booking=number) as booked if belongs(booked):
                told = booked.group_id is None and booked.starts_at > latest
                ended = cancelled.get(number) if told else None
                if number in standing or ended:
                    entries.append(_booking(whose, one.effective_at, booked, ended, zone))
    return entries


def _booking(
    whose: tuple[str, ...],
    made: datetime,
    booked: SessionBooked,
    cancelled: datetime | None,
    zone: str,
) -> Appointment:
    return Appointment(
        uid=uid(*whose, "booking", booked.booking),
        starts_at=booked.starts_at,
        length=booked.length,
        zone=zone,
        revision=Revision(sequence=1 if cancelled else 0, at=cancelled or made),
        cancelled=cancelled is not None,
    )
