"""A clinician is in one session at a time: what a group and the clinician's record do for it."""

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import count
from uuid import uuid5

import pytest

from domain.clinician.state import Clinician, Leading
from domain.commands.base import MeetDeadline
from domain.commands.group import CompleteTask, NameSubstitute, RescheduleSession
from domain.decider import ITSELF, Reference, Rejected, tell
from domain.events.group import (
    EffectSettled,
    FacilitatorConfirmed,
    SessionOpened,
    SessionRescheduled,
    SessionsPlanned,
    TaskCompleted,
    TaskOpened,
)
from domain.group import GROUP, Group
from domain.simulation import Clinic
from domain.weekly import Weekly
from tests.domain.groups import (
    DAY,
    FORMED_AT,
    HOUR,
    KIM,
    OTHER_GROUP,
    ROBIN,
    SAM,
    TUESDAYS,
    WEEK,
    also,
    led,
    meeting,
    members,
    opening,
    qualified,
    tuesday,
)
from tests.domain.histories import IN_GROUPS, ny
from tests.domain.specification import COMMAND_ID, COORDINATOR, Given, of_type
from tests.domain.test_group_forming import settling

WEEKLY = Weekly(
    weekdays=(1,),
    starts=time(18),
    zone="America/New_York",
    length=timedelta(minutes=90),
    since=date(2026, 1, 5),
)
OWN_GROUP = "group-00000000-0000-4000-8000-000000000001"


def knowing(given: Given[Group], clinician_id: str, **leading: Weekly) -> Given[Group]:
    """The clinician leads these groups, and each is called as here."""
    led_now = tuple(Leading(group_id=one, meets=meets) for one, meets in leading.items())
    facts = qualified("FL").model_copy(update={"leading": led_now})
    return Given(given.specification.knowing({clinician_id: facts}), given.events)


def wednesdays(**changes: object) -> Weekly:
    return WEEKLY.model_copy(update={"weekdays": (2,), **changes})


def test_a_session_is_not_moved_to_where_its_facilitator_leads_another_group() -> None:
    """Demand 10: each of two facilitators is in one room only."""
    group = knowing(meeting(), ROBIN, theirs=wednesdays())
    clash = RescheduleSession(session=1, starts_at=tuesday(1) + DAY + HOUR)
    refused = group.when(clash).then_rejected("leads_elsewhere")
    assert ROBIN in refused.reasons[0].message
    assert "theirs" in refused.reasons[0].message
    after = RescheduleSession(session=1, starts_at=tuesday(1) + DAY + 2 * HOUR)
    group.when(after).then_happened(SessionRescheduled)


def test_whoever_stands_in_is_asked_and_not_whom_they_replace() -> None:
    stand_in = NameSubstitute(session=1, clinician_id=KIM, instead_of=ROBIN)
    named = meeting().when(stand_in).and_given()
    to_wednesday = RescheduleSession(session=1, starts_at=tuesday(1) + DAY)
    assert GROUP.needs(named.state, to_wednesday) == [
        Reference(kind="clinician", name=KIM),
        Reference(kind="clinician", name=SAM),
    ]
    assert GROUP.needs(named.state, RescheduleSession(session=99, starts_at=tuesday(1))) == []
    knowing(named, ROBIN, theirs=wednesdays()).when(to_wednesday).then_happened(SessionRescheduled)
    knowing(named, KIM, theirs=wednesdays()).when(to_wednesday).then_rejected("leads_elsewhere")


def test_the_groups_own_time_is_no_other_group() -> None:
    """A session may be moved by half an hour, also after the schedule changed."""
    half_an_hour_later = RescheduleSession(session=1, starts_at=tuesday(1) + timedelta(minutes=30))
    knowing(meeting(), ROBIN, own=WEEKLY).when(half_an_hour_later).then_happened(SessionRescheduled)
    changed = TUESDAYS.model_copy(update={"weekdays": (2,), "since": date(2026, 1, 20)})
    moved = meeting().when(changed, at=FORMED_AT + WEEK).and_given()
    ahead = moved.state.upcoming(FORMED_AT + WEEK)[0]
    to_tuesday = RescheduleSession(session=ahead.number, starts_at=ahead.starts_at - DAY)
    knowing(moved, ROBIN, own=WEEKLY).when(to_tuesday).then_happened(SessionRescheduled)
    other = WEEKLY.model_copy(update={"since": date(2025, 1, 7)})
    knowing(moved, ROBIN, other=other).when(to_tuesday).then_rejected("leads_elsewhere")


def test_no_session_opens_with_somebody_who_leads_another_group_then() -> None:
    """Demand 10: each of two facilitators is in one room only."""
    busy = knowing(meeting(), ROBIN, theirs=WEEKLY.model_copy(update={"starts": time(17)}))
    busy.when(opening(), at=tuesday(1)).then_rejected("leads_elsewhere")
    shown = busy.permitted("open_session", at=tuesday(1), session=1)
    assert [one.code for one in shown.blocked_by] == ["leads_elsewhere"]
    free = knowing(meeting(), ROBIN, theirs=WEEKLY.model_copy(update={"starts": time(16, 30)}))
    assert free.permitted("open_session", at=tuesday(1), session=1).open
    free.when(opening(), at=tuesday(1)).then_happened(SessionOpened)


def test_what_is_shown_asks_nobody_of_whom_nothing_is_known() -> None:
    group = meeting()
    context = group.context(tuesday(1))
    context = replace(context, references={})
    found = GROUP.permitted(group.state, context)
    assert next(one for one in found if one.command == "open_session").open


def test_a_refused_facilitator_is_told_again_once_somebody_has_seen_to_it() -> None:
    refused = meeting().when(settling(f"lead {ROBIN}")).and_given()
    [task] = [one for one in refused.state.tasks if one.kind == "confirm_facilitator"]
    seen_to = refused.when(CompleteTask(task=task.number, outcome="The other group has moved"))
    seen_to.then(
        TaskCompleted(at=FORMED_AT, task=task.number, outcome="The other group has moved"),
        FacilitatorConfirmed(at=FORMED_AT, clinician_id=ROBIN),
    )
    [told] = seen_to.and_given().reactions()
    assert (told.recipient, told.template) == (ROBIN, "lead")
    assert told.data["meets"] == WEEKLY.model_dump(mode="json", exclude_none=True)
    again = seen_to.and_given().when(settling(f"lead {ROBIN}"))
    again.then_happened(EffectSettled, TaskOpened)


def test_a_task_about_somebody_who_only_stands_in_tells_nobody_to_lead() -> None:
    kim = settling(f"lead {KIM}")
    done = meeting().when(kim).and_given().when(CompleteTask(task=2, outcome="Asked"))
    done.then_happened(TaskCompleted)


def test_who_cannot_come_at_that_time_still_leads_the_group() -> None:
    """Until somebody has seen to it nobody takes them out of service."""
    busy = settling(f"lead {ROBIN}").model_copy(update={"reasons": ("leads_elsewhere",)})
    settled = meeting().when(busy).then_happened(EffectSettled, TaskOpened)
    [event, *_] = of_type(settled.events, EffectSettled)
    told = GROUP.reactions(settled.and_given().state, event)
    assert told == [tell(ROBIN, "lead", name=f"lead {ROBIN}", group_id=ITSELF)]
    for other in (
        settling(f"lead {ROBIN}"),
        settling(f"lead {KIM}").model_copy(update={"reasons": ("leads_elsewhere",)}),
        settling(f"step_down {ROBIN}").model_copy(update={"reasons": ("leads_elsewhere",)}),
    ):
        [event] = of_type(meeting().when(other).events, EffectSettled)
        assert GROUP.reactions(meeting().state, event) == []


def test_facilitators_learn_the_last_day_of_a_cohort_once_it_is_planned() -> None:
    cohort = meeting("introduction")
    [planned] = of_type(cohort.events, SessionsPlanned)
    told = [o for o in GROUP.reactions(cohort.state, planned) if o.template == "lead"]
    assert [one.recipient for one in told] == [ROBIN, SAM]
    last = cohort.state.taking_place[-1].day
    assert {str(one.data["meets"]) for one in told} == {
        str({**WEEKLY.model_dump(mode="json", exclude_none=True), "until": last.isoformat()})
    }
    ongoing = meeting()
    [more] = of_type(ongoing.events, SessionsPlanned)
    assert [o for o in GROUP.reactions(ongoing.state, more) if o.template == "lead"] == []


def test_a_group_with_a_last_day_says_so_from_the_beginning() -> None:
    ends = led(last_on=date(2026, 6, 30)).when(TUESDAYS).and_given()
    assert ends.state.meets == WEEKLY.model_copy(update={"until": date(2026, 6, 30)})
    assert meeting().state.meets == WEEKLY
    assert led().state.meets is None


@pytest.mark.parametrize(("until", "meets"), [("2026-01-13", True), ("2026-01-12", False)])
def test_a_weekly_time_is_over_after_its_last_day(until: str, meets: bool) -> None:
    over = WEEKLY.model_copy(update={"until": date.fromisoformat(until)})
    assert over.occupies(tuesday(2), HOUR) is meets
    assert over.overlaps(WEEKLY, date(2026, 1, 13)) is meets
    assert WEEKLY.overlaps(over, date(2026, 1, 13)) is meets


def a_clinic() -> Clinic:
    """Robin and Sam, trained, and two introductory groups that both lead; one has its hour."""
    numbers = count()
    programmes = {IN_GROUPS.label: IN_GROUPS}
    clinic = Clinic(programmes, FORMED_AT, lambda: uuid5(COMMAND_ID, str(next(numbers))))
    held = {"number": "A-1", "since": "2025-01-01", "until": "2029-01-01"}
    for one in (ROBIN, SAM):
        clinic.submit(one, "register", COORDINATOR, programme=IN_GROUPS.label, name="Robin Example")
        clinic.submit(one, "record_credential", COORDINATOR, kind="mbt", **held)
    for one in (OTHER_GROUP, OWN_GROUP):
        asked = {"kind": "introduction", "modality": "virtual", "first_on": date(2026, 1, 5)}
        clinic.submit(one, "form", COORDINATOR, programme=IN_GROUPS.label, **asked)
        for clinician_id in (ROBIN, SAM):
            clinic.submit(one, "assign_facilitator", COORDINATOR, clinician_id=clinician_id)
    clinic.submit(OTHER_GROUP, "schedule", COORDINATOR, **TUESDAYS.model_dump())
    return clinic


def robin_in(clinic: Clinic) -> Clinician:
    state: Clinician = clinic.entity(ROBIN).state
    return state


def test_no_group_comes_to_meet_when_one_of_its_facilitators_leads_another() -> None:
    """Demand 10: it is refused at once, with everybody who is elsewhere then."""
    clinic = a_clinic()
    with pytest.raises(Rejected) as refused:
        clinic.submit(OWN_GROUP, "schedule", COORDINATOR, **TUESDAYS.model_dump())
    assert [one.code for one in refused.value.reasons] == ["leads_elsewhere"] * 2
    assert all(OTHER_GROUP in one.message for one in refused.value.reasons)
    assert [one.group_id for one in robin_in(clinic).leading] == [OTHER_GROUP]
    assert robin_in(clinic).groups == (OTHER_GROUP, OWN_GROUP)
    moved = TUESDAYS.model_copy(update={"weekdays": (3,)})
    clinic.submit(OTHER_GROUP, "schedule", COORDINATOR, **moved.model_dump())
    clinic.submit(OWN_GROUP, "schedule", COORDINATOR, **TUESDAYS.model_dump())
    assert {one.group_id: one.meets.weekdays for one in robin_in(clinic).leading} == {
        OTHER_GROUP: (3,),
        OWN_GROUP: (1,),
    }
    assert clinic.entity(OWN_GROUP).state.tasks == ()


def test_nobody_is_taken_out_of_service_while_leading_a_group_that_has_no_hour_yet() -> None:
    clinic = a_clinic()
    clinic.submit(OTHER_GROUP, "close", COORDINATOR, reason="Over")
    assert clinic.entity(ROBIN).state.groups == (OWN_GROUP,)
    with pytest.raises(Rejected, match=OWN_GROUP):
        clinic.submit(ROBIN, "deactivate", COORDINATOR, reason="Moves away")


def test_after_a_cohorts_last_day_its_hour_is_free_for_another_group() -> None:
    clinic = a_clinic()
    clinic.submit(OWN_GROUP, "close", COORDINATOR, reason="Formed twice")
    last = clinic.entity(OTHER_GROUP).state.taking_place[-1].day
    next_one = "group-00000000-0000-4000-8000-000000000002"
    asked = {"kind": "introduction", "modality": "virtual", "first_on": last + DAY}
    clinic.submit(next_one, "form", COORDINATOR, programme=IN_GROUPS.label, **asked)
    clinic.submit(next_one, "assign_facilitator", COORDINATOR, clinician_id=ROBIN)
    clinic.submit(next_one, "schedule", COORDINATOR, **TUESDAYS.model_dump())
    assert [task.kind for task in clinic.entity(next_one).state.tasks] == ["find_facilitators"]
    assert next_one in [one.group_id for one in clinic.entity(ROBIN).state.leading]


@pytest.mark.parametrize(
    ("starts", "begins", "meets"),
    [
        (time(23), "2026-01-07 00:29", True),
        (time(23), "2026-01-07 00:30", False),
        (time(0, 30), "2026-01-05 23:31", True),
        (time(0, 30), "2026-01-05 23:30", False),
    ],
)
def test_what_goes_past_midnight_meets_what_is_on_the_other_side(
    starts: time, begins: str, *, meets: bool
) -> None:
    nightly = WEEKLY.model_copy(update={"starts": starts})
    assert nightly.occupies(ny(begins), HOUR) is meets


def test_while_a_cohort_is_still_to_be_planned_nobody_learns_a_last_day() -> None:
    schedule = TUESDAYS.model_copy(update={"since": date(2026, 2, 17)})
    cohort = led("introduction").when(schedule).and_given()
    [planned] = of_type(cohort.events, SessionsPlanned)
    assert planned.next_at is not None
    told = GROUP.reactions(cohort.state, planned)
    assert [one for one in told if one.template == "lead"] == []


def test_what_somebody_has_seen_to_of_one_facilitator_says_nothing_of_the_other() -> None:
    both = meeting()
    for one in (ROBIN, SAM):
        both = both.when(settling(f"lead {one}")).and_given()
    [first, _] = [one for one in both.state.tasks if one.kind == "confirm_facilitator"]
    done = both.when(CompleteTask(task=first.number, outcome="Asked"))
    assert [one.clinician_id for one in of_type(done.events, FacilitatorConfirmed)] == [ROBIN]


def test_planning_further_asks_for_nothing_of_the_members() -> None:
    planning = MeetDeadline(kind="plan_sessions", subject="calendar", at=FORMED_AT)
    asked = GROUP.needs(also(meeting(), *members(1, 2)).state, planning)
    assert {one.kind for one in asked} == {"clinician"}


def test_before_its_first_day_a_weekly_time_meets_nothing() -> None:
    assert WEEKLY.occupies(tuesday(1), HOUR)
    assert not WEEKLY.occupies(tuesday(0), HOUR)
