"""Whatever may be asked of a group, its clinicians and its patients, in any order.

The clinicians have licences and credentials that run out and are revoked; how patients stand
changes at any time.
"""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from domain.commands.registry import FROM_ENTITIES, INTERNAL, read
from domain.group import GROUP
from tests.domain.absent import about_what_is_absent
from tests.domain.group_looked_at import GROUP_ID, ZONE, GroupLookedAt
from tests.domain.groups import CONSENTS, FORMED_AT, clinician, patient

clinicians = st.integers(1, 4).map(clinician)
patients = st.integers(1, 10).map(patient)
states = st.sampled_from(["FL", "FL", "CA", "AZ", None])
phases = st.sampled_from(["introduction", "ongoing", "discharge", "assessment"])
lacking = st.sampled_from(
    [
        {},
        {"consents": ()},
        {"safety_plan_since": None},
        {"status": "paused"},
        {"phase": "follow_up"},
    ]
)
steps = st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=4)])


class GroupActs(GroupLookedAt):
    """They come at random, under a clock."""

    @initialize(
        kind=st.sampled_from(["ongoing", "introduction"]),
        modality=st.sampled_from(["virtual", "virtual", "hybrid", "in_person"]),
        prepared=st.integers(0, 4),
    )
    def begin(self, kind: str, modality: str, prepared: int) -> None:
        """Most lives begin with a group that is led and scheduled."""
        for number in range(1, 5):
            self.ask(clinician(number), "register", programme="mbt-g@1", name=f"C {number}")
            self.train(clinician(number), 200)
            self.license(clinician(number), "FL", 300)
        self.ask(
            GROUP_ID,
            "form",
            programme="mbt-g@1",
            kind=kind,
            modality=modality,
            first_on="2026-01-05",
        )
        phase = "introduction" if kind == "introduction" else "ongoing"
        for pathway_id in self.clinic.patients:
            self.stand(pathway_id, phase=phase)
        if prepared:
            self.assign(clinician(1))
            self.assign(clinician(2))
            self.schedule([1])
            for number in range(1, 5):
                self.reserve(patient(number), "FL", timedelta(days=3))
                self.fill(patient(number))
            assert len(self.state.members) == 4

    @rule(step=steps)
    def time_passes(self, step: timedelta) -> None:
        self.clinic.pass_until(self.clinic.now + step)
        self.look_at_what_happened()

    @rule(one=clinicians, days=st.sampled_from([1, 30, 200]))
    def train(self, one: str, days: int) -> None:
        until = (self.today + timedelta(days=days)).isoformat()
        since = self.today.isoformat()
        self.ask(one, "record_credential", kind="mbt", number="M-1", since=since, until=until)

    @rule(one=clinicians, state=st.sampled_from(["FL", "CA"]), days=st.sampled_from([1, 300]))
    def license(self, one: str, state: str, days: int) -> None:
        until = (self.today + timedelta(days=days)).isoformat()
        since = self.today.isoformat()
        number = f"L-{state}"
        self.ask(one, "record_licence", state=state, number=number, since=since, until=until)

    @rule(one=clinicians, what=st.sampled_from(["credential", "licence", "service"]))
    def lose(self, one: str, what: str) -> None:
        match what:
            case "credential":
                self.ask(one, "revoke_credential", kind="mbt", number="M-1", reason="Lapsed")
            case "licence":
                self.ask(one, "revoke_licence", state="FL", number="L-FL", reason="Given up")
            case _:
                self.ask(one, "deactivate", reason="On leave")

    @rule(one=patients, phase=phases, status=st.sampled_from(["open", "open", "paused", "closed"]))
    def stand_otherwise(self, one: str, phase: str, status: str) -> None:
        self.stand(one, phase=phase, status=status)

    @rule(one=patients, given=st.booleans())
    def consent(self, one: str, *, given: bool) -> None:
        self.stand(one, consents=CONSENTS if given else ())

    @rule(one=patients, since=st.sampled_from([None, FORMED_AT, FORMED_AT + timedelta(days=20)]))
    def plan(self, one: str, since: datetime | None) -> None:
        self.stand(one, safety_plan_since=since)

    @rule(weekdays=st.lists(st.integers(0, 6), min_size=1, max_size=3))
    def schedule(self, weekdays: list[int]) -> None:
        self.ask(GROUP_ID, "schedule", weekdays=weekdays, starts="18:00", zone=ZONE)

    @rule(one=clinicians)
    def assign(self, one: str) -> None:
        self.ask(GROUP_ID, "assign_facilitator", clinician_id=one)

    @rule(one=clinicians, successor=st.none() | clinicians)
    def relieve(self, one: str, successor: str | None) -> None:
        data = {"clinician_id": one, "reason": "Moves", "successor": successor}
        self.ask(GROUP_ID, "relieve_facilitator", **data)

    @rule(one=clinicians, instead_of=clinicians)
    def substitute(self, one: str, instead_of: str) -> None:
        for session in self.state.upcoming(self.clinic.now)[:1]:
            data = {"clinician_id": one, "instead_of": instead_of, "session": session.number}
            self.ask(GROUP_ID, "name_substitute", **data)

    @rule(
        one=patients,
        state=st.sampled_from(["FL", "CA"]),
        lasts=st.sampled_from([timedelta(hours=1), timedelta(days=3)]),
    )
    def reserve(self, one: str, state: str, lasts: timedelta) -> None:
        self.offers += 1
        until = (self.clinic.now + lasts).isoformat()
        data = {"pathway_id": one, "offer": self.offers, "state": state, "until": until}
        self.ask(GROUP_ID, "reserve_seat", **data)

    @rule(one=patients)
    def fill(self, one: str) -> None:
        self.ask(GROUP_ID, "fill_seat", pathway_id=one)

    @rule(one=patients, reason=st.sampled_from(["declined", "expired", "left"]))
    def release(self, one: str, reason: str) -> None:
        assert self.ask(GROUP_ID, "release_seat", pathway_id=one, reason=reason)
        assert self.ask(GROUP_ID, "release_seat", pathway_id=one, reason=reason)

    @precondition(lambda self: self.state.upcoming(self.clinic.now))
    @rule(
        led_by=st.none() | st.lists(clinicians, max_size=3),
        joining=st.lists(st.tuples(patients, states), max_size=6, unique_by=lambda one: one[0]),
        late=st.tuples(patients, states),
        held=st.sampled_from([True, True, True, False]),
    )
    def meet(
        self,
        led_by: list[str] | None,
        joining: list[tuple[str, str | None]],
        late: tuple[str, str | None],
        *,
        held: bool,
    ) -> None:
        """Time goes on to the next session; by default its facilitators open it."""
        session = self.state.upcoming(self.clinic.now)[0]
        self.clinic.pass_until(session.starts_at)
        self.look_at_what_happened()
        opened = self.ask(
            GROUP_ID,
            "open_session",
            session=session.number,
            clinicians=list(self.state.facilitators) if led_by is None else led_by,
            joining=[{"pathway_id": one, "location": place} for one, place in joining],
        )
        self.admit_late(*late)
        if opened and held:
            self.hold()

    @rule(one=patients, place=states)
    def admit_late(self, one: str, place: str | None) -> None:
        for session in self.state.sessions:
            if session.stage == "open":
                data = {"session": session.number, "pathway_id": one, "location": place}
                self.ask(GROUP_ID, "admit_late", **data)

    @rule()
    def hold(self) -> None:
        for session in self.state.sessions:
            if session.stage == "open":
                self.clinic.pass_until(max(self.clinic.now, session.ends_at))
                assert self.ask(GROUP_ID, "hold_session", session=session.number)

    @precondition(lambda self: self.state.upcoming(self.clinic.now))
    @rule(weeks=st.integers(1, 6), one=patients, lacks=lacking)
    def weeks_go_by(self, weeks: int, one: str, lacks: dict[str, Any]) -> None:
        """Everybody comes, from Florida, and one of them lacks something."""
        before = self.clinic.patients[one]
        self.stand(one, **lacks)
        everybody: list[tuple[str, str | None]] = [(each, "FL") for each in self.clinic.patients]
        for _ in range(weeks):
            if self.state.upcoming(self.clinic.now):
                self.meet(None, everybody, (one, "FL"), held=True)
        self.clinic.patients[one] = before

    @rule()
    def whoever_has_no_seat_wants_one(self) -> None:
        for one in self.clinic.patients:
            self.reserve(one, "FL", timedelta(days=3))
            self.fill(one)

    @rule(joiners=st.lists(patients, max_size=10))
    def several_join(self, joiners: list[str]) -> None:
        for one in joiners:
            self.reserve(one, "FL", timedelta(days=3))
            self.fill(one)

    @rule(number=st.integers(1, 12))
    def cancel(self, number: int) -> None:
        self.ask(GROUP_ID, "cancel_session", session=number, reason="Storm")

    @rule(number=st.integers(1, 12), other=st.integers(1, 12), hours=st.integers(-2, 2))
    def move(self, number: int, other: int, hours: int) -> None:
        """Sessions are moved to about the time of others."""
        near = self.state.session(other)
        start = near.starts_at if near else self.clinic.now
        starts_at = (start + timedelta(hours=hours)).isoformat()
        self.ask(GROUP_ID, "reschedule_session", session=number, starts_at=starts_at)

    @rule(mercy=st.integers(0, 15))
    def close(self, mercy: int) -> None:
        """Rarely, so that lives are long."""
        if mercy == 0:
            self.ask(GROUP_ID, "close", reason="Over")

    @rule(data=st.data())
    def what_the_screen_blocks_is_refused(self, data: st.DataObject) -> None:
        context = self.context()
        transition = data.draw(st.sampled_from(GROUP.permitted(self.state, context)))
        if not transition.open:
            absent = about_what_is_absent(transition)
            asked = {**self.form(transition.command), **absent, **transition.data}
            command = read("group", transition.command, asked)
            assert not FROM_ENTITIES["group"] & {transition.command}
            assert transition.command not in INTERNAL
            shown = {reason.code for reason in transition.blocked_by}
            refused = self.refusal(command)
            assert shown <= refused
