"""Whatever is asked of a group, in whatever order: what always holds."""

from itertools import pairwise

from hypothesis.stateful import invariant

from domain.calendar import day_in
from domain.group import GROUP, Group
from tests.domain.group_acts import GroupActs
from tests.domain.group_looked_at import ZONE


class GroupLife(GroupActs):
    """What holds after every act."""

    @invariant()
    def there_are_never_nine_seats_taken(self) -> None:
        assert self.state.taken <= 8
        taken = [one.pathway_id for one in self.state.members]
        taken += [one.pathway_id for one in self.state.reservations]
        assert len(set(taken)) == len(taken)

    @invariant()
    def sessions_never_overlap(self) -> None:
        sessions = self.state.taking_place
        for earlier, later in pairwise(sessions):
            assert earlier.ends_at <= later.starts_at

    @invariant()
    def one_session_is_open_at_a_time(self) -> None:
        assert sum(one.stage == "open" for one in self.state.sessions) <= 1

    @invariant()
    def a_cohort_has_no_seventh_session(self) -> None:
        if self.state.meetings:
            assert len(self.state.taking_place) <= self.state.meetings

    @invariant()
    def at_most_two_of_those_offered_a_seat_after_the_first_session_join_a_week(self) -> None:
        weeks = [day_in(ZONE, at).isocalendar()[:2] for at in self.state.joined_at]
        assert all(weeks.count(week) <= 2 for week in weeks)

    @invariant()
    def a_group_that_goes_on_without_two_facilitators_has_a_task(self) -> None:
        if self.state.status == "open" and len(self.state.facilitators) < 2:
            assert self.state.task("find_facilitators")

    @invariant()
    def each_task_is_open_once(self) -> None:
        open_ = [(one.kind, one.about) for one in self.state.tasks]
        assert len(set(open_)) == len(open_)

    @invariant()
    def no_seat_is_kept_for_ever(self) -> None:
        waited_for = {one.subject for one in GROUP.deadlines(self.state)}
        assert {one.pathway_id for one in self.state.reservations} <= waited_for

    @invariant()
    def nothing_that_was_due_is_left(self) -> None:
        assert all(one.at > self.clinic.now for one in GROUP.deadlines(self.state))

    @invariant()
    def the_state_survives_json(self) -> None:
        assert Group.model_validate_json(self.state.model_dump_json()) == self.state

    @invariant()
    def a_closed_group_waits_for_nothing(self) -> None:
        if self.state.status == "closed":
            assert GROUP.deadlines(self.state) == []
            assert self.state.taken == 0


TestGroupLife = GroupLife.TestCase
