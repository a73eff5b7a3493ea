"""Whatever is asked of a clinician, in whatever order: what always holds."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.calendar import day_in
from domain.clinician import CLINICIAN, Clinician
from domain.commands import clinician as commands
from domain.commands.base import MeetDeadline
from domain.decider import Context, Rejected
from domain.events import registry
from domain.events.clinician import (
    ClinicianEvent,
    CredentialExpired,
    CredentialRecorded,
    ExpiryWarned,
    LicenceExpired,
    LicenceRecorded,
)
from tests.domain.clinicians import REGISTERED_AT, known
from tests.domain.histories import MBT_G
from tests.domain.specification import COORDINATOR

states = st.sampled_from(["FL", "AZ"])
numbers = st.sampled_from(["1", "2"])
lengths = st.sampled_from([0, 1, 29, 31, 59, 61, 365])
offsets = st.sampled_from([-400, -30, -1, 0, 1, 30, 90])
steps = st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(days=31)])
ids = st.sampled_from([f"{number:08d}-0000-0000-0000-000000000000" for number in (1, 2, 3)])


class ClinicianLife(RuleBasedStateMachine):
    """One clinician under random commands and a clock that only goes forward."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = REGISTERED_AT
        self.state: Clinician = CLINICIAN.initial()
        self.events: list[ClinicianEvent] = []

    @initialize()
    def register(self) -> None:
        assert self.ask(commands.Register(programme="mbt-g@1", name="Robin Example"))

    @property
    def today(self) -> date:
        return day_in(MBT_G.zone, self.now)

    def ask(self, command: Any) -> bool:
        """Decide, and fold what was decided; a refusal has reasons and changes nothing."""
        context = Context(now=self.now, actor=COORDINATOR, programme=MBT_G)
        try:
            events = CLINICIAN.decide(self.state, command, context)
        except Rejected as rejected:
            if not rejected.reasons:
                raise AssertionError("a refusal without a reason") from rejected
            return False
        for event in events:
            self.check_stored(event)
            self.check_warned_before(event)
            self.state = CLINICIAN.evolve(self.state, event)
            self.events.append(event)
            CLINICIAN.reactions(self.state, event)
        return True

    def check_stored(self, event: ClinicianEvent) -> None:
        kept = registry.type_of(event)
        data = json.loads(registry.write(event))
        assert registry.read(kept.name, kept.version, data, event.at) == event

    def check_warned_before(self, event: ClinicianEvent) -> None:
        """Nothing expires of which nobody was warned."""
        if isinstance(event, LicenceExpired | CredentialExpired):
            warned = [one.period for one in self.events if isinstance(one, ExpiryWarned)]
            assert event.period in warned

    @rule(state=states, number=numbers, begins=offsets, days=lengths)
    def record_licence(self, state: str, number: str, begins: int, days: int) -> None:
        since = self.today + timedelta(days=begins)
        until = since + timedelta(days=days)
        self.ask(
            commands.RecordLicence.model_validate(
                {"state": state, "number": number, "since": since, "until": until}
            )
        )

    @rule(number=numbers, begins=offsets, days=lengths)
    def record_credential(self, number: str, begins: int, days: int) -> None:
        since = self.today + timedelta(days=begins)
        until = since + timedelta(days=days)
        self.ask(commands.RecordCredential(kind="mbt", number=number, since=since, until=until))

    @rule(state=states, number=numbers, ago=offsets)
    def revoke_licence(self, state: str, number: str, ago: int) -> None:
        at = self.now + timedelta(days=ago)
        self.ask(
            commands.RevokeLicence.model_validate(
                {"state": state, "number": number, "reason": "Given back", "at": at}
            )
        )

    @rule(number=numbers)
    def revoke_credential(self, number: str) -> None:
        self.ask(commands.RevokeCredential(kind="mbt", number=number, reason="Given back"))

    @rule(number=ids, on=st.booleans())
    def carry(self, number: str, *, on: bool) -> None:
        pathway_id = f"pathway-{number}"
        self.ask(
            commands.TakeOn(pathway_id=pathway_id)
            if on
            else commands.HandOver(pathway_id=pathway_id)
        )

    @rule(number=ids, on=st.booleans())
    def lead(self, number: str, *, on: bool) -> None:
        group_id = f"group-{number}"
        self.ask(commands.Lead(group_id=group_id) if on else commands.StepDown(group_id=group_id))

    @rule(on=st.booleans())
    def call(self, *, on: bool) -> None:
        listed = "oncall-mbt-g"
        self.ask(commands.GoOnCall(on_call=listed) if on else commands.GoOffCall(on_call=listed))

    @rule(patients=st.none() | st.integers(1, 2))
    def set_capacity(self, patients: int | None) -> None:
        before = len(self.state.patients)
        assert self.ask(commands.SetCapacity(patients=patients))
        assert len(self.state.patients) == before

    @rule(leaves=st.booleans())
    def serve(self, *, leaves: bool) -> None:
        self.ask(commands.Deactivate(reason="Leave") if leaves else commands.Reactivate())

    @rule(step=steps)
    def wait(self, step: timedelta) -> None:
        """Time passes, and every deadline on the way is met; each is then gone."""
        until = self.now + step
        while (due := CLINICIAN.deadlines(self.state)) and due[0].at <= until:
            self.now = max(self.now, due[0].at)
            assert self.ask(MeetDeadline(**due[0].model_dump()))
            assert due[0] not in CLINICIAN.deadlines(self.state)
        self.now = until

    @invariant()
    def nobody_depends_on_who_is_out_of_service(self) -> None:
        if self.state.status == "inactive":
            held = (*self.state.patients, *self.state.groups, *self.state.on_call)
            assert held == ()

    @invariant()
    def each_patient_group_and_list_once(self) -> None:
        for ids_ in (self.state.patients, self.state.groups, self.state.on_call):
            assert len(set(ids_)) == len(ids_)

    @invariant()
    def what_holds_today_has_an_end_that_the_clock_waits_for(self) -> None:
        ends = {one.subject for one in CLINICIAN.deadlines(self.state) if one.kind == "expiry"}
        for period in self.state.periods:
            if period.revoked or not period.since <= self.today <= period.until:
                continue
            same = self.state.held(period.what, period.of, period.number)
            latest = max(same, key=lambda one: one.until)
            assert f"period-{latest.period}" in ends

    @invariant()
    def nobody_is_qualified_by_what_was_never_recorded(self) -> None:
        facts = known(*self.events)
        recorded = [one for one in self.events if isinstance(one, LicenceRecorded)]
        for state in ("FL", "AZ"):
            if facts.licensed(state, self.today, at=self.now):
                assert any(
                    one.state == state and one.since <= self.today <= one.until for one in recorded
                )
        trained = [one for one in self.events if isinstance(one, CredentialRecorded)]
        if facts.credentialed("mbt", self.today, at=self.now):
            assert any(one.since <= self.today <= one.until for one in trained)

    @invariant()
    def everything_that_can_be_done_is_said(self) -> None:
        context = Context(now=self.now, actor=COORDINATOR, programme=MBT_G)
        assert all(one.title for one in CLINICIAN.permitted(self.state, context))


TestClinicianLife = ClinicianLife.TestCase
