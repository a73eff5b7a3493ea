"""An on-call list and its clinicians, told each other's changes: what always holds."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.decider import Rejected
from domain.on_call.chain import Chain
from domain.simulation import Clinic
from tests.domain.histories import MBT_G, REFERRED_AT
from tests.domain.specification import COMMAND_ID, COORDINATOR

LIST = "oncall-mbt-g"
CLINICIANS = [f"clinician-{UUID(int=number)}" for number in range(1, 7)]

someone = st.sampled_from(CLINICIANS)
days = st.sampled_from([timedelta(hours=12), timedelta(days=1), timedelta(days=3)])


class OnCallLife(RuleBasedStateMachine):
    """A small clinic whose people come and go while the list changes."""

    def __init__(self) -> None:
        super().__init__()
        numbers = count()
        self.clinic = Clinic(
            {MBT_G.label: MBT_G},
            REFERRED_AT,
            lambda: uuid5(COMMAND_ID, str(next(numbers))),
        )

    @initialize()
    def open(self) -> None:
        for one in CLINICIANS:
            self.ask(one, "register", programme=MBT_G.label, name="Robin Example")
        self.ask(LIST, "set_chain", clinicians=CLINICIANS[:2], supervisor=CLINICIANS[2])

    def ask(self, entity_id: str, command: str, **data: Any) -> None:
        """A refusal has reasons and changes nothing."""
        before = self.clinic.entity(entity_id).state
        try:
            self.clinic.submit(entity_id, command, COORDINATOR, **data)
        except Rejected as rejected:
            if not rejected.reasons:
                raise AssertionError("a refusal without a reason") from rejected
            assert self.clinic.entity(entity_id).state == before

    @rule(chain=st.lists(someone, max_size=4), supervisor=someone)
    def set_chain(self, chain: list[str], supervisor: str) -> None:
        self.ask(LIST, "set_chain", clinicians=chain, supervisor=supervisor)

    @rule(clinician=someone, place=st.none() | st.integers(1, 4))
    def add(self, clinician: str, place: int | None) -> None:
        self.ask(LIST, "add_clinician", clinician=clinician, place=place)

    @rule(clinician=someone)
    def remove(self, clinician: str) -> None:
        self.ask(LIST, "remove_clinician", clinician=clinician)

    @rule(absent=someone, instead=someone, ahead=days, length=days)
    def stand_in(self, absent: str, instead: str, ahead: timedelta, length: timedelta) -> None:
        since = self.clinic.now + ahead
        self.ask(
            LIST, "stand_in", absent=absent, instead=instead, since=since, until=since + length
        )

    @rule(number=st.integers(1, 5))
    def end_stand_in(self, number: int) -> None:
        self.ask(LIST, "end_stand_in", stand_in=number)

    @rule(clinician=someone, leaves=st.booleans())
    def serve(self, clinician: str, *, leaves: bool) -> None:
        if leaves:
            self.ask(clinician, "deactivate", reason="Leave")
        else:
            self.ask(clinician, "reactivate")

    @rule(length=days)
    def wait(self, length: timedelta) -> None:
        self.clinic.pass_until(self.clinic.now + length)

    @property
    def chain(self) -> Chain:
        facts = self.clinic.facts(LIST)
        assert isinstance(facts, Chain)
        return facts

    @invariant()
    def somebody_is_called_and_the_supervisor_last(self) -> None:
        for ahead in range(8):
            at = self.clinic.now + timedelta(days=ahead)
            then = self.chain.at(at)
            called = [*then.clinicians, then.supervisor]
            assert then.supervisor
            assert len(set(called)) == len(called)

    @invariant()
    def everybody_on_call_knows_and_is_in_service(self) -> None:
        listed = self.clinic.entity(LIST).state.everybody
        for one in CLINICIANS:
            state = self.clinic.entity(one).state
            assert state.on_call == ((LIST,) if one in listed else ())
            assert state.status == "active" or one not in listed


TestOnCallLife = OnCallLife.TestCase
