"""Real pathways, groups, clinicians and requests that tell each other: what always holds."""

from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid5

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from domain.actor import Actor
from domain.decider import Rejected
from domain.deciders import decider_of
from domain.pathway import PATHWAY, Pathway
from domain.simulation import Clinic
from tests.domain.histories import ANSWERS, BASELINE, MBT_G, PLAN, REFERRAL, REFERRED_AT, answer
from tests.domain.specification import COMMAND_ID, COORDINATOR

CLINICIAN = Actor(subject="account-9", role="clinician")
DAY = timedelta(days=1)


def _id(kind: str, number: int) -> str:
    return f"{kind}-00000000-0000-4000-8000-{number:012}"


THERAPISTS = [_id("clinician", number) for number in (1, 2)]
GROUPS = [_id("group", number) for number in (1, 2)]
PATIENTS = [_id("pathway", number) for number in (1, 2, 3)]
REQUESTS = [_id("request", number) for number in (1, 2, 3)]

patients = st.sampled_from(PATIENTS)
groups = st.sampled_from(GROUPS)
steps = st.sampled_from([timedelta(hours=1), DAY, 4 * DAY, 40 * DAY])


def a_clinic() -> Clinic:
    """Two therapists with room for one patient each, two groups of two seats, three patients."""
    numbers = count()
    clinic = Clinic(
        {MBT_G.label: MBT_G}, REFERRED_AT, lambda: uuid5(COMMAND_ID, str(next(numbers)))
    )
    held = {"number": "A-1", "since": "2025-01-01", "until": "2029-01-01"}
    for one in THERAPISTS:
        clinic.submit(one, "register", COORDINATOR, programme="mbt-g@1", name="Robin Example")
        clinic.submit(one, "record_credential", COORDINATOR, kind="mbt", **held)
        clinic.submit(one, "record_licence", COORDINATOR, state="FL", **held)
        clinic.submit(one, "set_capacity", COORDINATOR, patients=1)
    for weekday, one in enumerate(GROUPS, start=1):
        form = {"kind": "introduction", "modality": "virtual", "capacity": 2}
        day = date(2026, 1, 20)
        clinic.submit(one, "form", COORDINATOR, programme="mbt-g@1", first_on=day, **form)
        for clinician in THERAPISTS:
            clinic.submit(one, "assign_facilitator", COORDINATOR, clinician_id=clinician)
        weekly = {"weekdays": [weekday], "starts": "18:00", "zone": MBT_G.zone}
        clinic.submit(one, "schedule", COORDINATOR, **weekly)
    for one in PATIENTS:
        prepare(clinic, one)
    return clinic


def prepare(clinic: Clinic, pathway_id: str) -> None:
    """All that the introduction asks for, within three days."""
    do = clinic.submit
    do(pathway_id, "refer", COORDINATOR, programme="mbt-g@1", referral=REFERRAL)
    for _ in range(2):
        clinic.pass_until(clinic.now + timedelta(hours=2))
        meeting = {"kind": "assessment", "held_at": clinic.now, "attended": True}
        do(pathway_id, "record_session", COORDINATOR, **meeting)
    for measure in BASELINE:
        do(pathway_id, "record_measure", COORDINATOR, **dict(answer(measure, clinic.now, 0)))
    given_at = {"document_version": "1", "given_at": clinic.now}
    do(pathway_id, "give_consent", COORDINATOR, consent="treatment", **given_at)
    do(pathway_id, "agree_safety_plan", CLINICIAN, plan=PLAN, agreed_at=clinic.now)
    do(pathway_id, "choose_duration", CLINICIAN, variant="six-months", **ANSWERS)
    do(pathway_id, "decide_suitability", CLINICIAN, suitable=True, **ANSWERS)
    do(pathway_id, "enter_phase", COORDINATOR, phase="introduction")


class ClinicLife(RuleBasedStateMachine):
    """Seats, therapists and requests of three patients under random commands and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.clinic = a_clinic()

    def ask(self, entity_id: str, command: str, **data: Any) -> None:
        try:
            self.clinic.submit(entity_id, command, COORDINATOR, **data)
        except Rejected as rejected:
            if not rejected.reasons:
                raise AssertionError("a refusal without a reason") from rejected

    def pathways(self) -> dict[str, Pathway]:
        return {one: self.clinic.entity(one).state for one in PATIENTS}

    @rule(step=steps)
    def time_passes(self, step: timedelta) -> None:
        self.clinic.pass_until(self.clinic.now + step)

    @rule(patient=patients)
    def wait(self, patient: str) -> None:
        wish = {"group_kind": "introduction", "modalities": ["virtual"], "urgency": "routine"}
        self.ask(patient, "join_waitlist", zone=MBT_G.zone, **wish)

    @rule(patient=patients, group=groups)
    def offer(self, patient: str, group: str) -> None:
        self.ask(patient, "offer_seat", group_id=group)

    @rule(patient=patients, group=groups)
    def transfer(self, patient: str, group: str) -> None:
        self.ask(patient, "transfer_to_group", group_id=group, reason="Works on Tuesdays")

    @rule(patient=patients, accepted=st.booleans())
    def answer_offer(self, patient: str, *, accepted: bool) -> None:
        offer = self.clinic.entity(patient).state.offers_made
        if accepted:
            self.ask(patient, "accept_seat", offer=max(offer, 1))
        else:
            self.ask(patient, "decline_seat", offer=max(offer, 1), reason="Not yet")

    @rule(patient=patients, group=groups)
    def take_a_seat(self, patient: str, group: str) -> None:
        """Offered and accepted at once, so that seats and transfers are many."""
        self.offer(patient, group)
        self.answer_offer(patient, accepted=True)

    @rule(patient=patients, group=groups)
    def move(self, patient: str, group: str) -> None:
        self.transfer(patient, group)
        self.answer_offer(patient, accepted=True)

    @rule(patient=patients)
    def give_up_the_seat(self, patient: str) -> None:
        self.ask(patient, "leave_group", reason="Moves away")

    @rule(group=groups, mercy=st.integers(0, 5))
    def close(self, group: str, mercy: int) -> None:
        if mercy == 0:
            self.ask(group, "close", reason="Too few members")

    @rule(patient=patients, therapist=st.sampled_from(THERAPISTS))
    def assign(self, patient: str, therapist: str) -> None:
        self.ask(patient, "assign_therapist", clinician_id=therapist)

    @rule(patient=patients, away=st.booleans())
    def go_elsewhere_or_come_back(self, patient: str, *, away: bool) -> None:
        if away:
            self.ask(patient, "transfer_level", level="php", **ANSWERS)
        else:
            self.ask(patient, "return_from_level", reason="Stable again")

    @rule(patient=patients, mercy=st.integers(0, 3))
    def discharge(self, patient: str, mercy: int) -> None:
        if mercy == 0:
            self.ask(patient, "discharge", reason="patient_withdrew")

    @rule(number=st.integers(0, 2))
    def request_records(self, number: int) -> None:
        asked = {"pathway_id": PATIENTS[number], "kind": "access", "programme": "mbt-g@1"}
        self.ask(REQUESTS[number], "receive", received_at=self.clinic.now, **asked)

    @rule(number=st.integers(0, 2))
    def give_records(self, number: int) -> None:
        self.ask(REQUESTS[number], "fulfil", what="The whole record", how="electronic")

    @invariant()
    def a_seat_is_known_on_both_sides(self) -> None:
        for group_id in GROUPS:
            group = self.clinic.entity(group_id).state
            if group.status == "open":
                members = {one.pathway_id for one in group.members}
                seated = {id_ for id_, one in self.pathways().items() if one.group_id == group_id}
                assert members == seated

    @invariant()
    def a_kept_seat_is_an_offer_under_way(self) -> None:
        for group_id in GROUPS:
            group = self.clinic.entity(group_id).state
            kept = {one.pathway_id for one in group.reservations}
            offers = {id_: one.seat_offer for id_, one in self.pathways().items()}
            assert kept == {id_ for id_, one in offers.items() if one and one.group_id == group_id}
            assert len(kept) + len(group.members) <= 2

    @invariant()
    def nobody_has_a_seat_in_a_closed_group(self) -> None:
        closed = [one for one in GROUPS if self.clinic.entity(one).state.status == "closed"]
        assert all(one.group_id not in closed for one in self.pathways().values())

    @invariant()
    def a_therapist_and_their_patients_agree(self) -> None:
        for clinician_id in THERAPISTS:
            patients_of = set(self.clinic.entity(clinician_id).state.patients)
            treated = {id_ for id_, one in self.pathways().items() if one.therapist == clinician_id}
            assert patients_of == treated
            assert len(treated) <= 1

    @invariant()
    def whoever_has_left_holds_nothing(self) -> None:
        for one in self.pathways().values():
            if one.discharged_for:
                assert (one.seat_offer, one.group_id, one.therapist, one.waiting) == (None,) * 4

    @invariant()
    def nobody_is_forgotten(self) -> None:
        for one in self.pathways().values():
            if one.status in ("open", "transferred"):
                assert PATHWAY.deadlines(one) or one.tasks

    @invariant()
    def requests_are_known_to_their_pathways(self) -> None:
        for pathway_id, request_id in zip(PATIENTS, REQUESTS, strict=True):
            if self.clinic.entity(request_id).state.status != "absent":
                assert self.clinic.entity(pathway_id).state.records_requests == (request_id,)

    @invariant()
    def an_open_request_is_watched_or_overdue(self) -> None:
        for request_id in REQUESTS:
            request = self.clinic.entity(request_id).state
            if request.status == "open":
                assert request.overdue or decider_of(request_id).deadlines(request)

    @invariant()
    def no_message_is_left_lying(self) -> None:
        assert not any(one.folded.pending for one in self.clinic.entities.values())


TestClinicLife = ClinicLife.TestCase


def test_a_seat_goes_from_the_waitlist_to_a_session_and_to_another_group() -> None:
    """Policy: offer, acceptance, session and transfer, with the real group and clinicians."""
    clinic = a_clinic()
    patient, group, other = PATIENTS[0], *GROUPS
    clinic.submit(patient, "offer_seat", COORDINATOR, group_id=group)
    clinic.submit(patient, "accept_seat", COORDINATOR, offer=1)
    state = clinic.entity(patient).state
    assert state.group_id == group
    assert [one.group_session for one in state.bookings][:2] == [1, 2]
    clinic.pass_until(clinic.entity(group).state.sessions[0].starts_at)
    joining = [{"pathway_id": patient, "location": "FL"}]
    opened = {"session": 1, "clinicians": THERAPISTS, "joining": joining}
    clinic.submit(group, "open_session", COORDINATOR, **opened)
    clinic.pass_until(clinic.now + timedelta(minutes=90))
    clinic.submit(group, "hold_session", COORDINATOR, session=1)
    (session,) = [one for one in clinic.entity(patient).state.sessions if one.group_id]
    assert (session.attendance, session.group_session) == ("attended", 1)
    assert clinic.entity(patient).state.treatment_started_at == session.held_at
    clinic.submit(patient, "transfer_to_group", COORDINATOR, group_id=other, reason="Later hours")
    clinic.submit(patient, "accept_seat", COORDINATOR, offer=2)
    assert clinic.entity(patient).state.group_id == other
    assert clinic.entity(group).state.members == ()


def test_a_request_is_erased_with_the_record_that_it_was_for() -> None:
    """Law: retention, and then nothing is left anywhere."""
    clinic = a_clinic()
    patient, asked = PATIENTS[0], {"pathway_id": PATIENTS[0], "programme": "mbt-g@1"}
    received = {"kind": "access", "received_at": clinic.now}
    clinic.submit(REQUESTS[0], "receive", COORDINATOR, **asked, **received)
    for one in GROUPS:
        clinic.submit(one, "close", COORDINATOR, reason="Too few members")
    for one in PATIENTS:
        clinic.submit(one, "discharge", COORDINATOR, reason="patient_withdrew")
    clinic.pass_until(clinic.now + 3700 * DAY)
    assert clinic.entity(REQUESTS[0]).state.overdue
    clinic.submit(patient, "erase", COORDINATOR, reason="retention_expired")
    assert clinic.entity(patient).state.status == "erased"
    assert clinic.entity(REQUESTS[0]).state.status == "erased"
    assert clinic.entity(REQUESTS[0]).state.erasure == "done"
