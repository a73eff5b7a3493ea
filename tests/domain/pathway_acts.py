"""Whatever may be asked of a pathway, in any order, while the clock goes on."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
)

from domain.commands import corrections
from domain.commands import pathway as commands
from domain.commands.base import MeetDeadline, SettleEffect
from domain.commands.registry import read
from domain.instruments.catalogue import INSTRUMENTS
from domain.pathway import PATHWAY
from tests.domain.absent import about_what_is_absent
from tests.domain.histories import (
    ANSWERS,
    BASELINE,
    MBT_G,
    PLAN,
    PROGRESS,
    REFERRAL,
    WEEK,
    answer,
)
from tests.domain.pathway_looked_at import VERSIONS, PathwayLookedAt

TREATMENT = ("introduction", "ongoing", "discharge")
NAMESPACE = UUID("6f1f3a52-0f52-4d6e-9b1e-2f7f2f6f0a11")

kinds = st.sampled_from(["assessment", "psychoeducation", "group", "individual"])
steps = st.sampled_from(
    [timedelta(hours=h) for h in (1, 20, 49)] + [timedelta(days=d) for d in (4, 7, 13, 31)]
)
ages = st.sampled_from([timedelta(0), timedelta(hours=2), timedelta(days=1), timedelta(days=20)])
leads = st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=3), 10 * WEEK])
lateness = st.sampled_from([timedelta(0), timedelta(minutes=15), timedelta(minutes=16)])
texts = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() and "\0" not in text)


CORRECTIONS = (
    "correct_session",
    "correct_group_session",
    "correct_measure",
    "correct_patient",
    "strike_out",
)
"""What is asked of each of them depends on the entry: they have a rule of their own."""


class PathwayActs(PathwayLookedAt):
    """One pathway under random commands and a clock that only goes forward."""

    @initialize(prepared=st.booleans())
    def refer(self, *, prepared: bool) -> None:
        """Half of the lives begin with all that treatment asks for, to reach it at all."""
        assert self.ask(commands.Refer(programme="mbt-g@1", referral=REFERRAL))
        if prepared:
            self.prepare()

    def prepare(self) -> None:
        for _ in range(2):
            self.now += timedelta(days=1)
            self.record("assessment", timedelta(0), timedelta(0), None, attended=True)
        for measure in BASELINE:
            self.measure(measure, timedelta(0), 1)
        self.consent(timedelta(0))
        self.plan(timedelta(0))
        self.choose("six-months")
        self.decide_suitability(suitable=True)
        self.enter("introduction", None)
        assert self.state.phase == "introduction"

    @rule(step=steps)
    def time_passes(self, step: timedelta) -> None:
        """The clock meets every deadline on its way, and comes to an end with it."""
        self.now += step
        for _ in range(200):
            due = [one for one in PATHWAY.deadlines(self.state) if one.at <= self.now]
            if not due:
                return
            self.meet(due[0])
            assert due[0] not in PATHWAY.deadlines(self.state)
        raise AssertionError("meeting the deadlines does not end")

    @rule(step=steps)
    def time_passes_unwatched(self, step: timedelta) -> None:
        """The clock is down: deadlines pile up, and are met late."""
        self.now += step

    @rule(
        kind=kinds,
        age=ages,
        late_by=lateness,
        notice=st.none() | st.sampled_from([timedelta(hours=24), timedelta(hours=23)]),
        attended=st.booleans(),
    )
    def record(
        self,
        kind: str,
        age: timedelta,
        late_by: timedelta,
        notice: timedelta | None,
        *,
        attended: bool,
    ) -> None:
        held_at = self.now - age
        self.ask(
            commands.RecordSession(
                kind=kind,
                held_at=held_at,
                attended=attended,
                late_by=late_by if attended else timedelta(0),
                notice_at=held_at - notice if notice and not attended else None,
            )
        )

    @precondition(lambda self: self.state.phase in TREATMENT)
    @rule(weeks=st.integers(1, 8), missed=st.sets(st.integers(0, 7), max_size=4))
    def weeks_of_group(self, weeks: int, missed: set[int]) -> None:
        for week in range(weeks):
            self.time_passes(WEEK)
            self.record("group", timedelta(0), timedelta(0), None, attended=week not in missed)

    @precondition(lambda self: self.state.sessions)
    @rule(place=st.integers(0, 200), age=ages, attended=st.booleans())
    def correct_session(self, place: int, age: timedelta, *, attended: bool) -> None:
        """Nothing but what is struck out is lost, and a clock that was met does not come back."""
        wrong = self.state.sessions[place % len(self.state.sessions)]
        before = len(self.state.sessions)
        command = corrections.CorrectSession(
            entry=wrong.entry,
            reason="Agreed",
            kind=wrong.kind,
            held_at=wrong.held_at - age,
            attended=attended,
        )
        if self.ask(command):
            assert len(self.state.sessions) == before
            assert wrong not in self.state.sessions

    @precondition(lambda self: self.state.scores)
    @rule(place=st.integers(0, 200), score=st.integers(0, 5))
    def correct_measure(self, place: int, score: int) -> None:
        wrong = self.state.scores[place % len(self.state.scores)]
        said = answer(wrong.measure, wrong.taken_at, score).model_dump(exclude={"measure"})
        before = len(self.state.scores)
        if self.ask(corrections.CorrectMeasure(entry=wrong.entry, reason="Agreed", **said)):
            assert len(self.state.scores) == before

    @precondition(lambda self: self.state.sessions or self.state.scores)
    @rule(place=st.integers(0, 200))
    def strike_out(self, place: int) -> None:
        entries = [one.entry for one in self.state.sessions]
        entries += [one.entry for one in self.state.scores]
        command = corrections.StrikeOut(entry=entries[place % len(entries)], reason="Agreed")
        assert self.ask(command)
        self.ask(command)

    @rule(kind=kinds, lead=leads)
    def book(self, kind: str, lead: timedelta) -> None:
        self.ask(commands.BookSession(kind=kind, starts_at=self.now + lead))

    @rule(booking=st.integers(1, 4))
    def cancel(self, booking: int) -> None:
        self.ask(commands.CancelBooking(booking=booking))

    @rule(measure=st.sampled_from(BASELINE), age=ages, score=st.integers(-1, 5))
    def measure(self, measure: str, age: timedelta, score: int) -> None:
        self.ask(answer(measure, self.now - age, score))

    @rule()
    def answer_everything(self) -> None:
        for measure in PROGRESS:
            self.measure(measure, timedelta(0), 1)

    @rule(age=ages)
    def consent(self, age: timedelta) -> None:
        self.ask(
            commands.GiveConsent(consent="treatment", document_version="1", given_at=self.now - age)
        )

    @rule(age=ages)
    def withdraw(self, age: timedelta) -> None:
        self.ask(commands.WithdrawConsent(consent="treatment", withdrawn_at=self.now - age))

    @rule(age=ages)
    def plan(self, age: timedelta) -> None:
        self.ask(commands.AgreeSafetyPlan(plan=PLAN, agreed_at=self.now - age))

    @rule(suitable=st.booleans())
    def decide_suitability(self, *, suitable: bool) -> None:
        self.ask(commands.DecideSuitability(suitable=suitable, **ANSWERS))

    @rule(variant=st.sampled_from(["six-months", "eighteen-months"]))
    def choose(self, variant: str) -> None:
        self.ask(commands.ChooseDuration(variant=variant, **ANSWERS))

    @rule(variant=st.sampled_from(["six-months", "eighteen-months"]))
    def change(self, variant: str) -> None:
        self.ask(commands.ChangeDuration(variant=variant, **ANSWERS))

    @rule(
        phase=st.sampled_from([phase.id for phase in MBT_G.phases]),
        reason=st.none() | texts,
    )
    def enter(self, phase: str, reason: str | None) -> None:
        self.ask(commands.EnterPhase(phase=phase, reason=reason))

    @rule(label=st.sampled_from(sorted(VERSIONS)))
    def move(self, label: str) -> None:
        """What time had caused already is not lost, and nothing is put into the past."""
        before = PATHWAY.deadlines(self.state)
        if not self.ask(commands.MoveToVersion(programme=label, **ANSWERS)):
            return
        self.programme = VERSIONS[label]
        after = PATHWAY.deadlines(self.state)
        assert [one for one in after if one.at < self.now and one not in before] == []

    @rule(lead=leads, reason=texts)
    def pause(self, lead: timedelta, reason: str) -> None:
        self.ask(commands.Pause(reason=reason, resume_at=self.now + lead))

    @rule()
    def resume(self) -> None:
        self.ask(commands.Resume())

    @rule(task=st.integers(1, 9), outcome=texts)
    def complete(self, task: int, outcome: str) -> None:
        self.ask(commands.CompleteTask(task=task, outcome=outcome))

    @rule(
        reason=st.sampled_from(["completed", "completed_early", "patient_withdrew", "deceased"]),
        mercy=st.integers(0, 3),
    )
    def discharge(self, reason: Any, mercy: int) -> None:
        """Rarely for reasons that are always accepted, so that lives are long."""
        if mercy == 0 or reason.startswith("completed"):
            self.ask(commands.Discharge(reason=reason))

    @precondition(lambda self: self.state.discharged_for)
    @rule(reason=texts)
    def end_follow_up(self, reason: str) -> None:
        self.ask(commands.EndFollowUp(reason=reason))

    @rule(data=st.data())
    def take_a_permitted_transition(self, data: st.DataObject) -> None:
        """What the screen offers is accepted; what it blocks is refused for those reasons."""
        offered = PATHWAY.permitted(self.state, self.context())
        transition = data.draw(
            st.sampled_from([one for one in offered if one.command not in CORRECTIONS])
        )
        form = self.form(transition.command)
        if transition.command == "move_to_version":
            form["programme"] = next(one for one in VERSIONS if one != self.state.programme)
        if transition.command == "record_measure":
            instrument = INSTRUMENTS[str(transition.data["measure"])]
            form["answers"] = {item.id: item.lowest for item in instrument.items}
        absent = about_what_is_absent(transition)
        command = read("pathway", transition.command, {**form, **absent, **transition.data})
        self.check_permitted(transition, command)

    @rule(kind=st.sampled_from(["measures_due", "end_treatment", "nonsense"]), ahead=leads)
    def meet_what_does_not_stand(self, kind: str, ahead: timedelta) -> None:
        command = MeetDeadline(kind=kind, subject="nothing", at=self.now - ahead)
        assert PATHWAY.decide(self.state, command, self.context()) == []

    @rule(outcome=st.sampled_from(["done", "failed", "lapsed", "suppressed"]))
    def settle(self, outcome: Any) -> None:
        effect_id = uuid5(NAMESPACE, str(len(self.events)))
        before = self.state
        command = SettleEffect(effect_id=effect_id, effect="remind_patient", outcome=outcome)
        assert self.ask(command)
        same = {name: getattr(before, name) for name in ("tasks", "tasks_opened", "version")}
        assert self.state.model_copy(update=same) == before
