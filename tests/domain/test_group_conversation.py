"""A group, its clinicians and its patients, each a real entity, and what they tell each other."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.actor import CLOCK
from domain.decider import Rejected
from domain.events.base import Event
from domain.events.envelope import Origin, new_events
from domain.fold import step
from domain.group import Group
from domain.pathway import PATHWAY, Pathway
from domain.simulation import Clinic
from tests.domain.groups import DAY, HOUR, LENGTH, MINUTE, clinician, patient
from tests.domain.histories import IN_GROUPS, READY_AT, in_introduction, ny
from tests.domain.specification import COORDINATOR

GROUP_ID = "group-00000000-0000-4000-8000-000000000001"
NAMESPACE = UUID("c2a1f0ce-6a0f-45d4-a3a1-0f4a2a6d1b55")
START = ny("2026-01-27 18:00")


class Practice:
    """A clinic with two clinicians, patients in the introduction, and a group for them."""

    def __init__(self) -> None:
        self.commands = 0
        self.clinic = Clinic({IN_GROUPS.label: IN_GROUPS}, READY_AT, self.new_id)
        for number in (1, 2):
            self.ask(clinician(number), "register", programme="mbt-g@1", name=f"C {number}")
            since = {"since": "2025-01-01", "until": "2027-12-31"}
            self.ask(clinician(number), "record_credential", kind="mbt", number="M", **since)
            self.ask(clinician(number), "record_licence", state="FL", number="L", **since)
        for number in (1, 2, 3):
            self.refer(number)
        self.group(
            "form",
            programme="mbt-g@1",
            kind="introduction",
            modality="virtual",
            first_on="2026-01-27",
        )
        self.group("assign_facilitator", clinician_id=clinician(1))
        self.group("assign_facilitator", clinician_id=clinician(2))
        self.group("schedule", weekdays=[1], starts="18:00", zone="America/New_York")

    def new_id(self) -> UUID:
        self.commands += 1
        return uuid5(NAMESPACE, str(self.commands))

    def ask(self, entity_id: str, command: str, **data: Any) -> None:
        self.clinic.submit(entity_id, command, COORDINATOR, **data)

    def group(self, command: str, **data: Any) -> None:
        self.ask(GROUP_ID, command, **data)

    def refer(self, number: int) -> None:
        """A patient whose assessment is over and who has entered the introduction."""
        entity = self.clinic.entity(patient(number))
        events: list[Event] = list(in_introduction())
        origin = Origin(command_id=self.new_id(), actor=CLOCK)
        for new, event in zip(new_events(events, origin), events, strict=True):
            entity.folded = step(PATHWAY, entity.folded, event, new.event_id, IN_GROUPS.label)
        entity.programme = IN_GROUPS
        entity.folded.pending.clear()

    def seat(self, number: int) -> None:
        self.ask(patient(number), "offer_seat", group_id=GROUP_ID)
        self.ask(patient(number), "accept_seat", offer=1)

    def open(self, *joining: str, location: str = "FL") -> None:
        """Both facilitators open the first session with those who come."""
        self.group(
            "open_session",
            session=1,
            clinicians=[clinician(1), clinician(2)],
            joining=[{"pathway_id": one, "location": location} for one in joining],
        )

    def pathway(self, number: int) -> Pathway:
        state: Pathway = self.clinic.entity(patient(number)).state
        return state

    @property
    def state(self) -> Group:
        state: Group = self.clinic.entity(GROUP_ID).state
        return state


def test_facilitators_know_the_groups_that_they_lead() -> None:
    practice = Practice()
    assert practice.clinic.entity(clinician(1)).state.groups == (GROUP_ID,)
    assert [task.kind for task in practice.state.tasks] == []


def test_an_accepted_seat_makes_a_member_with_all_sessions_in_the_calendar() -> None:
    practice = Practice()
    practice.ask(patient(1), "offer_seat", group_id=GROUP_ID)
    assert practice.state.taken == 1
    practice.ask(patient(1), "accept_seat", offer=1)
    assert [one.pathway_id for one in practice.state.members] == [patient(1)]
    assert practice.pathway(1).group_id == GROUP_ID
    booked = [one for one in practice.pathway(1).bookings if one.group_id == GROUP_ID]
    assert [one.starts_at for one in booked] == [START + DAY * 7 * week for week in range(6)]


def test_an_offer_that_nobody_answers_frees_the_seat() -> None:
    practice = Practice()
    practice.ask(patient(1), "offer_seat", group_id=GROUP_ID)
    practice.clinic.pass_until(READY_AT + timedelta(hours=74))
    assert practice.state.taken == 0
    assert practice.pathway(1).group_id is None


def test_a_declined_seat_is_free_at_once() -> None:
    practice = Practice()
    practice.ask(patient(1), "offer_seat", group_id=GROUP_ID)
    practice.ask(patient(1), "decline_seat", offer=1, reason="Too late in the evening")
    assert practice.state.taken == 0


def test_a_moved_or_cancelled_session_moves_in_the_patient_s_calendar() -> None:
    practice = Practice()
    practice.seat(1)
    thursday = ny("2026-02-05 17:00")
    practice.group("reschedule_session", session=2, starts_at=thursday.isoformat())
    practice.group("cancel_session", session=3, reason="Storm")
    booked = {one.group_session: one.starts_at for one in practice.pathway(1).bookings}
    assert booked[2] == thursday
    assert 3 not in booked
    assert booked[7] == ny("2026-03-10 18:00")


def test_a_session_reaches_the_pathway_of_each_member() -> None:
    practice = Practice()
    for number in (1, 2, 3):
        practice.seat(number)
    practice.clinic.pass_until(START)
    practice.group(
        "open_session",
        session=1,
        clinicians=[clinician(1), clinician(2)],
        joining=[
            {"pathway_id": patient(1), "location": "FL"},
            {"pathway_id": patient(2), "location": "GA"},
        ],
    )
    practice.group("report_concern", session=1, pathway_id=patient(1), level="high")
    assert len(practice.pathway(1).open_escalations) == 1
    practice.clinic.pass_until(START + LENGTH + MINUTE)
    practice.group("hold_session", session=1)
    attended = practice.pathway(1).sessions[-1]
    assert (attended.kind, attended.held_at, attended.attendance) == ("group", START, "attended")
    assert practice.pathway(1).treatment_started_at == START
    assert practice.pathway(2).not_admitted == ((GROUP_ID, 1),)
    assert practice.pathway(3).sessions[-1].attendance == "missed"
    assert [task.kind for task in practice.state.tasks] == []


def test_whoever_leaves_gives_up_the_seat() -> None:
    practice = Practice()
    practice.seat(1)
    practice.ask(patient(1), "leave_group", reason="Moves away")
    assert practice.state.taken == 0
    assert [one for one in practice.pathway(1).bookings if one.group_id] == []


def test_a_closed_group_sets_its_members_and_facilitators_free() -> None:
    practice = Practice()
    practice.seat(1)
    practice.clinic.pass_until(READY_AT + HOUR)
    practice.group("close", reason="The clinic moves")
    assert practice.pathway(1).group_id is None
    assert practice.pathway(1).bookings == ()
    assert "find_group" in [task.kind for task in practice.pathway(1).tasks]
    assert practice.clinic.entity(clinician(1)).state.groups == ()


def test_whoever_leaves_after_a_session_that_nobody_recorded_keeps_no_booking() -> None:
    practice = Practice()
    practice.seat(1)
    practice.clinic.pass_until(START + HOUR)
    practice.ask(patient(1), "leave_group", reason="Moves away")
    assert practice.pathway(1).bookings == ()


def test_whoever_leaves_during_a_session_keeps_its_record_and_no_booking() -> None:
    practice = Practice()
    practice.seat(1)
    practice.seat(2)
    practice.clinic.pass_until(START)
    practice.open(patient(1))
    for number in (1, 2):
        practice.ask(patient(number), "leave_group", reason="Moves away")
    practice.clinic.pass_until(START + LENGTH)
    practice.group("hold_session", session=1)
    assert practice.pathway(1).sessions[-1].held_at == START
    assert practice.pathway(1).bookings == practice.pathway(2).bookings == ()


def test_a_group_that_closes_leaves_no_session_in_any_calendar() -> None:
    """Not even one that has passed and of which nobody said whether it was held."""
    practice = Practice()
    practice.seat(1)
    practice.ask(patient(2), "offer_seat", group_id=GROUP_ID)
    practice.clinic.pass_until(START + HOUR)
    practice.group("close", reason="The clinic moves")
    assert practice.pathway(1).bookings == practice.pathway(2).bookings == ()
    assert practice.pathway(2).seat_offer is None


def test_whoever_leaves_a_group_that_is_closed_has_nothing_left_of_it() -> None:
    practice = Practice()
    practice.seat(1)
    practice.group("close", reason="The clinic moves")
    with pytest.raises(Rejected):
        practice.ask(patient(1), "leave_group", reason="Moves away")
    release = {"pathway_id": patient(1), "reason": "left"}
    practice.group("release_seat", **release)
    assert practice.pathway(1).bookings == ()


def test_a_booking_that_is_told_late_brings_nothing_back() -> None:
    """Messages may overtake each other: the group had closed, or the patient had left, by then."""
    late = {"group_id": GROUP_ID, "session": 2, "starts_at": (START + 7 * DAY).isoformat()}
    for over in ("close", "leave"):
        practice = Practice()
        practice.seat(1)
        if over == "close":
            practice.group("close", reason="The clinic moves")
        else:
            practice.ask(patient(1), "leave_group", reason="Moves away")
        practice.ask(patient(1), "book_group_session", length="PT90M", **late)
        assert practice.pathway(1).bookings == ()


def test_a_discharged_patient_s_sessions_are_gone() -> None:
    practice = Practice()
    practice.seat(1)
    practice.ask(patient(1), "discharge", reason="deceased")
    assert practice.state.taken == 0
    assert practice.pathway(1).bookings == ()


def test_whoever_could_not_join_keeps_no_booking_of_that_session() -> None:
    practice = Practice()
    practice.seat(1)
    practice.clinic.pass_until(START)
    practice.open(patient(1), location="GA")
    practice.clinic.pass_until(START + LENGTH)
    practice.group("hold_session", session=1)
    assert [one.group_session for one in practice.pathway(1).bookings] == [2, 3, 4, 5, 6]


def test_a_licence_that_is_revoked_is_asked_about_after_the_next_session() -> None:
    practice = Practice()
    practice.seat(1)
    practice.clinic.pass_until(START)
    practice.open(patient(1))
    revoke = {"state": "FL", "number": "L", "reason": "Given up"}
    practice.ask(clinician(2), "revoke_licence", **revoke)
    practice.clinic.pass_until(START + LENGTH)
    practice.group("hold_session", session=1)
    assert [(one.kind, one.about) for one in practice.state.tasks] == [
        ("confirm_facilitator", clinician(2))
    ]
