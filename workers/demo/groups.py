"""The groups of the demo clinic: who leads them, when they meet, and what happens in a session."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from domain.actor import Actor
from domain.group.state import Group, Session
from workers.demo.agenda import Agenda
from workers.demo.staff import Staff, some

_HOURS = ("10:00", "12:00", "15:30", "17:30", "19:00")
"""Far enough apart for one session to be over before the next begins."""

INTRODUCTIONS_APART = timedelta(weeks=4)


class Groups:
    """Ongoing groups for as long as the clinic runs, and so many introductions every four weeks.

    `attends` says of each patient how likely they come to a session.
    """

    def __init__(self, agenda: Agenda, staff: Staff, ongoing: int, introductions: int = 1) -> None:
        self._agenda = agenda
        self._staff = staff
        self._introductions = introductions
        self.attends: dict[str, float] = {}
        self.ids: list[str] = []
        for number in range(ongoing):
            self._form("ongoing", number)
        self._next_introduction()

    @property
    def states(self) -> Mapping[str, Group]:
        """The groups that are open."""
        found = {one: self._state(one) for one in self.ids}
        return {id_: group for id_, group in found.items() if group.status == "open"}

    def of_kind(self, kind: str) -> list[tuple[str, Group]]:
        """The open groups of a kind that have a seat, the emptiest first."""
        free = [
            (id_, group)
            for id_, group in self.states.items()
            if group.kind == kind and group.taken < group.capacity
        ]
        return sorted(free, key=lambda one: (one[1].taken, one[0]))

    def _next_introduction(self) -> None:
        for _ in range(self._introductions):
            self._form("introduction", len(self.ids))
        self._agenda.after(INTRODUCTIONS_APART, self._next_introduction)

    def _form(self, kind: str, number: int) -> None:
        agenda, clinicians = self._agenda, self._staff.clinicians
        group_id = f"group-{agenda.clinic.new_id()}"
        first_on = (agenda.now + timedelta(days=10 if kind == "introduction" else 2)).date()
        agenda.ask(
            group_id,
            "form",
            programme=agenda.programme.label,
            kind=kind,
            modality="virtual",
            first_on=first_on.isoformat(),
        )
        pair = [clinicians[(2 * number + one) % (len(clinicians) - 1)] for one in (0, 1)]
        for clinician in pair:
            agenda.ask(group_id, "assign_facilitator", clinician_id=clinician.id)
        agenda.ask(
            group_id,
            "schedule",
            weekdays=[number % 5],
            starts=_HOURS[(number + number // 5) % len(_HOURS)],
            zone=agenda.programme.zone,
        )
        self.ids.append(group_id)
        self._come_back(group_id)

    def _come_back(self, group_id: str) -> None:
        """Be there when the group meets next."""
        group = self._state(group_id)
        upcoming = group.upcoming(self._agenda.now)
        if upcoming:
            session = upcoming[0]
            self._agenda.at(session.starts_at, lambda: self._meet(group_id, session.number))
        elif group.members:
            self._agenda.after(timedelta(weeks=1), lambda: self._come_back(group_id))
        else:
            self._agenda.ask(group_id, "close", reason="The introduction is over")

    def _meet(self, group_id: str, number: int) -> None:
        group = self._state(group_id)
        session = group.session(number)
        if session and session.stage == "planned" and group.status == "open":
            self._open(group_id, group, session)
        self._agenda.after(timedelta(hours=2), lambda: self._come_back(group_id))

    def _open(self, group_id: str, group: Group, session: Session) -> None:
        random = self._agenda.random
        leading = self._leading(group_id, group, session)
        coming = [
            one.pathway_id
            for one in group.members
            if some(random, self.attends.get(one.pathway_id, 0.8))
        ]
        joining = [
            {"pathway_id": one, "location": self._location(one)}
            for one in coming
            if not some(random, 0.08)
        ]
        late = [one for one in coming if one not in {other["pathway_id"] for other in joining}]
        opened = self._agenda.ask(
            group_id,
            "open_session",
            _facilitator(leading[0]),
            session=session.number,
            clinicians=leading,
            joining=joining,
        )
        if not opened:
            self._agenda.ask(
                group_id, "cancel_session", session=session.number, reason="Too few facilitators"
            )
            return
        for one in late:
            self._agenda.after(
                timedelta(minutes=random.randint(3, 30)),
                partial(self._admit_late, group_id, session.number, one, leading),
            )
        self._agenda.after(
            timedelta(minutes=95), lambda: self._end(group_id, session.number, leading)
        )

    def _leading(self, group_id: str, group: Group, session: Session) -> list[str]:
        """The facilitators, or now and then somebody who stands in for one of them."""
        leading = list(group.facilitators)
        if not some(self._agenda.random, 0.05) or len(leading) < 2:
            return leading
        others = [one.id for one in self._staff.clinicians if one.id not in leading]
        instead = self._agenda.random.choice(others)
        if self._agenda.ask(
            group_id,
            "name_substitute",
            session=session.number,
            clinician_id=instead,
            instead_of=leading[1],
        ):
            return [leading[0], instead]
        return leading

    def _admit_late(self, group_id: str, number: int, pathway_id: str, leading: list[str]) -> None:
        self._agenda.ask(
            group_id,
            "admit_late",
            _facilitator(leading[0]),
            session=number,
            pathway_id=pathway_id,
            location=self._location(pathway_id),
        )

    def _end(self, group_id: str, number: int, leading: list[str]) -> None:
        group, random, actor = self._state(group_id), self._agenda.random, _facilitator(leading[0])
        session = group.session(number)
        if session is None or session.stage != "open":
            return
        there = {one.pathway_id for one in session.admitted}
        announced = session.starts_at - timedelta(days=2)
        attendance: list[dict[str, Any]] = [
            {"pathway_id": one.pathway_id, "notice_at": announced.isoformat()}
            for one in group.members
            if one.pathway_id not in there and one.since < announced and some(random, 0.4)
        ]
        self._agenda.ask(group_id, "hold_session", actor, session=number, attendance=attendance)
        if some(random, 0.06):
            self._agenda.ask(
                group_id,
                "log_incident",
                actor,
                session=number,
                category="alliance_rupture",
                note=f"note/{UUID(int=random.getrandbits(128))}",
            )

    def _location(self, pathway_id: str) -> str:
        """Where the patient says to be: nearly always at home."""
        home: str = self._agenda.clinic.entity(pathway_id).state.referral.patient.state
        return "NV" if some(self._agenda.random, 0.004) else home

    def _state(self, group_id: str) -> Group:
        found: Group = self._agenda.clinic.entity(group_id).state
        return found


def _facilitator(clinician_id: str) -> Actor:
    return Actor(subject=clinician_id, role="facilitator")
