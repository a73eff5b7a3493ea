"""The course of one invented patient: what they and those who treat them do each week.

Whatever the rules refuse does not happen: the history is always one that the Deciders allowed.
"""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from domain.actor import Actor
from domain.calendar import day_in, instant_of
from domain.pathway.state import Pathway
from workers.demo.agenda import COORDINATOR, Agenda
from workers.demo.answers import answers
from workers.demo.groups import Groups
from workers.demo.people import SAFETY_PLAN, referral
from workers.demo.staff import Clinician, Staff, some
from workers.demo.temper import Temper

_HOUR = timedelta(minutes=55)


class Course:
    """One patient's weeks, from the referral on."""

    def __init__(self, agenda: Agenda, staff: Staff, groups: Groups) -> None:
        self._agenda = agenda
        self._staff = staff
        self._groups = groups
        self._random = Random(agenda.random.getrandbits(64))
        self._temper = Temper.drawn(self._random)
        self.pathway_id = f"pathway-{agenda.clinic.new_id()}"
        self._therapist: Clinician | None = None

    def begin(self) -> None:
        """Be referred, known, insured, and given a therapist."""
        written = self._agenda.now - timedelta(days=self._random.randint(1, 9))
        label = self._agenda.programme.label
        if not self._do("refer", programme=label, referral=referral(self._random, written)):
            return
        self._groups.attends[self.pathway_id] = self._temper.attends
        self._be_known()
        self._agenda.at(self._appointment(), self._week)

    @property
    def _state(self) -> Pathway:
        state: Pathway = self._agenda.clinic.entity(self.pathway_id).state
        return state

    @property
    def _purpose(self) -> str:
        phase = self._agenda.programme.phase(self._state.phase or "")
        return phase.purpose if phase else ""

    @property
    def _actor(self) -> Actor:
        return self._therapist.actor if self._therapist else COORDINATOR

    def _do(self, command: str, actor: Actor = COORDINATOR, **data: Any) -> bool:
        return self._agenda.ask(self.pathway_id, command, actor, **data)

    def _be_known(self) -> None:
        found = self._state.referral
        if found is None:
            return
        patient, coverage = found.patient, found.coverage
        given = [
            {"kind": "birth_date", "value": patient.birth_date.isoformat()},
            {"kind": "record_number", "value": patient.record_number},
        ]
        self._do("confirm_identity", identifiers=given)
        self._verify_benefits(coverage.payer if coverage else None)
        self._therapist = self._random.choice(self._staff.licensed_in(patient.state))
        self._do("assign_therapist", clinician_id=self._therapist.id)

    def _verify_benefits(self, payer: str | None) -> None:
        until = (self._agenda.now + timedelta(days=self._random.randint(120, 365))).date()
        self._do(
            "verify_benefits",
            payer=payer or "Self-pay",
            outcome="active",
            valid_until=until.isoformat(),
            self_pay=payer is None,
        )

    def _appointment(self) -> datetime:
        """The end of the next weekly hour with the therapist, when it is written down."""
        days = (self._temper.weekday - self._agenda.now.weekday()) % 7 or 7
        day = self._agenda.now + timedelta(days=days)
        zone = self._agenda.programme.zone
        return instant_of(zone, day_in(zone, day), time(self._temper.hour)) + _HOUR

    def _week(self) -> None:
        if self._state.status == "closed":
            return
        self._temper.distress = min(0.98, max(0.05, self._temper.distress + self._temper.change))
        self._work_off_tasks()
        self._answer_measures()
        match self._purpose:
            case "assessment":
                self._assessment()
            case "preparation":
                self._session("psychoeducation")
                self._towards_a_group()
            case "treatment" | "discharge":
                self._treatment()
        self._staff.look_at(self.pathway_id)
        self._agenda.at(self._appointment(), self._week)

    def _assessment(self) -> None:
        if self._state.suitability is None:
            self._session("assessment")
        if self._state.attended("assessment", "assessment") < self._temper.meetings:
            return
        if self._state.suitability is None:
            self._agree()
            self._decide()
        elif self._temper.learns_first:
            self._temper.learns_first = not self._enter("psychoeducation")
        self._towards_a_group()

    def _decide(self) -> None:
        suits = self._temper.suits
        self._do(
            "decide_suitability",
            self._actor,
            suitable=suits,
            decided_by=self._actor.subject,
            reason="Discussed with the team after the assessment",
            alternatives=[{"option": "individual-mbt"}] if suits else [{"option": "dbt"}],
        )
        if not suits:
            self._do("discharge", self._actor, reason="clinically_unsuitable")

    def _agree(self) -> None:
        now = self._agenda.now.isoformat()
        for consent in self._agenda.programme.consents:
            self._do(
                "give_consent",
                consent=consent.id,
                document_version=consent.document_version,
                given_at=now,
            )
        self._do("agree_safety_plan", self._actor, plan=SAFETY_PLAN, agreed_at=now)
        self._do(
            "choose_duration",
            self._actor,
            variant="eighteen-months" if self._temper.long else "six-months",
            decided_by=self._actor.subject,
            reason="By severity and the patient's own wish",
        )

    def _towards_a_group(self) -> None:
        """Wait for an introduction, take a seat in one, and begin."""
        state = self._state
        if state.discharged_for or not (state.suitability and state.suitability.suitable):
            return
        if state.group_id:
            self._enter("introduction")
            return
        self._join_waitlist("introduction")
        self._take_seat("introduction", "")

    def _join_waitlist(self, kind: str) -> None:
        if self._state.waiting:
            return
        self._do(
            "join_waitlist",
            group_kind=kind,
            modalities=["virtual"],
            urgency=self._state.referral.urgency if self._state.referral else "routine",
            zone=self._agenda.programme.zone,
        )

    def _answer(self) -> None:
        """Say what becomes of the seat on offer."""
        offer = self._state.seat_offer
        if offer is None:
            return
        if some(self._random, 0.88):
            self._do("accept_seat", offer=offer.number)
        elif some(self._random, 0.7):
            self._do("decline_seat", offer=offer.number, reason="The hour does not suit")

    def _treatment(self) -> None:
        self._session("individual")
        if self._state.phase == "introduction":
            self._towards_ongoing()
        self._enter("discharge")
        if not some(self._random, self._temper.stays):
            self._leave_early()
        elif self._purpose == "discharge" and self._state.status == "open":
            self._close_well()
        elif some(self._random, 0.004):
            back = self._agenda.now + timedelta(weeks=self._random.randint(2, 4))
            self._do("pause", reason="Away with the family", resume_at=back.isoformat())

    def _towards_ongoing(self) -> None:
        """After the introduction: a seat in a group that goes on, and then the next phase."""
        held = self._state.attended("introduction", "group")
        state = self._state
        group = self._groups.states.get(state.group_id or "")
        if group and group.kind == "ongoing":
            self._enter("ongoing")
            return
        if held >= 5:
            self._take_seat("ongoing", "After the introduction")
        elif group is None or not group.upcoming(self._agenda.now):
            self._take_seat("introduction", "To make up what was missed")

    def _take_seat(self, kind: str, reason: str) -> None:
        """Be offered a seat: the first, or one in place of another."""
        for group_id, group in self._groups.of_kind(kind):
            if kind == "introduction" and group.has_met:
                continue
            asked = (
                self._do("transfer_to_group", group_id=group_id, reason=reason)
                if self._state.group_id
                else self._do("offer_seat", group_id=group_id)
            )
            if asked:
                self._agenda.after(timedelta(hours=self._random.randint(2, 60)), self._answer)
                return

    def _close_well(self) -> None:
        self._do(
            "plan_discharge",
            self._actor,
            plan="Back to the referring practice, with the safety plan",
            decided_by=self._actor.subject,
        )
        self._do("discharge", self._actor, reason="completed")

    def _leave_early(self) -> None:
        reasons = ("patient_withdrew", "lost_to_contact", "administrative")
        self._do("discharge", self._actor, reason=self._random.choice(reasons))

    def _enter(self, phase: str) -> bool:
        return self._do("enter_phase", phase=phase)

    def _session(self, kind: str) -> None:
        """The weekly hour, which is just over."""
        held_at = self._agenda.now - _HOUR
        attended = some(self._random, self._temper.attends)
        late = self._random.choices((0, 5, 20), (80, 15, 5))[0] if attended else 0
        excused = not attended and some(self._random, self._temper.excuses)
        notice = (held_at - timedelta(days=2)).isoformat() if excused else None
        home = self._state.referral.patient.state if self._state.referral else None
        self._do(
            "record_session",
            self._actor,
            kind=kind,
            held_at=held_at.isoformat(),
            attended=attended,
            late_by=f"PT{late}M",
            notice_at=notice,
            clinician=self._therapist.id if self._therapist else None,
            modality="virtual",
            location=home if attended else None,
        )

    def _answer_measures(self) -> None:
        due = {measure for one in self._state.open_measures for measure in one.measures}
        for measure_id in sorted(due):
            measure = self._agenda.programme.measure(measure_id)
            if measure and some(self._random, 0.85):
                self._do(
                    "record_measure",
                    measure=measure_id,
                    taken_at=self._agenda.now.isoformat(),
                    **answers(measure, self._temper.distress, self._random),
                )

    def _work_off_tasks(self) -> None:
        for task in self._state.tasks:
            if task.kind == "resume_pathway":
                self._do("resume")
            elif task.kind == "verify_benefits":
                benefits = self._state.benefits
                self._verify_benefits(None if benefits and benefits.self_pay else "Cigna")
            elif task.kind == "progress_review":
                self._review()
            if some(self._random, 0.8):
                self._do("complete_task", task=task.number, outcome="Done, see the clinical note")

    def _review(self) -> None:
        self._do(
            "record_progress_review",
            self._actor,
            outcome="continue",
            decided_by=self._actor.subject,
            reason="Steady",
        )
