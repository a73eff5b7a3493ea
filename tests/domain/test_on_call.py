"""Who is on call: an order that always has somebody in it, and a supervisor who comes last."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from pydantic import ValidationError

from domain.clinician.qualifications import Qualifications
from domain.commands.base import Command, MeetDeadline, SettleEffect
from domain.commands.on_call import (
    AddClinician,
    EndStandIn,
    OnCallCommand,
    RemoveClinician,
    SetChain,
    StandIn,
)
from domain.commands.registry import COMMANDS, INTERNAL
from domain.decider import ITSELF, Rejected
from domain.events.erased import ContentErased
from domain.events.on_call import (
    ChainSet,
    ClinicianAdded,
    ClinicianRemoved,
    EffectSettled,
    StandInArranged,
    StandInEnded,
)
from domain.on_call import ON_CALL
from domain.on_call.chain import Chain
from domain.simulation import Clinic
from tests.domain.histories import IN_SERVICE, MBT_G, NO_MORE, ny
from tests.domain.specification import COMMAND_ID, COORDINATOR, Specification

ANNA, BEN, CARLA, DORA, EMIL, NOBODY, GONE = (
    f"clinician-{UUID(int=number)}" for number in range(1, 8)
)
WORKS_HERE = Qualifications(service=IN_SERVICE)
FACTS: Mapping[str, Qualifications] = {
    **dict.fromkeys((ANNA, BEN, CARLA, DORA, EMIL), WORKS_HERE),
    NOBODY: Qualifications(),
    GONE: Qualifications(service=NO_MORE),
}
given = Specification(ON_CALL).knowing(FACTS).given

SET_AT = ny("2026-01-05 09:00")
SINCE, UNTIL = ny("2026-02-01 08:00"), ny("2026-02-08 08:00")
SET = ChainSet(at=SET_AT, clinicians=(ANNA, BEN), supervisor=CARLA)
DORA_FOR_ANNA = StandInArranged(
    at=SET_AT, stand_in=1, absent=ANNA, instead=DORA, since=SINCE, until=UNTIL
)


def dora_for_anna(**changes: Any) -> StandIn:
    return StandIn(**{"absent": ANNA, "instead": DORA, "since": SINCE, "until": UNTIL, **changes})


def chain(*events: Any) -> Chain:
    """What others may know of the list after these events."""
    facts = ON_CALL.facts(given(*events).state)
    assert isinstance(facts, Chain)
    return facts


def order(list_: Chain, instant: datetime) -> tuple[str, ...]:
    """Who is called at an instant, the supervisor last."""
    then = list_.at(instant)
    return (*then.clinicians, then.supervisor) if then.supervisor else then.clinicians


def told(*events: Any) -> list[tuple[str, str]]:
    """Who is told what because of the last event."""
    return [(one.template, one.recipient) for one in given(*events).reactions()]


def test_the_chain_is_set() -> None:
    """Safety: unacknowledged, the next on the on-call list is called, then the supervisor."""
    given().when(SetChain(clinicians=(ANNA, BEN), supervisor=CARLA), at=SET_AT).then(SET)
    assert order(chain(SET), SET_AT) == (ANNA, BEN, CARLA)
    assert chain(SET).at(SET_AT).supervisor == CARLA


def test_nobody_is_on_call_before_it_is_set() -> None:
    assert order(chain(), SET_AT) == ()
    assert chain().at(SET_AT).supervisor is None


def test_setting_the_same_chain_again_changes_nothing() -> None:
    given(SET).when(SetChain(clinicians=(ANNA, BEN), supervisor=CARLA)).then_nothing()


def test_another_order_is_another_chain() -> None:
    changed = given(SET).when(SetChain(clinicians=(BEN, ANNA), supervisor=CARLA))
    changed.then_happened(ChainSet)
    assert order(chain(*changed.and_given().events), SET_AT) == (BEN, ANNA, CARLA)
    assert changed.and_given().reactions() == []


@pytest.mark.parametrize(
    ("clinicians", "supervisor"), [((), CARLA), ((ANNA, ANNA), CARLA), ((ANNA, CARLA), CARLA)]
)
def test_a_chain_has_somebody_in_it_and_nobody_twice(
    clinicians: tuple[str, ...], supervisor: str
) -> None:
    with pytest.raises(ValidationError):
        SetChain(clinicians=clinicians, supervisor=supervisor)


@pytest.mark.parametrize(
    ("someone", "code"), [(NOBODY, "unknown_clinician"), (GONE, "clinician_inactive")]
)
@pytest.mark.parametrize(
    "asked",
    [
        lambda one: SetChain(clinicians=(ANNA, one), supervisor=CARLA),
        lambda one: SetChain(clinicians=(ANNA,), supervisor=one),
        lambda one: AddClinician(clinician=one),
        lambda one: dora_for_anna(instead=one),
    ],
)
def test_only_who_is_in_service_can_be_called(asked: Any, someone: str, code: str) -> None:
    given(SET).when(asked(someone)).then_rejected(code)


def test_the_decision_asks_for_those_who_are_to_be_called() -> None:
    asked: list[tuple[OnCallCommand, list[str]]] = [
        (SetChain(clinicians=(ANNA, BEN), supervisor=CARLA), [ANNA, BEN, CARLA]),
        (AddClinician(clinician=DORA), [DORA]),
        (dora_for_anna(), [DORA]),
        (RemoveClinician(clinician=ANNA), []),
    ]
    for command, names in asked:
        needs = ON_CALL.needs(given(SET).state, command)
        assert [(one.kind, one.name) for one in needs] == [("clinician", one) for one in names]


@pytest.mark.parametrize(
    "command",
    [
        AddClinician(clinician=DORA),
        RemoveClinician(clinician=ANNA),
        dora_for_anna(),
    ],
)
def test_the_chain_is_set_before_anything_else(command: Command) -> None:
    codes = {reason.code for reason in given().when(command, at=SET_AT).reasons}
    assert codes == {"unknown_on_call_list"}


@pytest.mark.parametrize(
    ("place", "stands", "called"),
    [
        (None, 3, (ANNA, BEN, DORA, CARLA)),
        (1, 1, (DORA, ANNA, BEN, CARLA)),
        (2, 2, (ANNA, DORA, BEN, CARLA)),
        (9, 3, (ANNA, BEN, DORA, CARLA)),
    ],
)
def test_one_more_is_called_at_their_place(
    place: int | None, stands: int, called: tuple[str, ...]
) -> None:
    added = given(SET).when(AddClinician(clinician=DORA, place=place))
    added.then(ClinicianAdded(at=SET_AT, clinician=DORA, place=stands))
    assert order(chain(*added.and_given().events), SET_AT) == called


@pytest.mark.parametrize("someone", [ANNA, CARLA])
def test_nobody_is_on_the_list_twice(someone: str) -> None:
    given(SET).when(AddClinician(clinician=someone)).then_rejected("in_chain_already")
    given(SET).when(dora_for_anna(instead=someone)).then_rejected("in_chain_already")


def test_one_less_is_called() -> None:
    removed = given(SET).when(RemoveClinician(clinician=ANNA))
    removed.then(ClinicianRemoved(at=SET_AT, clinician=ANNA))
    assert order(chain(*removed.and_given().events), SET_AT) == (BEN, CARLA)


def test_the_last_on_the_list_stays_on_it() -> None:
    alone = ChainSet(at=SET_AT, clinicians=(ANNA,), supervisor=CARLA)
    given(alone).when(RemoveClinician(clinician=ANNA)).then_rejected("last_on_call")


@pytest.mark.parametrize("someone", [DORA, CARLA])
def test_who_is_not_on_the_list_is_not_taken_off_it(someone: str) -> None:
    """The supervisor is exchanged by setting the chain."""
    given(SET).when(RemoveClinician(clinician=someone)).then_rejected("not_in_chain")


def test_a_stand_in_is_called_from_the_first_instant_to_before_the_last() -> None:
    given(SET).when(dora_for_anna()).then(DORA_FOR_ANNA)
    list_ = chain(SET, DORA_FOR_ANNA)
    moment = timedelta(microseconds=1)
    assert order(list_, SINCE - moment) == (ANNA, BEN, CARLA)
    assert order(list_, SINCE) == (DORA, BEN, CARLA)
    assert order(list_, UNTIL - moment) == (DORA, BEN, CARLA)
    assert order(list_, UNTIL) == (ANNA, BEN, CARLA)


def test_somebody_stands_in_for_the_supervisor() -> None:
    arranged = given(SET).when(dora_for_anna(absent=CARLA)).and_given()
    assert order(chain(*arranged.events), SINCE) == (ANNA, BEN, DORA)
    assert chain(*arranged.events).at(SINCE).supervisor == DORA


def test_a_stand_in_who_joins_the_list_meanwhile_is_called_once() -> None:
    joined = ClinicianAdded(at=SET_AT, clinician=DORA, place=3)
    assert order(chain(SET, DORA_FOR_ANNA, joined), SINCE) == (DORA, BEN, CARLA)
    supervises = DORA_FOR_ANNA.model_copy(update={"absent": CARLA})
    assert order(chain(SET, supervises, joined), SINCE) == (ANNA, BEN, DORA)


def test_only_for_somebody_on_the_list_one_can_stand_in() -> None:
    given(SET).when(dora_for_anna(absent=EMIL)).then_rejected("not_in_chain")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"instead": EMIL}, ["stand_in_overlaps"]),
        ({"absent": BEN}, ["stand_in_overlaps"]),
        ({"absent": BEN, "instead": EMIL}, []),
        ({"since": UNTIL, "until": UNTIL + timedelta(days=1)}, []),
        ({"since": SINCE - timedelta(days=1), "until": SINCE}, []),
        ({"since": UNTIL - timedelta(hours=1), "until": UNTIL}, ["stand_in_overlaps"]),
    ],
)
def test_nobody_answers_for_two_and_nobody_has_two(
    changes: dict[str, Any], codes: list[str]
) -> None:
    given(SET, DORA_FOR_ANNA).when(dora_for_anna(**changes)).then_rejected(*codes)


@pytest.mark.parametrize("now", [UNTIL, UNTIL + timedelta(days=1)])
def test_a_stand_in_is_arranged_for_a_time_to_come(now: datetime) -> None:
    given(SET).when(dora_for_anna(), at=now).then_rejected("in_the_past")


def test_a_stand_in_may_begin_at_once() -> None:
    given(SET).when(dora_for_anna(), at=SINCE + timedelta(days=1)).then_happened(StandInArranged)


def test_a_period_that_ends_as_it_begins_is_none() -> None:
    with pytest.raises(ValidationError, match="until is not after since"):
        dora_for_anna(until=SINCE)


def test_when_the_time_is_over_so_is_the_arrangement() -> None:
    ended = given(SET, DORA_FOR_ANNA).when_due("stand_in_end")
    ended.then(StandInEnded(at=UNTIL, stand_in=1))
    assert ended.and_given().deadlines() == []


def test_a_stand_in_ends_earlier_if_it_is_given_up() -> None:
    ended = given(SET, DORA_FOR_ANNA).when(EndStandIn(stand_in=1))
    ended.then(StandInEnded(at=SET_AT, stand_in=1))
    assert order(chain(*ended.and_given().events), SINCE) == (ANNA, BEN, CARLA)
    ended.and_given().when(EndStandIn(stand_in=1)).then_rejected("unknown_stand_in")


@pytest.mark.parametrize("at", [UNTIL, UNTIL - timedelta(seconds=1)])
def test_a_deadline_that_is_stale_or_early_changes_nothing(at: datetime) -> None:
    given(SET, DORA_FOR_ANNA).when_due("stand_in_end", at=UNTIL - timedelta(hours=1)).then_nothing()
    stale = MeetDeadline(kind="stand_in_end", subject="stand-in-2", at=at)
    given(SET, DORA_FOR_ANNA).when(stale, at=UNTIL).then_nothing()


def test_the_earliest_end_comes_first() -> None:
    sooner = DORA_FOR_ANNA.model_copy(
        update={"stand_in": 2, "absent": BEN, "instead": EMIL, "until": UNTIL - timedelta(days=1)}
    )
    found = given(SET, DORA_FOR_ANNA, sooner).deadlines()
    assert [one.subject for one in found] == ["stand-in-2", "stand-in-1"]


def test_with_who_leaves_the_list_their_stand_in_leaves() -> None:
    removed = ClinicianRemoved(at=SET_AT, clinician=ANNA)
    assert chain(SET, DORA_FOR_ANNA, removed).stand_ins == ()
    without = ChainSet(at=SET_AT, clinicians=(BEN,), supervisor=CARLA)
    assert chain(SET, DORA_FOR_ANNA, without).stand_ins == ()
    still = ChainSet(at=SET_AT, clinicians=(BEN, ANNA), supervisor=CARLA)
    assert len(chain(SET, DORA_FOR_ANNA, still).stand_ins) == 1


def test_who_comes_onto_the_list_or_leaves_it_is_told() -> None:
    """So that nobody on call is taken out of service."""
    assert told(SET) == [("go_on_call", ANNA), ("go_on_call", BEN), ("go_on_call", CARLA)]
    assert told(SET, DORA_FOR_ANNA) == [("go_on_call", DORA)]
    ended = StandInEnded(at=UNTIL, stand_in=1)
    assert told(SET, DORA_FOR_ANNA, ended) == [("go_off_call", DORA)]
    removed = ClinicianRemoved(at=SET_AT, clinician=ANNA)
    assert told(SET, DORA_FOR_ANNA, removed) == [("go_off_call", ANNA), ("go_off_call", DORA)]
    other = ChainSet(at=SET_AT, clinicians=(BEN, EMIL), supervisor=CARLA)
    assert told(SET, other) == [("go_on_call", EMIL), ("go_off_call", ANNA)]


def test_a_stand_in_who_is_on_the_list_by_then_stays_on_call() -> None:
    joined = ClinicianAdded(at=SET_AT, clinician=DORA, place=3)
    assert told(SET, DORA_FOR_ANNA, joined) == []
    assert told(SET, DORA_FOR_ANNA, joined, StandInEnded(at=UNTIL, stand_in=1)) == []


def test_a_clinician_is_told_by_which_list_and_each_effect_has_its_name() -> None:
    effects = given(SET).reactions()
    assert all(one.data == {"on_call": ITSELF} for one in effects)
    assert len({one.name for one in effects}) == 3


def test_what_came_of_telling_is_a_fact() -> None:
    settled = SettleEffect(
        effect_id=COMMAND_ID,
        effect=f"go_on_call {ANNA}",
        outcome="refused",
        attempts=1,
        reasons=("clinician_inactive",),
    )
    recorded = given(SET).when(settled)
    recorded.then(
        EffectSettled(
            at=SET_AT,
            effect_id=COMMAND_ID,
            effect=f"go_on_call {ANNA}",
            outcome="refused",
            attempts=1,
            reasons=("clinician_inactive",),
        )
    )
    (told,) = recorded.and_given().reactions()
    assert (told.template, told.recipient) == ("notice", "supervisor")


def test_content_that_is_gone_changes_nothing_in_the_list() -> None:
    gone = ContentErased(at=SET_AT, erased_at=SET_AT)
    after = ON_CALL.evolve(given(SET).state, gone)  # type: ignore[arg-type]
    assert ON_CALL.facts(after) == chain(SET)


def test_the_list_is_never_closed() -> None:
    assert not ON_CALL.is_closed(given(SET).state)


def test_every_transition_is_shown() -> None:
    shown = ON_CALL.permitted(given(SET, DORA_FOR_ANNA).state, given(SET).context())
    assert {one.command for one in shown} == set(COMMANDS["oncall"]) - INTERNAL
    assert all(one.open for one in shown)
    assert given(SET).permitted("remove_clinician", clinician=BEN).title.startswith("Take number 2")


def test_what_blocks_is_shown() -> None:
    unset = {
        one.command: [reason.code for reason in one.blocked_by]
        for one in ON_CALL.permitted(ON_CALL.initial(), given().context(SET_AT))
    }
    missing = ["unknown_on_call_list"]
    assert unset == {"set_chain": [], "add_clinician": missing, "stand_in": missing}
    alone = ChainSet(at=SET_AT, clinicians=(ANNA,), supervisor=CARLA)
    [reason] = given(alone).permitted("remove_clinician").blocked_by
    assert reason.code == "last_on_call"


def test_in_a_clinic_nobody_on_call_is_taken_out_of_service() -> None:
    """The list and its clinicians, from the first word to the last."""
    clinic = a_clinic(ANNA, BEN, CARLA, DORA)
    clinic.submit(
        "oncall-mbt-g", "set_chain", COORDINATOR, clinicians=[ANNA, BEN], supervisor=CARLA
    )
    for on_call in (ANNA, BEN, CARLA):
        assert refused(clinic, on_call, "deactivate", reason="Leaves") == ["on_call"]
    clinic.submit(
        "oncall-mbt-g", "stand_in", COORDINATOR, absent=ANNA, instead=DORA, since=SINCE, until=UNTIL
    )
    assert refused(clinic, DORA, "deactivate", reason="Leaves") == ["on_call"]
    clinic.pass_until(UNTIL)
    clinic.submit(DORA, "deactivate", COORDINATOR, reason="Leaves")
    add = refused(clinic, "oncall-mbt-g", "add_clinician", clinician=DORA)
    assert add == ["clinician_inactive"]


def a_clinic(*clinicians: str) -> Clinic:
    ids = (uuid5(COMMAND_ID, str(number)) for number in range(1_000))
    clinic = Clinic({MBT_G.label: MBT_G}, SET_AT, lambda: next(ids))
    for one in clinicians:
        clinic.submit(one, "register", COORDINATOR, programme=MBT_G.label, name="Robin Example")
    return clinic


def refused(clinic: Clinic, entity_id: str, command: str, **data: Any) -> list[str]:
    with pytest.raises(Rejected) as refusal:
        clinic.submit(entity_id, command, COORDINATOR, **data)
    return [reason.code for reason in refusal.value.reasons]


def test_each_stand_in_has_a_number_of_its_own() -> None:
    later = dora_for_anna(since=UNTIL, until=UNTIL + timedelta(days=1))
    (second,) = given(SET, DORA_FOR_ANNA).when(later).events
    assert isinstance(second, StandInArranged)
    assert second.stand_in == 2
