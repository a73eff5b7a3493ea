"""Progress is reviewed once more before the end, whatever the weeks of a programme come to."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain import programmes
from domain.calendar import months_after, weeks_after
from domain.commands.pathway import ChangeDuration, Pause, Resume
from domain.pathway.timetable import next_review
from domain.programmes.definition import Definition
from tests.domain.histories import (
    ANSWERS,
    FIRST_GROUP,
    MBT_G,
    PLANNED_END,
    WEEK,
    given,
    in_ongoing,
    in_treatment,
    task,
)

DAY = timedelta(days=1)
SHIPPED = [
    Definition.model_validate(yaml.safe_load(path.read_text()))
    for path in sorted(Path(programmes.__file__).parent.glob("*.yaml"))
]


def reviews(definition: Definition, ends_at: datetime) -> Iterator[datetime]:
    due_at = next_review(definition, FIRST_GROUP, ends_at, FIRST_GROUP)
    while due_at:
        yield due_at
        due_at = next_review(definition, FIRST_GROUP, ends_at, due_at)


def reviewing(every: timedelta, planning: timedelta, completing: timedelta) -> Definition:
    changes = {
        "progress_review_every": every,
        "discharge_planning_before_end": planning,
        "completed_at_most_before_end": completing,
    }
    return MBT_G.model_copy(update={"policies": MBT_G.policies.model_copy(update=changes)})


@drawn(length=st.integers(2, 800), every=st.integers(1, 400), data=st.data())
def test_every_treatment_is_reviewed_before_its_end(
    length: int, every: int, data: st.DataObject
) -> None:
    """Policy: a progress review every twelve weeks, and before the end of treatment."""
    planning, completing = (data.draw(st.integers(1, length - 1)) for _ in range(2))
    definition = reviewing(DAY * every, DAY * planning, DAY * completing)

    found = [(at - FIRST_GROUP) // DAY for at in reviews(definition, FIRST_GROUP + DAY * length)]

    assert length - max(planning, completing) <= found[-1] < length
    regular = list(range(every, length, every))
    assert found in (regular, [*regular, length - completing])


@pytest.mark.parametrize("definition", SHIPPED, ids=lambda one: one.id)
def test_each_length_of_each_programme_is_reviewed_while_its_discharge_is_planned(
    definition: Definition,
) -> None:
    for length in (one.duration for one in definition.variants):
        months_on = months_after(definition.zone, FIRST_GROUP, length.months)
        ends_at = weeks_after(definition.zone, months_on, length.weeks)
        planning_at = ends_at - definition.policies.discharge_planning_before_end

        assert planning_at <= list(reviews(definition, ends_at))[-1] < ends_at


def test_a_last_review_comes_when_treatment_may_count_as_completed() -> None:
    definition = reviewing(17 * WEEK, 8 * WEEK, 2 * WEEK)
    ends_at = FIRST_GROUP + 26 * WEEK

    assert list(reviews(definition, ends_at)) == [FIRST_GROUP + 17 * WEEK, ends_at - 2 * WEEK]


def test_a_regular_review_while_the_discharge_is_planned_is_the_last() -> None:
    definition = reviewing(9 * WEEK, 8 * WEEK, 2 * WEEK)
    ends_at = FIRST_GROUP + 26 * WEEK

    assert list(reviews(definition, ends_at)) == [FIRST_GROUP + 9 * WEEK, FIRST_GROUP + 18 * WEEK]


def test_a_review_as_planning_opens_is_the_last() -> None:
    ends_at = FIRST_GROUP + 20 * WEEK

    assert list(reviews(MBT_G, ends_at)) == [FIRST_GROUP + 12 * WEEK]


def test_whoever_comes_back_just_before_the_end_is_reviewed_at_once() -> None:
    pause = Pause(reason="Travel", resume_at=PLANNED_END - 2 * WEEK)
    away = given(*in_treatment()).when(pause, at=FIRST_GROUP + WEEK).and_given()
    back_at = PLANNED_END - WEEK

    back = away.when(Resume(), at=back_at)

    back.then_state(review_at=back_at)
    due = back.and_given().when_due("progress_review")
    due.then(task(1, "progress_review", back_at)).then_state(review_at=None)


def test_whoever_comes_back_after_the_end_is_not_reviewed() -> None:
    pause = Pause(reason="Travel", resume_at=PLANNED_END)
    away = given(*in_treatment()).when(pause, at=FIRST_GROUP + WEEK).and_given()

    away.when(Resume(), at=PLANNED_END).then_state(review_at=None)


def test_an_end_that_moves_near_brings_the_review_with_it() -> None:
    longer = ChangeDuration(variant="eighteen-months", **ANSWERS)
    shorter = ChangeDuration(variant="six-months", **ANSWERS)
    lengthened = given(*in_ongoing()).when(longer, at=FIRST_GROUP + 10 * WEEK).and_given()
    near = PLANNED_END - WEEK
    for _ in range(2):
        lengthened = lengthened.when_due("progress_review").and_given()

    lengthened.when(shorter, at=near).then_state(review_at=near)


def test_nobody_is_reviewed_a_second_time_before_the_end() -> None:
    reviewed = given(*in_treatment())
    for _ in range(2):
        reviewed = reviewed.when_due("progress_review").and_given()
    pause = Pause(reason="Travel", resume_at=PLANNED_END - DAY)
    away = reviewed.when(pause, at=PLANNED_END - 10 * DAY).and_given()

    away.when(Resume(), at=PLANNED_END - DAY).then_state(review_at=None)
