"""A clinician: in service or not, and never out of it while somebody depends on them."""

from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from domain.clinician import CLINICIAN
from domain.commands import clinician as commands
from domain.commands.base import Command
from domain.commands.clinician import (
    ChangeDetails,
    Deactivate,
    FreeTime,
    GoOffCall,
    GoOnCall,
    HandOver,
    Lead,
    LeaveEscalation,
    Reactivate,
    Register,
    ReserveTime,
    SetCapacity,
    StepDown,
    TakeEscalation,
    TakeOn,
)
from domain.commands.registry import COMMANDS, FROM_ENTITIES, INTERNAL
from domain.decider import Reference
from domain.events.clinician import (
    CapacitySet,
    Deactivated,
    DetailsChanged,
    EscalationLeft,
    EscalationTaken,
    GroupLed,
    GroupLeft,
    PatientHandedOver,
    PatientTakenOn,
    Reactivated,
    WentOffCall,
    WentOnCall,
)
from domain.events.erased import ContentErased
from domain.weekly import Weekly
from tests.domain.clinicians import (
    CREDENTIALED,
    GROUP_ID,
    LICENSED,
    ON_CALL_ID,
    PATHWAY_ID,
    REGISTERED,
    REGISTERED_AT,
    SINCE,
    UNTIL,
    given,
    known,
    licence,
)
from tests.domain.histories import MINUTE, ny

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
LATER = REGISTERED_AT + timedelta(days=40)
REGISTER = Register(
    programme="mbt-g@1",
    name="Robin Example",
    email="robin@example.org",
    phone="+1 555 0100",
    npi="1234567893",
)
AWAY = Deactivated(at=REGISTERED_AT, reason="Leave")
TAKEN_ON = PatientTakenOn(at=REGISTERED_AT, pathway_id=PATHWAY_ID)
LEADS = GroupLed(at=REGISTERED_AT, group_id=GROUP_ID)
ON_CALL = WentOnCall(at=REGISTERED_AT, on_call=ON_CALL_ID)
ESCALATION_ID = f"escalation-{UUID(int=8)}"
OTHER_PATHWAY = f"pathway-{UUID(int=7)}"

RESERVE = ReserveTime(group_id=GROUP_ID, session=3, starts_at=LATER, length=timedelta(minutes=90))

FROM_OTHERS: list[Command] = [
    TakeOn(pathway_id=PATHWAY_ID),
    HandOver(pathway_id=PATHWAY_ID),
    Lead(group_id=GROUP_ID),
    StepDown(group_id=GROUP_ID),
    RESERVE,
    FreeTime(group_id=GROUP_ID, session=3, starts_at=LATER),
    GoOnCall(on_call=ON_CALL_ID),
    GoOffCall(on_call=ON_CALL_ID),
]
FROM_PEOPLE: list[Command] = [
    ChangeDetails(name="Robin Example"),
    commands.RecordCredential(kind="mbt", number="M 1", since=SINCE, until=UNTIL),
    commands.RecordLicence(state="FL", number="SW 1", since=SINCE, until=UNTIL),
    commands.RevokeCredential(kind="mbt", number="M 1", reason="x"),
    commands.RevokeLicence(state="FL", number="SW 1", reason="x"),
    SetCapacity(patients=3),
    Deactivate(reason="x"),
    Reactivate(),
]


def test_a_clinician_is_registered_under_the_policies_of_a_programme() -> None:
    given().when(REGISTER, at=REGISTERED_AT).then(REGISTERED)
    needs = CLINICIAN.needs(CLINICIAN.initial(), REGISTER)
    assert needs == [Reference(kind="programme", name="mbt-g@1")]
    assert CLINICIAN.needs(given(REGISTERED).state, Deactivate(reason="x")) == []


def test_somebody_is_registered_once() -> None:
    given(REGISTERED).when(REGISTER).then_rejected("already_registered")


def test_the_version_that_decides_is_the_one_that_is_named() -> None:
    other = REGISTER.model_copy(update={"programme": "mbt-g@2"})
    given().when(other, at=REGISTERED_AT).then_rejected("other_programme")


@pytest.mark.parametrize(
    "wrong",
    [
        {"npi": "1234567890"},
        {"npi": "3234567893"},
        {"npi": "123456789"},
        {"email": "robin"},
        {"email": "robin@example.org\n"},
        {"name": " "},
        {"programme": "mbt-g"},
    ],
)
def test_what_cannot_be_right_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Register.model_validate({**REGISTER.model_dump(), **wrong})


def test_only_the_name_has_to_be_given() -> None:
    assert Register(programme="mbt-g@1", name="Robin Example").npi is None


@pytest.mark.parametrize(
    "command", [*FROM_OTHERS, *FROM_PEOPLE], ids=lambda one: type(one).__name__
)
def test_nothing_can_be_asked_of_somebody_who_is_not_known(command: Command) -> None:
    given().when(command, at=REGISTERED_AT).then_rejected("unknown_clinician")


def test_of_somebody_who_is_not_known_others_know_that() -> None:
    facts = known()
    assert not facts.registered
    assert not facts.in_service(REGISTERED_AT)


def test_another_name_or_address_replaces_what_was_known() -> None:
    change = ChangeDetails(name="Robin Sample", phone="+1 555 0199")
    changed = given(REGISTERED).when(change, at=LATER)
    changed.then(DetailsChanged(at=LATER, name="Robin Sample", phone="+1 555 0199"))
    changed.then_state(name="Robin Sample", email=None, phone="+1 555 0199", npi=None)
    changed.and_given().when(change).then_nothing()


def test_a_patient_is_taken_on_and_handed_over() -> None:
    taken_on = given(REGISTERED).when(TakeOn(pathway_id=PATHWAY_ID))
    taken_on.then(TAKEN_ON).then_state(patients=(PATHWAY_ID,))
    handed_over = taken_on.and_given().when(HandOver(pathway_id=PATHWAY_ID))
    handed_over.then(PatientHandedOver(at=REGISTERED_AT, pathway_id=PATHWAY_ID))
    handed_over.then_state(patients=())


def test_a_group_is_led_and_left() -> None:
    led = given(REGISTERED).when(Lead(group_id=GROUP_ID))
    led.then(LEADS).then_state(groups=(GROUP_ID,))
    left = led.and_given().when(StepDown(group_id=GROUP_ID))
    left.then(GroupLeft(at=REGISTERED_AT, group_id=GROUP_ID)).then_state(groups=())


TUESDAYS = Weekly(
    weekdays=(1,),
    starts=time(18),
    zone="America/New_York",
    length=90 * MINUTE,
    since=date(2026, 1, 5),
)
OTHER_GROUP = f"group-{UUID(int=9)}"


def leading(group_id: str = OTHER_GROUP, **details: Any) -> Lead:
    return Lead(group_id=group_id, meets=TUESDAYS.model_copy(update=details))


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"starts": time(19, 29)},
        {"weekdays": (0, 1), "starts": time(16, 31)},
        {"starts": time(15), "zone": "America/Los_Angeles"},
        {"since": date(2026, 11, 3)},
    ],
)
def test_nobody_leads_two_groups_at_once(other: dict[str, Any]) -> None:
    """Demand 10: two facilitators are in the room, and each in one room only."""
    tuesdays = given(REGISTERED).when(leading(GROUP_ID)).and_given()
    refused = tuesdays.when(leading(**other)).then_rejected("leads_elsewhere")
    assert GROUP_ID in refused.reasons[0].message


@pytest.mark.parametrize(
    "other", [{"starts": time(19, 30)}, {"weekdays": (2,)}, {"starts": time(16, 30)}]
)
def test_groups_may_follow_each_other(other: dict[str, Any]) -> None:
    tuesdays = given(REGISTERED).when(leading(GROUP_ID)).and_given()
    tuesdays.when(leading(**other)).then_happened(GroupLed)


def test_another_time_of_the_same_group_takes_the_place_of_the_first() -> None:
    """The group tells it again when its schedule changes."""
    tuesdays = given(REGISTERED).when(leading(GROUP_ID)).and_given()
    tuesdays.when(leading(GROUP_ID)).then_nothing()
    moved = tuesdays.when(leading(GROUP_ID, weekdays=(3,)))
    moved.then_happened(GroupLed).then_state(groups=(GROUP_ID,))
    moved.and_given().when(leading()).then_happened(GroupLed)
    left = tuesdays.when(StepDown(group_id=GROUP_ID)).and_given()
    left.when(leading()).then_happened(GroupLed)


def test_a_clinician_goes_on_call_and_off_again() -> None:
    on_call = given(REGISTERED).when(GoOnCall(on_call=ON_CALL_ID))
    on_call.then(ON_CALL).then_state(on_call=(ON_CALL_ID,))
    off_call = on_call.and_given().when(GoOffCall(on_call=ON_CALL_ID))
    off_call.then(WentOffCall(at=REGISTERED_AT, on_call=ON_CALL_ID)).then_state(on_call=())


@pytest.mark.parametrize(
    ("event", "command"),
    [
        (TAKEN_ON, TakeOn(pathway_id=PATHWAY_ID)),
        (LEADS, Lead(group_id=GROUP_ID)),
        (ON_CALL, GoOnCall(on_call=ON_CALL_ID)),
        (REGISTERED, HandOver(pathway_id=PATHWAY_ID)),
        (REGISTERED, StepDown(group_id=GROUP_ID)),
        (REGISTERED, GoOffCall(on_call=ON_CALL_ID)),
    ],
)
def test_told_what_is_so_already_nothing_happens(event: Any, command: Command) -> None:
    given(REGISTERED, event).when(command).then_nothing()


def test_told_twice_even_out_of_service_nothing_happens() -> None:
    full = CapacitySet(at=REGISTERED_AT, patients=1)
    given(REGISTERED, full, TAKEN_ON).when(TakeOn(pathway_id=PATHWAY_ID)).then_nothing()


@pytest.mark.parametrize("command", FROM_OTHERS[::2], ids=lambda one: type(one).__name__)
def test_who_is_out_of_service_takes_nothing_on(command: Command) -> None:
    given(REGISTERED, AWAY).when(command).then_rejected("clinician_inactive")


def test_a_full_caseload_takes_nobody_more() -> None:
    full = given(REGISTERED, CapacitySet(at=REGISTERED_AT, patients=1), TAKEN_ON)
    full.when(TakeOn(pathway_id=OTHER_PATHWAY)).then_rejected("caseload_full")
    emptied = full.when(HandOver(pathway_id=PATHWAY_ID)).and_given()
    emptied.when(TakeOn(pathway_id=OTHER_PATHWAY)).then_happened(PatientTakenOn)


def test_without_a_limit_any_number_is_carried() -> None:
    limited = given(REGISTERED, CapacitySet(at=REGISTERED_AT, patients=1), TAKEN_ON)
    unlimited = limited.when(SetCapacity()).then(CapacitySet(at=REGISTERED_AT))
    unlimited.and_given().when(TakeOn(pathway_id=OTHER_PATHWAY)).then_happened(PatientTakenOn)


def test_a_limit_below_the_caseload_takes_nobody_away() -> None:
    carrying = given(
        REGISTERED, TAKEN_ON, PatientTakenOn(at=REGISTERED_AT, pathway_id=OTHER_PATHWAY)
    )
    limited = carrying.when(SetCapacity(patients=1))
    limited.then_state(patients=(PATHWAY_ID, OTHER_PATHWAY))


def test_the_same_limit_again_changes_nothing() -> None:
    given(REGISTERED).when(SetCapacity()).then_nothing()
    given(REGISTERED, CapacitySet(at=REGISTERED_AT, patients=4)).when(
        SetCapacity(patients=4)
    ).then_nothing()


def test_out_of_service_and_back_again() -> None:
    away = given(REGISTERED, LICENSED, CREDENTIALED.model_copy(update={"period": 2})).when(
        Deactivate(reason="Leave"), at=LATER
    )
    away.then(Deactivated(at=LATER, reason="Leave"))
    facts = known(*away.and_given().events)
    assert facts.registered
    assert not facts.licensed("FL", UNTIL, at=LATER)
    assert not facts.credentialed("mbt", UNTIL, at=LATER)
    back = away.and_given().when(Reactivate(), at=LATER + DAY)
    back.then(Reactivated(at=LATER + DAY))
    assert known(*back.and_given().events).licensed("FL", UNTIL, at=LATER + DAY)


def test_service_is_known_as_of_any_instant() -> None:
    """Whoever has left was here before, and nobody was before they began."""
    back = Reactivated(at=LATER + 2 * DAY)
    facts = known(REGISTERED, AWAY.model_copy(update={"at": LATER}), back)
    before, gone, again = REGISTERED_AT - MOMENT, LATER, back.at
    assert [facts.in_service(at) for at in (before, REGISTERED_AT, gone - MOMENT)] == [0, 1, 1]
    assert [facts.in_service(at) for at in (gone, again - MOMENT, again)] == [0, 0, 1]


def test_somebody_who_began_before_they_were_registered_is_in_service_since_then() -> None:
    begun = Register(programme="mbt-g@1", name="Robin Example", at=REGISTERED_AT)
    facts = known(*given().when(begun, at=LATER).events)
    assert facts.in_service(REGISTERED_AT)
    assert not facts.in_service(REGISTERED_AT - MOMENT)


def test_whoever_answers_for_a_patient_at_risk_stays_in_service() -> None:
    """Safety: an escalation is open until a person resolves it."""
    taken = given(REGISTERED).when(TakeEscalation(escalation_id=ESCALATION_ID))
    taken.then(EscalationTaken(at=REGISTERED_AT, escalation_id=ESCALATION_ID))
    answering = taken.and_given()
    answering.when(Deactivate(reason="Leaves")).then_rejected("answers_escalations")
    assert not answering.permitted("deactivate").open
    left = answering.when(LeaveEscalation(escalation_id=ESCALATION_ID))
    left.then(EscalationLeft(at=REGISTERED_AT, escalation_id=ESCALATION_ID))
    left.and_given().when(Deactivate(reason="Leaves")).then_happened(Deactivated)


def test_an_escalation_is_taken_and_left_once() -> None:
    take, leave = (one(escalation_id=ESCALATION_ID) for one in (TakeEscalation, LeaveEscalation))
    given(REGISTERED).when(leave).then_nothing()
    given(REGISTERED).when(take).and_given().when(take).then_nothing()


def test_nobody_is_left_without_patients_groups_and_nights_are_handed_over_first() -> None:
    depended_on = given(REGISTERED, TAKEN_ON, LEADS, ON_CALL)
    refused = depended_on.when(Deactivate(reason="Leaves"))
    refused.then_rejected("carries_patients", "leads_groups", "on_call")
    said = " ".join(reason.message for reason in refused.reasons)
    assert all(one in said for one in (PATHWAY_ID, GROUP_ID, ON_CALL_ID))


def test_service_is_left_once_and_taken_up_once() -> None:
    given(REGISTERED, AWAY).when(Deactivate(reason="x")).then_rejected("clinician_inactive")
    given(REGISTERED).when(Reactivate()).then_rejected("clinician_active")


def test_leaving_entered_late_counts_from_the_day_it_happened() -> None:
    left_at = ny("2026-02-01 17:00")
    late = given(REGISTERED).when(Deactivate(reason="x", at=left_at), at=LATER)
    late.then(Deactivated(at=left_at, reason="x"))


def test_service_changes_in_order_and_not_ahead_of_time() -> None:
    away = Deactivated(at=LATER, reason="x")
    early = Reactivate(at=LATER - timedelta(days=1))
    given(REGISTERED, away).when(early).then_rejected("before_latest_step")
    before = Deactivate(reason="x", at=REGISTERED_AT - timedelta(days=1))
    given(REGISTERED).when(before).then_rejected("before_latest_step")
    ahead = Deactivate(reason="x", at=LATER)
    given(REGISTERED).when(ahead).then_rejected("in_the_future")


def test_the_record_of_a_clinician_is_never_closed() -> None:
    assert not CLINICIAN.is_closed(given(REGISTERED, AWAY).state)


def test_content_that_is_gone_changes_nothing() -> None:
    gone = ContentErased(at=LATER, erased_at=LATER)
    state = given(REGISTERED, LICENSED).state
    assert CLINICIAN.evolve(state, gone) == state  # type: ignore[arg-type]


def test_before_registration_only_that_is_permitted() -> None:
    shown = CLINICIAN.permitted(given().state, given().context(LATER))
    assert [one.command for one in shown] == ["register"]


def test_every_transition_that_people_have_is_shown() -> None:
    qualified = given(REGISTERED, LICENSED, CREDENTIALED.model_copy(update={"period": 2}))
    shown = CLINICIAN.permitted(qualified.state, qualified.context())
    people = set(COMMANDS["clinician"]) - INTERNAL - FROM_ENTITIES["clinician"] - {"register"}
    assert {one.command for one in shown} == people


def test_what_blocks_leaving_is_shown() -> None:
    blocked = given(REGISTERED, TAKEN_ON).permitted("deactivate")
    assert [one.code for one in blocked.blocked_by] == ["carries_patients"]
    assert given(REGISTERED).permitted("deactivate").open
    assert not given(REGISTERED).permitted("reactivate").open
    assert given(REGISTERED, AWAY).permitted("reactivate").open


def test_each_licence_can_be_revoked_once() -> None:
    renewed = given(REGISTERED, LICENSED, licence(2, UNTIL, UNTIL.replace(year=2028)))
    shown = renewed.permitted("revoke_licence", state="FL", number="SW 1")
    assert shown.open
    assert shown.title == "Revoke: licence FL SW 1"


def test_an_address_that_is_said_again_is_kept() -> None:
    change = ChangeDetails(name="Robin Sample", email="sample@example.org")
    given(REGISTERED).when(change, at=LATER).then_state(email="sample@example.org")


def test_each_group_keeps_its_own_time() -> None:
    tuesdays = given(REGISTERED).when(leading(GROUP_ID)).and_given()
    both = tuesdays.when(leading(weekdays=(3,))).and_given()
    both.when(leading(weekdays=(3,))).then_nothing()
