"""Who leads a group: two trained facilitators, and substitutes for single sessions."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from domain.clinician.state import Leading, Reserved
from domain.commands.group import AssignFacilitator, NameSubstitute, RelieveFacilitator
from domain.decider import ITSELF, Reference, tell
from domain.events.group import (
    FacilitatorAssigned,
    FacilitatorRelieved,
    ScheduleSet,
    SessionCancelled,
    SessionOpened,
    SubstituteNamed,
    TaskCompleted,
    TaskOpened,
)
from domain.group import GROUP
from domain.weekly import Weekly
from tests.domain.groups import (
    ALEX,
    DAY,
    FORMED_AT,
    HOUR,
    KIM,
    OTHER_GROUP,
    ROBIN,
    SAM,
    TUESDAYS,
    also,
    formed,
    held,
    led,
    meeting,
    members,
    opened,
    opening,
    qualified,
    tuesday,
)
from tests.domain.specification import Given


def relieve(clinician_id: str, successor: str | None = None) -> RelieveFacilitator:
    return RelieveFacilitator(clinician_id=clinician_id, reason="Moves away", successor=successor)


def substitute(clinician_id: str, *, instead_of: str = ROBIN, session: int = 1) -> NameSubstitute:
    return NameSubstitute(session=session, clinician_id=clinician_id, instead_of=instead_of)


def test_one_facilitator_and_a_substitute_open_a_session() -> None:
    """Demand 10: a trained substitute may stand in; the screen says what the rules do."""
    alone = formed().when(AssignFacilitator(clinician_id=ROBIN)).and_given().when(TUESDAYS)
    group = alone.and_given()
    (missing,) = group.permitted("open_session", session=1, at=tuesday(1)).blocked_by
    assert missing.code == "too_few_facilitators"
    two = group.when(substitute(KIM)).and_given()
    assert two.permitted("open_session", session=1, at=tuesday(1)).open
    two.when(opening(clinicians=(ROBIN, KIM)), at=tuesday(1)).then_happened(SessionOpened)


def test_who_leads_another_group_then_is_in_the_way_only_where_nobody_else_is_left() -> None:
    there = Reserved(group_id=OTHER_GROUP, session=9, starts_at=tuesday(1), length=HOUR)
    elsewhere = qualified("FL").model_copy(update={"reserved": (there,)})
    three = meeting().when(AssignFacilitator(clinician_id=KIM)).and_given()
    busy = replace(three, specification=three.specification.knowing({SAM: elsewhere}))
    assert busy.permitted("open_session", session=1, at=tuesday(1)).open
    busy.when(opening(clinicians=(ROBIN, KIM)), at=tuesday(1)).then_happened(SessionOpened)
    left = meeting()
    busy = replace(left, specification=left.specification.knowing({SAM: elsewhere}))
    (why,) = busy.permitted("open_session", session=1, at=tuesday(1)).blocked_by
    assert why.code == "leads_elsewhere"


def test_a_group_looks_for_facilitators_until_it_has_two() -> None:
    """Demand 10: two therapists."""
    group = formed()
    assert [task.kind for task in group.state.tasks] == ["find_facilitators"]
    one = group.when(AssignFacilitator(clinician_id=ROBIN))
    one.then(FacilitatorAssigned(at=FORMED_AT, clinician_id=ROBIN))
    two = one.and_given().when(AssignFacilitator(clinician_id=SAM))
    two.then(
        FacilitatorAssigned(at=FORMED_AT, clinician_id=SAM),
        TaskCompleted(at=FORMED_AT, task=1, outcome="found"),
    )
    two.then_state(facilitators=(ROBIN, SAM), tasks=())


def test_a_facilitator_learns_that_they_lead_the_group() -> None:
    [told] = formed().when(AssignFacilitator(clinician_id=ROBIN)).and_given().reactions()
    assert told == tell(ROBIN, "lead", name=f"lead {ROBIN}", group_id=ITSELF)


def test_facilitators_are_trained() -> None:
    """Demand 12: a credential with an expiry date."""
    formed().when(AssignFacilitator(clinician_id=ALEX)).then_rejected("not_credentialed")


def test_a_credential_counts_to_its_last_day_and_only_while_in_service() -> None:
    def assigning(**qualification: object) -> str:
        known = {KIM: qualified("FL", **qualification)}  # type: ignore[arg-type]
        group = Given(formed().specification.knowing(known), formed().events)
        reasons = group.when(AssignFacilitator(clinician_id=KIM)).reasons
        return reasons[0].code if reasons else "accepted"

    assert assigning(until=date(2026, 1, 5)) == "accepted"
    assert assigning(until=date(2026, 1, 4)) == "not_credentialed"
    assert assigning(active=False) == "not_credentialed"


def test_nobody_leads_twice() -> None:
    led().when(AssignFacilitator(clinician_id=ROBIN)).then_rejected("already_facilitator")


def test_two_facilitators_stay_while_the_group_goes_on() -> None:
    """Demand 10: two facilitators."""
    meeting().when(relieve(ROBIN)).then_rejected("too_few_facilitators")


def test_relieving_is_open_because_a_successor_may_be_named() -> None:
    assert meeting().permitted("relieve_facilitator", clinician_id=ROBIN).open
    meeting().when(relieve(ROBIN, KIM)).then_happened(FacilitatorAssigned, FacilitatorRelieved)


def test_a_facilitator_may_go_when_three_lead() -> None:
    three = meeting().when(AssignFacilitator(clinician_id=KIM)).and_given()
    three.when(relieve(ROBIN)).then(
        FacilitatorRelieved(at=FORMED_AT, clinician_id=ROBIN, reason="Moves away")
    )


ELSEWHERE = Leading(
    group_id=OTHER_GROUP,
    meets=Weekly(
        weekdays=(1,),
        starts=time(19),
        zone="America/New_York",
        length=timedelta(minutes=90),
        since=date(2026, 1, 5),
    ),
)


def test_whoever_leads_another_group_at_that_time_leads_and_stands_in_nowhere_else() -> None:
    """Demand 10: each of two facilitators is in one room only."""
    busy = qualified().model_copy(update={"leading": (ELSEWHERE,)})
    tuesdays = meeting()
    known = Given(tuesdays.specification.knowing({KIM: busy}), tuesdays.events)
    known.when(AssignFacilitator(clinician_id=KIM)).then_rejected("leads_elsewhere")
    known.when(relieve(ROBIN, KIM)).then_rejected("leads_elsewhere")
    known.when(substitute(KIM)).then_rejected("leads_elsewhere")
    later = ELSEWHERE.model_copy(
        update={"meets": ELSEWHERE.meets.model_copy(update={"starts": time(19, 30)})}
    )
    free = qualified().model_copy(update={"leading": (later,)})
    Given(tuesdays.specification.knowing({KIM: free}), tuesdays.events).when(
        AssignFacilitator(clinician_id=KIM)
    ).then_happened(FacilitatorAssigned)


def test_facilitators_learn_when_the_group_meets_and_when_that_changes() -> None:
    told = [one for one in also(led(), SET).reactions() if one.template == "lead"]
    assert [one.recipient for one in told] == [ROBIN, SAM]
    assert {str(one.data["meets"]) for one in told} == {str(WHEN_IT_MEETS)}


WHEN_IT_MEETS = {
    "weekdays": [1],
    "starts": "18:00:00",
    "zone": "America/New_York",
    "length": "PT1H30M",
    "since": "2026-01-05",
}
SET = ScheduleSet(
    at=FORMED_AT,
    weekdays=(1,),
    starts=time(18),
    zone="America/New_York",
    length=timedelta(minutes=90),
    since=date(2026, 1, 5),
)


def test_a_successor_comes_before_a_facilitator_goes() -> None:
    relieved = meeting().when(relieve(ROBIN, KIM))
    relieved.then(
        FacilitatorAssigned(at=FORMED_AT, clinician_id=KIM),
        FacilitatorRelieved(at=FORMED_AT, clinician_id=ROBIN, reason="Moves away", successor=KIM),
    )
    assert relieved.and_given().state.facilitators == (SAM, KIM)
    assert relieved.and_given().reactions() == [
        tell(ROBIN, "step_down", name=f"step_down {ROBIN}", group_id=ITSELF)
    ]


def test_a_successor_is_trained_and_somebody_else() -> None:
    meeting().when(relieve(ROBIN, ALEX)).then_rejected("not_credentialed")
    meeting().when(relieve(ROBIN, SAM)).then_rejected("already_facilitator")
    meeting().when(relieve(KIM, ALEX)).then_rejected("not_a_facilitator", "not_credentialed")


def test_a_group_without_sessions_left_may_lose_its_facilitators_and_looks_for_others() -> None:
    relieved = led().when(relieve(ROBIN))
    relieved.then_happened(FacilitatorRelieved, TaskOpened)
    alone = relieved.and_given()
    assert [task.kind for task in alone.state.tasks] == ["find_facilitators"]
    alone.when(relieve(SAM)).then_happened(FacilitatorRelieved)


def test_a_cohort_that_is_over_lets_its_facilitators_go() -> None:
    cohort = meeting("introduction")
    over = also(cohort, *(one for n in range(1, 7) for one in (opened(session=n), held(n))))
    over.when(relieve(ROBIN)).then_happened(FacilitatorRelieved, TaskOpened)


def test_only_facilitators_can_be_relieved() -> None:
    led().when(relieve(KIM)).then_rejected("not_a_facilitator")
    formed().when(relieve(KIM)).then_rejected("no_facilitator")


def test_a_trained_substitute_stands_in_for_one_session() -> None:
    """Demand 10: a trained substitute may stand in, and that is recorded."""
    named = meeting().when(substitute(KIM))
    named.then(SubstituteNamed(at=FORMED_AT, session=1, clinician_id=KIM, instead_of=ROBIN))
    group = also(named.and_given(), *members(1))
    group.when(opening(1, clinicians=(KIM, SAM)), at=tuesday(1)).then_state(
        facilitators=(ROBIN, SAM)
    )
    group.when(opening(1, session=2, clinicians=(KIM, SAM)), at=tuesday(2)).then_rejected(
        "not_a_facilitator"
    )


def test_the_substitute_may_be_exchanged() -> None:
    known = {KIM: qualified("FL"), ALEX: qualified("FL")}
    group = Given(meeting().specification.knowing(known), meeting().events)
    named = group.when(substitute(KIM)).and_given().when(substitute(ALEX)).and_given()
    named.when(opening(clinicians=(KIM, SAM)), at=tuesday(1)).then_rejected("not_a_facilitator")


@pytest.mark.parametrize(
    ("clinician_id", "instead_of", "code"),
    [
        (ALEX, ROBIN, "not_credentialed"),
        (SAM, ROBIN, "already_facilitator"),
        (KIM, ALEX, "not_a_facilitator"),
    ],
)
def test_a_substitute_is_trained_and_replaces_a_facilitator(
    clinician_id: str, instead_of: str, code: str
) -> None:
    meeting().when(substitute(clinician_id, instead_of=instead_of)).then_rejected(code)


def test_nobody_stands_in_for_two() -> None:
    named = meeting().when(substitute(KIM)).and_given()
    named.when(substitute(KIM, instead_of=SAM)).then_rejected("already_substitute")
    named.when(substitute(KIM)).then_happened(SubstituteNamed)


def test_a_substitute_is_trained_on_the_day_of_the_session() -> None:
    until_the_day_before = {KIM: qualified("FL", until=date(2026, 1, 12))}
    group = Given(meeting().specification.knowing(until_the_day_before), meeting().events)
    group.when(substitute(KIM, session=1)).then_happened(SubstituteNamed)
    group.when(substitute(KIM, session=2)).then_rejected("not_credentialed")


def test_a_substitute_is_named_for_a_session_to_come() -> None:
    meeting().when(substitute(KIM, session=99)).then_rejected("unknown_session")
    also(meeting(), opened()).when(substitute(KIM), at=tuesday(1) + DAY).then_rejected(
        "session_already_opened"
    )


def test_decisions_on_facilitators_rely_on_their_qualifications() -> None:
    state = led().state
    asked = [
        GROUP.needs(state, AssignFacilitator(clinician_id=KIM)),
        GROUP.needs(state, substitute(KIM)),
        GROUP.needs(state, relieve(ROBIN, KIM)),
    ]
    ahead = [Reference(kind="clinician", name=one) for one in (ROBIN, SAM, KIM)]
    assert asked == [ahead] * 3
    assert GROUP.needs(state, relieve(ROBIN)) == ahead[:2]


def test_two_facilitators_stay_while_sessions_are_left_or_will_be_planned() -> None:
    """Demand 10: a cohort plans no more, and a group without sessions may plan others."""
    cohort = meeting("introduction")
    assert cohort.state.plan_at is None
    cohort.when(relieve(ROBIN)).then_rejected("too_few_facilitators")
    cancelled = [
        SessionCancelled(at=FORMED_AT, session=one.number, reason="Storm")
        for one in meeting().state.sessions
    ]
    also(meeting(), *cancelled).when(relieve(ROBIN)).then_rejected("too_few_facilitators")


def test_a_cohort_is_over_once_all_its_sessions_were_held() -> None:
    cohort = meeting("introduction")
    five = also(cohort, *(one for n in range(1, 6) for one in (opened(session=n), held(n))))
    storm = SessionCancelled(at=tuesday(6), session=6, reason="Storm")
    assert not also(five, storm).state.is_over
    assert also(five, opened(session=6), held(6)).state.is_over


def test_each_facilitator_may_have_a_substitute_of_their_own() -> None:
    known = {KIM: qualified("FL"), ALEX: qualified("FL")}
    group = Given(meeting().specification.knowing(known), meeting().events)
    named = group.when(substitute(KIM)).and_given()
    named.when(substitute(ALEX, instead_of=SAM)).then_happened(SubstituteNamed)
