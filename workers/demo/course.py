"""The course of one invented patient: what they, their clinician and the coordinator do each week.

Whatever the rules refuse does not happen: the history is always one that the Decider allowed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from domain.actor import Actor
from domain.decider import Rejected
from domain.pathway import Pathway
from domain.simulation import Simulated
from workers.demo.people import referral

COORDINATOR = Actor(subject="demo-coordinator", role="coordinator")
CLINICIAN = Actor(subject="demo-clinician", role="clinician")

_WEEK = timedelta(weeks=1)

_SAFETY_PLAN = {
    "warning_signs": ["Not answering messages", "Sleeping through the day"],
    "own_coping": ["A walk by the water", "Cooking something slow"],
    "people_and_places_that_distract": ["The library", "A neighbour's dog"],
    "people_to_ask_for_help": ["A sister"],
    "professionals_and_services": ["The therapist", "988"],
    "safer_environment": ["Medication is kept by a friend"],
}


@dataclass
class Temper:
    """How somebody takes part: drawn once, so that each course hangs together.

    `distress` is the share of the worst possible score, `change` what a week adds to it.
    """

    attends: float
    excuses: float
    stays: float
    distress: float
    change: float
    weekday: int
    hour: int
    long: bool
    meetings: int
    learns_first: bool
    suits: bool

    @classmethod
    def drawn(cls, random: Random) -> "Temper":
        return cls(
            attends=random.betavariate(9, 1.2),
            excuses=random.uniform(0.2, 0.7),
            stays=random.uniform(0.985, 0.999),
            distress=random.uniform(0.45, 0.85),
            change=random.gauss(-0.006, 0.004),
            weekday=random.randrange(5),
            hour=random.choice((14, 16, 17, 18)),
            long=random.random() < 0.6,
            meetings=random.randint(2, 4),
            learns_first=random.random() < 0.4,
            suits=random.random() < 0.88,
        )


class Course:
    """One patient's weeks, from the referral to an instant at which the history stops."""

    def __init__(self, pathway: Simulated, random: Random) -> None:
        self._pathway = pathway
        self._random = random
        self._temper = Temper.drawn(random)

    def run(self, until: datetime) -> None:
        """Refer, then live week by week."""
        self._do("refer", programme=self._pathway.programme.label, referral=self._referral())
        while self._pathway.now + _WEEK < until and self._state.status != "closed":
            self._pathway.pass_until(self._next_appointment())
            self._week()
        self._pathway.pass_until(until)

    @property
    def _state(self) -> Pathway:
        state: Pathway = self._pathway.state
        return state

    def _referral(self) -> dict[str, Any]:
        written = self._pathway.now - timedelta(days=self._random.randint(1, 9))
        return referral(self._random, written)

    def _next_appointment(self) -> datetime:
        days = (self._temper.weekday - self._pathway.now.weekday()) % 7 or 7
        day = self._pathway.now + timedelta(days=days)
        return day.replace(hour=self._temper.hour + 4, minute=0, second=0, microsecond=0)

    def _do(self, command: str, actor: Actor = COORDINATOR, **data: Any) -> bool:
        try:
            self._pathway.submit(command, actor, **data)
        except Rejected:
            return False
        return True

    def _week(self) -> None:
        self._temper.distress = min(0.98, max(0.05, self._temper.distress + self._temper.change))
        self._work_off_tasks()
        self._answer_measures()
        purpose = self._purpose()
        if purpose == "assessment":
            self._assessment()
        elif purpose == "preparation":
            self._session("psychoeducation")
            self._enter("introduction")
        elif purpose in ("treatment", "discharge"):
            self._treatment()

    def _purpose(self) -> str:
        phase = self._pathway.programme.phase(self._state.phase or "")
        return phase.purpose if phase else ""

    def _assessment(self) -> None:
        self._session("assessment")
        if self._state.attended("assessment", "assessment") < self._temper.meetings:
            return
        self._agree()
        suits = self._temper.suits
        self._do(
            "decide_suitability",
            CLINICIAN,
            suitable=suits,
            decided_by=CLINICIAN.subject,
            reason="Discussed with the team after the assessment",
            alternative=None if suits else "dbt",
        )
        if not suits:
            self._do("discharge", CLINICIAN, reason="clinically_unsuitable")
        elif not (self._temper.learns_first and self._enter("psychoeducation")):
            self._enter("introduction")

    def _agree(self) -> None:
        now = self._pathway.now.isoformat()
        self._do("give_consent", consent="treatment", document_version="1", given_at=now)
        self._do("agree_safety_plan", CLINICIAN, plan=_SAFETY_PLAN, agreed_at=now)
        self._do(
            "choose_duration",
            CLINICIAN,
            variant="eighteen-months" if self._temper.long else "six-months",
            decided_by=CLINICIAN.subject,
            reason="By severity and the patient's own wish",
        )

    def _treatment(self) -> None:
        self._session("group")
        self._later(timedelta(hours=3))
        self._session("individual")
        self._enter("ongoing")
        self._enter("discharge")
        if self._random.random() > self._temper.stays:
            self._leave_early()
        elif self._purpose() == "discharge":
            self._do("discharge", CLINICIAN, reason="completed")
        elif self._random.random() < 0.004:
            back = self._pathway.now + timedelta(weeks=self._random.randint(2, 4))
            self._do("pause", reason="Away with the family", resume_at=back.isoformat())

    def _leave_early(self) -> None:
        reasons = ("patient_withdrew", "lost_to_contact", "benefits_exhausted")
        self._do("discharge", CLINICIAN, reason=self._random.choice(reasons))

    def _enter(self, phase: str) -> bool:
        return self._do("enter_phase", phase=phase)

    def _session(self, kind: str) -> None:
        held_at = self._pathway.now
        self._later(timedelta(minutes=100))
        attended = self._random.random() < self._temper.attends
        late = self._random.choices((0, 5, 20), (80, 15, 5))[0] if attended else 0
        excused = not attended and self._random.random() < self._temper.excuses
        notice = (held_at - timedelta(days=2)).isoformat() if excused else None
        self._do(
            "record_session",
            kind=kind,
            held_at=held_at.isoformat(),
            attended=attended,
            late_by=f"PT{late}M",
            notice_at=notice,
        )

    def _answer_measures(self) -> None:
        due = {measure for one in self._state.open_measures for measure in one.measures}
        for measure in sorted(due):
            if self._random.random() < 0.85:
                self._do(
                    "record_measure",
                    measure=measure,
                    taken_at=self._pathway.now.isoformat(),
                    **self._answered(measure),
                )

    def _answered(self, measure: str) -> dict[str, Any]:
        """A PHQ-9 item by item, so that its ninth is seen; of the others the score alone."""
        score = self._score(measure)
        if measure != "phq-9":
            return {"score": score}
        answers = dict.fromkeys((str(item) for item in range(1, 9)), 0)
        for _ in range(min(int(score), 24)):
            answers[self._random.choice([one for one, given in answers.items() if given < 3])] += 1
        return {"answers": {**answers, "9": int(self._random.random() < 0.03)}}

    def _score(self, measure_id: str) -> float:
        measure = next(one for one in self._pathway.programme.measures if one.id == measure_id)
        share = min(1.0, max(0.0, self._random.gauss(self._temper.distress, 0.08)))
        if measure_id == "c-ssrs":
            share = self._random.choices((0, 1 / 3, 2 / 3), (80, 15, 5))[0]
        score = measure.lowest + share * (measure.highest - measure.lowest)
        return round(score, 2) if measure.highest <= 4 and measure_id != "c-ssrs" else round(score)

    def _work_off_tasks(self) -> None:
        for task in self._state.tasks:
            if task.kind == "resume_pathway":
                self._do("resume")
            if self._random.random() < 0.8:
                self._do("complete_task", task=task.number, outcome="Done, see the clinical note")

    def _later(self, length: timedelta) -> None:
        self._pathway.pass_until(self._pathway.now + length)
