"""Whatever is asked of a pathway, in whatever order: what always holds."""

from collections import Counter

from hypothesis.stateful import (
    invariant,
)

from domain.calendar import months_after
from domain.events.pathway import TaskKind
from domain.pathway import PATHWAY, Pathway
from tests.domain.histories import (
    MBT_G,
)
from tests.domain.pathway_acts import TREATMENT, PathwayActs

ABSENCE_TASKS: tuple[TaskKind, ...] = ("contact_patient", "attendance_review", "team_decision")


class PathwayLife(PathwayActs):
    """What holds after every act."""

    @invariant()
    def the_state_survives_json(self) -> None:
        assert Pathway.model_validate_json(self.state.model_dump_json()) == self.state

    @invariant()
    def there_is_no_fifth_assessment_meeting(self) -> None:
        assert self.state.attended("assessment", "assessment") <= 4

    @invariant()
    def each_absence_task_is_open_once(self) -> None:
        open_tasks = Counter(task.kind for task in self.state.tasks)
        assert all(open_tasks[kind] <= 1 for kind in ABSENCE_TASKS)

    @invariant()
    def one_ending_at_a_time(self) -> None:
        open_tasks = Counter(task.kind for task in self.state.tasks)
        assert all(open_tasks[kind] <= 1 for kind in ("end_treatment", "resume_pathway"))

    @invariant()
    def each_occasion_is_open_once(self) -> None:
        occasions = Counter(one.occasion for one in self.state.open_measures)
        assert all(count == 1 for count in occasions.values())

    @invariant()
    def a_closed_pathway_waits_for_nothing(self) -> None:
        if self.state.status == "closed":
            assert PATHWAY.deadlines(self.state) == []
            assert self.state.tasks == ()

    @invariant()
    def treatment_counts_from_its_first_attended_group(self) -> None:
        present = [
            one.held_at
            for one in self.state.sessions
            if one.present and one.kind == "group" and one.phase in TREATMENT[:2]
        ]
        if self.state.treatment_started_at is None:
            assert not present
            return
        assert self.state.months is not None
        if self.state.discharged_for is None:
            assert self.state.treatment_started_at == min(present)
        assert self.state.treatment_ends_at == months_after(
            MBT_G.zone, self.state.treatment_started_at, self.state.months
        )

    @invariant()
    def an_open_pathway_before_discharge_is_watched_or_someone_has_a_task(self) -> None:
        """Nobody is forgotten: a person or the clock has something to do."""
        if self.state.status in ("open", "paused"):
            waits = PATHWAY.deadlines(self.state) or self.state.tasks
            assert waits

    @invariant()
    def any_part_of_the_history_folds(self) -> None:
        """As of an earlier instant, events are missing: evolving them still never raises."""
        state = PATHWAY.initial()
        for event in self.events[len(self.events) % 3 :: 2]:
            state = PATHWAY.evolve(state, event)

    def teardown(self) -> None:
        state = PATHWAY.initial()
        for event in self.events:
            state = PATHWAY.evolve(state, event)
        assert state == self.state


TestPathwayLife = PathwayLife.TestCase
