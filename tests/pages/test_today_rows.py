"""What Today is made of, without a browser: clocks, urgency, whose work, marks, answers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.actor import Actor
from domain.decider import Reason
from projections.clinicians.rows import ClinicianRow
from projections.worklist.reading import Place, ToDo
from web.errors import BadRequest
from web.pages.addresses import form_of
from web.pages.today_answering import Question, answers_to
from web.pages.today_clock import clock_of
from web.pages.today_people import team_of
from web.pages.today_rows import grouped, row
from web.pages.today_sought import Sought, mark, owners_of, place
from web.pages.transitions import Step
from web.person import Person

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
PATHWAY = "pathway-7a609683-ceaf-4915-8885-64e88216858f"
ANA, BO, CY = (f"clinician-00000000-0000-4000-8000-00000000000{one}" for one in (1, 2, 3))


def clinician(clinician_id: str, *groups: str) -> ClinicianRow:
    return ClinicianRow(
        clinician_id, clinician_id[-1], "active", None, None, None, (), 0, None, (), groups, ()
    )


PEOPLE = {one.clinician_id: one for one in (clinician(ANA, "g"), clinician(BO, "g"), clinician(CY))}
ANA_HERSELF = Person(actor=Actor(subject=ANA, role="clinician"), clinician_id=ANA)
OFFICE = Person(actor=Actor(subject="office", role="coordinator"))


def to_do(due_at: datetime, item: str = "task-1", source: str = "task") -> ToDo:
    return ToDo(
        entity_id=PATHWAY,
        item=item,
        source=source,  # type: ignore[arg-type] # one of the sources
        kind="progress_review",
        subject_pathway_id=PATHWAY,
        programme="mbt-g@1",
        owner=ANA,
        role="clinician",
        opened_at=NOW - timedelta(minutes=5),
        due_at=due_at,
        clock=None,
        level=None,
        about=None,
        why="It is time to review progress.",
        patient_name="Ives, Ada",
        phase="ongoing",
    )


@pytest.mark.parametrize(
    ("left", "words", "pace", "ring"),
    [
        (timedelta(minutes=55), "55 min left", "running", 92),
        (timedelta(minutes=14), "14 min left", "soon", 23),
        (timedelta(seconds=20), "under 1 min left", "soon", 1),
        (timedelta(0), "under 1 min over", "over", 0),
        (timedelta(minutes=-95), "1 h 35 min over", "over", 0),
    ],
)
def test_a_clock_tells_what_is_left_in_words_and_as_a_ring(
    left: timedelta, words: str, pace: str, ring: int
) -> None:
    due_at = NOW + left
    clock = clock_of(NOW + left - timedelta(hours=1), due_at, NOW)

    assert (clock.words, clock.pace, clock.left) == (words, pace, ring)


def test_risks_stand_before_everything_that_is_overdue_and_stand_there_once() -> None:
    risk = row(to_do(NOW + timedelta(minutes=10), "contact", "escalation"), PEOPLE, {}, NOW)
    late = row(to_do(NOW - timedelta(days=90)), PEOPLE, {}, NOW)

    groups = grouped([risk], [late, risk], NOW, NEW_YORK)

    assert [(one.title, one.rows) for one in groups] == [
        ("Risks to answer", (risk,)),
        ("Overdue", (late,)),
    ]


def test_today_ends_at_the_clinics_midnight() -> None:
    tonight = row(to_do(datetime(2026, 11, 24, 4, 59, tzinfo=UTC), "a"), PEOPLE, {}, NOW)
    tomorrow = row(to_do(datetime(2026, 11, 24, 5, 0, tzinfo=UTC), "b"), PEOPLE, {}, NOW)

    groups = grouped([], [tonight, tomorrow], NOW, NEW_YORK)

    assert [one.title for one in groups] == ["Due today", "In the next 7 days"]


def test_a_team_is_whoever_leads_a_group_with_me_and_what_my_role_is_to_take() -> None:
    assert team_of(ANA_HERSELF, PEOPLE) == (ANA, "clinician", BO)
    assert set(team_of(OFFICE, PEOPLE)) >= {"coordinator", "clinician", "facilitator"}


def test_whoever_sees_no_caseload_sees_nobody_elses_work() -> None:
    facilitator = Person(actor=Actor(subject=BO, role="facilitator"), clinician_id=BO)

    assert owners_of("mine", facilitator, PEOPLE) == (BO,)
    with pytest.raises(BadRequest, match="your own work"):
        owners_of(ANA, facilitator, PEOPLE)
    with pytest.raises(BadRequest, match="nobody of this id"):
        owners_of("somebody", OFFICE, PEOPLE)


def test_a_mark_leads_to_the_place_where_a_page_ended() -> None:
    item = to_do(NOW, "measures-week-4")

    assert place(mark(item)) == Place(NOW, PATHWAY, "measures-week-4")
    with pytest.raises(BadRequest):
        place("2026-11-23T15:00:00Z~Ada Ives~task-1")


def test_an_address_says_only_what_is_not_usual() -> None:
    assert Sought(after="somewhere").address() == "/today"
    assert Sought(owner="all", due="ever").address(due="overdue") == "/today?owner=all&due=overdue"


def step(command: str, *blocked_by: Reason, **preset: object) -> Step:
    return Step(command, command, form_of(PATHWAY, command, **preset), blocked_by)


def test_a_task_is_completed_by_its_own_transition_and_no_other() -> None:
    steps = [step("complete_task", task=1), step("complete_task", task=2), step("pause")]

    (answer,) = answers_to(Question(PATHWAY, "plan_something", "2"), steps, None)

    assert answer.form.endswith("task=2")
    assert answer.at_once is None


def test_what_is_open_stands_before_what_is_blocked_and_every_reason_is_told() -> None:
    reasons = (Reason(code="a", message="One."), Reason(code="b", message="Another."))
    steps = [step("accept_seat", *reasons), step("decline_seat")]

    answers = answers_to(Question(PATHWAY, "answer_seat_offer"), steps, None)

    assert [one.title for one in answers] == ["decline_seat", "accept_seat"]
    assert answers[1].blocked_by == reasons
    assert answers[1].at_once is None


def test_what_ends_or_judges_takes_more_than_a_click() -> None:
    steps = [step("resume"), step("discharge", reason="completed")]

    assert answers_to(Question(PATHWAY, "resume_pathway"), steps, None)[0].at_once == (
        f"/do/{PATHWAY}/resume"
    )
    assert answers_to(Question(PATHWAY, "end_treatment"), steps, None)[0].at_once is None


def test_many_of_one_command_stand_beside_a_row_as_one() -> None:
    steps = [step("record_measure", measure=one) for one in ("phq-9", "gad-7", "wsas")]

    (answer,) = answers_to(Question(PATHWAY, "answer_measures"), steps, None)

    assert answer.form == form_of(PATHWAY, "record_measure")
