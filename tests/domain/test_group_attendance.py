"""After a session: who attended, what is noted, and who is told."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from domain.commands.group import (
    Attended,
    CancelSession,
    CompleteTask,
    HoldSession,
    LogIncident,
    ReleaseSeat,
    ReportConcern,
)
from domain.decider import ITSELF, tell
from domain.events.group import (
    ConcernRaised,
    IncidentLogged,
    MemberAdmitted,
    MemberNotAdmitted,
    SeatReleased,
    SessionCancelled,
    SessionHeld,
    SessionsPlanned,
    SubstituteNamed,
    TaskCompleted,
)
from domain.events.presence import Admission, Presence, Refusal
from domain.group import Group
from tests.domain.groups import (
    ALEX,
    DAY,
    FORMED_AT,
    HOUR,
    KIM,
    LENGTH,
    MINUTE,
    ROBIN,
    SAM,
    also,
    held,
    joined,
    meeting,
    members,
    opened,
    patient,
    tuesday,
)
from tests.domain.specification import Given, of_type
from tests.domain.test_group_calendar import told_by

TAKEN_OUT = "cancel_group_session"
SECOND = timedelta(seconds=1)
START = tuesday(1)
END = START + LENGTH


def note(number: int, **fields: Any) -> Attended:
    return Attended(pathway_id=patient(number), **fields)


def hold(*attendance: Attended, session: int = 1, **fields: Any) -> HoldSession:
    return HoldSession(session=session, attendance=attendance, **fields)


def presences(given: Given[Group], *attendance: Attended) -> dict[str, Presence]:
    session = given.when(hold(*attendance), at=END).events[0]
    assert isinstance(session, SessionHeld)
    return {one.pathway_id: one for one in session.presences}


def running(*admitted: int) -> Given[Group]:
    """Patients 1, 2 and 3 are members, and those admitted take part in the first session."""
    return also(meeting(), *members(1, 2, 3), opened(*admitted))


def admitted_late(number: int, late_by: timedelta) -> MemberAdmitted:
    admission = Admission(pathway_id=patient(number), location="FL", late_by=late_by)
    return MemberAdmitted(at=START + late_by, session=1, admission=admission)


def turned_away(number: int) -> MemberNotAdmitted:
    refusal = Refusal(pathway_id=patient(number), location=None, reasons=("consent_missing",))
    return MemberNotAdmitted(at=START, session=1, refusal=refusal)


def test_whoever_was_admitted_attended_and_everybody_else_missed_it() -> None:
    session = running(1, 2).when(hold(), at=END).events[0]
    assert session == SessionHeld(
        at=END,
        session=1,
        held_at=START,
        length=LENGTH,
        clinicians=(ROBIN, SAM),
        presences=(
            Presence(pathway_id=patient(1), attendance="attended", location="FL"),
            Presence(pathway_id=patient(2), attendance="attended", location="FL"),
            Presence(pathway_id=patient(3), attendance="missed"),
        ),
        not_admitted=(),
    )


@pytest.mark.parametrize(("minutes", "attendance"), [(15, "attended"), (16, "late")])
def test_more_than_fifteen_minutes_late_is_recorded_as_late(minutes: int, attendance: str) -> None:
    """Policy: over 15 minutes late is recorded."""
    late_by = timedelta(minutes=minutes)
    came = presences(also(running(1), admitted_late(2, late_by)))[patient(2)]
    assert (came.attendance, came.late_by) == (attendance, late_by)
    noted = presences(running(1), note(1, late_by=late_by))[patient(1)]
    assert (noted.attendance, noted.late_by) == (attendance, late_by)


def test_what_a_facilitator_notes_of_lateness_goes_before_the_time_of_joining() -> None:
    given = also(running(1), admitted_late(2, timedelta(minutes=20)))
    came = presences(given, note(2, late_by=timedelta(minutes=5)))[patient(2)]
    assert (came.attendance, came.late_by) == ("attended", timedelta(minutes=5))


@pytest.mark.parametrize(
    ("notice", "attendance"),
    [(timedelta(hours=24), "excused"), (timedelta(hours=23, minutes=59), "missed")],
)
def test_notice_under_a_day_counts_as_missed(notice: timedelta, attendance: str) -> None:
    """Policy: notice under 24 h counts as missed."""
    absent = presences(running(1), note(2, notice_at=START - notice))[patient(2)]
    assert (absent.attendance, absent.notice_at) == (attendance, START - notice)


def test_participation_is_noted_and_never_scored() -> None:
    """Demand 11: turn-taking may be noted as participation, never as a score."""
    came = presences(running(1), note(1, participation="spoke_little"))[patient(1)]
    assert came.participation == "spoke_little"
    with pytest.raises(ValidationError):
        note(1, participation="7")
    with pytest.raises(ValidationError):
        note(1, participation=7)


def test_whoever_came_and_was_turned_away_did_not_miss_the_session() -> None:
    given = also(running(1), turned_away(2))
    session = given.when(hold(), at=END).events[0]
    assert isinstance(session, SessionHeld)
    assert [one.pathway_id for one in session.presences] == [patient(1), patient(3)]
    assert [one.pathway_id for one in session.not_admitted] == [patient(2)]


def test_whoever_became_a_member_after_the_start_was_not_expected() -> None:
    given = also(running(1), joined(4, START + HOUR))
    assert patient(4) not in presences(given)
    on_time = also(running(1), joined(4, START))
    assert presences(on_time)[patient(4)].attendance == "missed"


def test_whoever_took_part_and_then_left_the_group_attended() -> None:
    left = running(1, 2).when(ReleaseSeat(pathway_id=patient(1), reason="left"), at=START + HOUR)
    assert presences(left.and_given())[patient(1)].attendance == "attended"


@pytest.mark.parametrize(
    ("noted", "code"),
    [
        (note(1, notice_at=START - DAY), "notice_and_attended"),
        (note(2, late_by=timedelta(minutes=20)), "not_admitted"),
        (note(2, participation="listened"), "not_admitted"),
        (note(1, late_by=LENGTH), "later_than_session"),
        (note(2, notice_at=START + MINUTE), "notice_after_session"),
        (note(9), "not_a_member"),
    ],
)
def test_what_contradicts_who_was_there_is_refused(noted: Attended, code: str) -> None:
    running(1).when(hold(noted), at=END).then_rejected(code)


def test_nobody_is_noted_twice() -> None:
    running(1).when(hold(note(1), note(1)), at=END).then_rejected("patient_named_twice")


@pytest.mark.parametrize(
    ("at", "code"), [(START - MINUTE, "session_not_begun"), (START - HOUR, "before_opening")]
)
def test_a_session_ends_after_it_began(at: datetime, code: str) -> None:
    early = also(meeting(), opened(1).model_copy(update={"at": START - 10 * MINUTE}))
    reasons = {one.code for one in early.when(hold(), at=at).reasons}
    assert code in reasons


def test_a_session_is_not_held_in_the_minute_it_starts() -> None:
    """Policy: it lasts at least as long as somebody may come and not be late."""
    given = running(1)
    for at in (START, START + 15 * MINUTE - SECOND):
        given.when(hold(), at=at).then_rejected("session_too_short")
        [blocked] = given.permitted("hold_session", at=at, session=1).blocked_by
        assert blocked.code == "session_too_short"
    assert given.permitted("hold_session", at=START + 15 * MINUTE, session=1).open
    given.when(hold(), at=START + 15 * MINUTE).then_happened(SessionHeld, SessionsPlanned)


def test_a_session_that_is_broken_off_is_cancelled_with_the_reason() -> None:
    """Whoever was there has it in the calendar no more, members or not."""
    left = SeatReleased(at=START, pathway_id=patient(1), reason="left", member=True)
    given = also(running(1), left)
    assert given.permitted("cancel_session", at=START, session=1).open
    ended = given.when(CancelSession(session=1, reason="The line broke down"), at=START + MINUTE)
    ended.then_happened(SessionCancelled)
    told = [one.recipient for one in told_by(ended.and_given()) if one.template == TAKEN_OUT]
    assert told == [patient(2), patient(3), patient(1)]
    ended.and_given().when(hold(), at=END).then_rejected("session_cancelled", "no_session_open")


def test_what_the_coming_week_would_plan_is_said_with_the_session() -> None:
    """So a member's pathway hears once a week of both, and the clock plans nothing then."""
    given = running(1)
    held_one = given.when(hold(), at=END)
    held_one.then_happened(SessionHeld, SessionsPlanned)
    by_the_clock = given.when_due("plan_sessions").and_given().state
    with_the_session = held_one.and_given().state
    assert with_the_session.upcoming(END) == by_the_clock.upcoming(END)
    assert with_the_session.plan_at == by_the_clock.plan_at


def test_only_an_open_session_is_held() -> None:
    meeting().when(hold(), at=END).then_rejected("session_not_opened", "no_session_open")
    also(running(1), held()).when(hold(), at=END).then_rejected(
        "session_already_held", "no_session_open"
    )
    running(1).when(hold(session=99), at=END).then_rejected("unknown_session")


def test_a_session_may_be_entered_the_next_day() -> None:
    session = running(1).when(hold(at=END), at=END + DAY).events[0]
    assert session.at == END
    running(1).when(hold(at=END + DAY), at=END).then_rejected("in_the_future")


def test_each_member_s_pathway_learns_how_the_patient_attended() -> None:
    given = also(running(1), admitted_late(2, timedelta(minutes=20)))
    session = given.when(hold(note(3, notice_at=START - DAY)), at=END).events[0]
    came, late, absent = also(given, session).reactions()
    assert came == tell(
        patient(1),
        "record_group_session",
        name=f"record_group_session {patient(1)}",
        group_id=ITSELF,
        session=1,
        held_at=START.isoformat(),
        length=5400.0,
        attended=True,
        late_by=0.0,
        notice_at=None,
        location="FL",
        modality="virtual",
        clinicians=[ROBIN, SAM],
        note=None,
        kind="group",
    )
    assert (late.data["attended"], late.data["late_by"]) == (True, 1200.0)
    assert (absent.data["attended"], absent.data["location"]) == (False, None)
    assert absent.data["notice_at"] == (START - DAY).isoformat()


def test_each_member_s_session_points_to_its_progress_note() -> None:
    """Law: 45 CFR 164.501: no note enters the log, a pointer does."""
    session = running(1).when(hold(note(1, note="note-1"), note(3, note="note-3")), at=END)
    [held_] = of_type(session.events, SessionHeld)
    found = {one.pathway_id: one.note for one in held_.presences}
    assert found == {patient(1): "note-1", patient(2): None, patient(3): "note-3"}
    told = also(running(1), held_).reactions()
    assert {one.recipient: one.data["note"] for one in told} == found
    with pytest.raises(ValidationError):
        note(1, note="He cried for ten minutes")


def test_a_member_s_pathway_learns_that_the_patient_could_not_join() -> None:
    given = also(running(1), turned_away(2), turned_away(9))
    session = given.when(hold(), at=END).events[0]
    told = also(given, session).reactions()
    [refusal] = [one for one in told if one.template == "record_not_admitted"]
    assert refusal.recipient == patient(2)
    assert refusal.data == {
        "group_id": ITSELF,
        "session": 1,
        "held_at": START.isoformat(),
        "reasons": ["consent_missing"],
    }


def test_holding_a_session_settles_the_question_whether_it_was_held() -> None:
    asked = running(1).when_due("record_session").and_given()
    [task] = [one for one in asked.state.tasks if one.kind == "record_session"]
    asked.when(CompleteTask(task=task.number, outcome="Held")).then_rejected("do_the_task")
    done = asked.when(hold(at=END))
    done.then_happened(SessionHeld, TaskCompleted, SessionsPlanned)


@pytest.mark.parametrize("level", ["low", "moderate", "high"])
def test_a_facilitator_s_concern_goes_to_the_patient_s_pathway(level: Any) -> None:
    """Safety: an escalation is opened by a facilitator during a session."""
    concern = ReportConcern(session=1, pathway_id=patient(1), level=level)
    raised = running(1).when(concern, at=START + HOUR)
    raised.then(ConcernRaised(at=START + HOUR, session=1, pathway_id=patient(1), level=level))
    assert raised.and_given().reactions() == [
        tell(
            patient(1),
            "raise_concern",
            name=f"raise_concern {patient(1)}",
            source="facilitator",
            level=level,
            at=(START + HOUR).isoformat(),
        )
    ]


def test_a_concern_may_be_about_a_member_who_did_not_come_and_raised_afterwards() -> None:
    absent = ReportConcern(session=1, pathway_id=patient(3), level="high")
    running(1).when(absent, at=END).then_happened(ConcernRaised)
    also(running(1), held()).when(absent, at=END + DAY).then_happened(ConcernRaised)


def test_who_took_part_is_remembered_of_the_latest_session_only() -> None:
    """A group that goes on for years does not grow with every session."""
    left = ReleaseSeat(pathway_id=patient(1), reason="left")
    after = also(running(1), held(1)).when(left).and_given()
    concern = ReportConcern(session=1, pathway_id=patient(1), level="low")
    after.when(concern, at=END).then_happened(ConcernRaised)
    later = also(after, opened(2, session=2), held(2))
    later.when(concern).then_rejected("not_a_member")
    assert [len(one.admitted) for one in later.state.sessions][:2] == [0, 1]


def test_a_concern_is_about_a_patient_of_the_group() -> None:
    stranger = ReportConcern(session=1, pathway_id=patient(9), level="high")
    running(1).when(stranger, at=END).then_rejected("not_a_member")
    stranger_elsewhere = ReportConcern(session=99, pathway_id=patient(9), level="high")
    running(1).when(stranger_elsewhere, at=END).then_rejected("unknown_session", "not_a_member")


@pytest.mark.parametrize("category", ["emotionally_charged_event", "alliance_rupture"])
def test_an_incident_is_a_category_and_a_pointer_to_the_note(category: Any) -> None:
    """Demand 11: category and pointer to the clinical note, not the note."""
    incident = LogIncident(session=1, category=category, note="note-4711")
    running(1).when(incident, at=START + HOUR).then(
        IncidentLogged(at=START + HOUR, session=1, category=category, note="note-4711")
    )
    also(running(1), held()).when(incident, at=END + DAY).then_happened(IncidentLogged)


@pytest.mark.parametrize("written", ["He cried for ten minutes", "", "-1", "a" * 61])
def test_no_text_of_a_note_is_taken(written: str) -> None:
    with pytest.raises(ValidationError):
        LogIncident(session=1, category="other", note=written)


def test_nothing_happens_in_a_session_that_was_not_opened() -> None:
    incident = LogIncident(session=1, category="other", note="note-1")
    concern = ReportConcern(session=1, pathway_id=patient(1), level="low")
    group = also(meeting(), *members(1))
    group.when(incident, at=END).then_rejected("session_not_opened", "no_session_met")
    group.when(concern, at=END).then_rejected("session_not_opened", "no_session_met")
    before = LogIncident(session=1, category="other", note="note-1", at=START - HOUR)
    running(1).when(before, at=END).then_rejected("before_opening")


def test_nothing_is_remembered_of_who_was_at_a_session_before_the_latest() -> None:
    named = [
        SubstituteNamed(at=FORMED_AT, session=1, clinician_id=one, instead_of=ROBIN)
        for one in (KIM, ALEX)
    ]
    seen = also(meeting(), *named, *running(1).events[-4:], turned_away(2), held(1))
    first, *_ = seen.state.sessions
    assert first.stood_in == (KIM,)
    assert [first.clinicians, len(first.not_admitted)] == [(ROBIN, SAM), 1]
    first, *_ = also(seen, opened(2, session=2), held(2)).state.sessions
    nobody = (first.clinicians, first.not_admitted, first.substitutions, first.stood_in)
    assert nobody == ((), (), (), ())


def test_who_stands_in_for_another_has_replaced_nobody_else() -> None:
    named = [
        SubstituteNamed(at=FORMED_AT, session=1, clinician_id=one, instead_of=instead_of)
        for one, instead_of in ((KIM, ROBIN), (ALEX, SAM))
    ]
    first, *_ = also(meeting(), *named).state.sessions
    assert (len(first.substitutions), first.stood_in) == (2, ())


def test_notice_in_the_minute_of_the_start_is_notice() -> None:
    held_then = running(1).when(hold(note(2, notice_at=START)), at=END)
    assert isinstance(held_then.events[0], SessionHeld)
