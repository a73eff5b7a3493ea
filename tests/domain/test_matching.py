"""Waitlist matching: who fits which seat, in a fair order, with every reason why not."""

from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decider import Reason
from domain.waitlist import matching, weekly_times
from domain.waitlist.matching import Match, candidates, in_order, matches, reasons_against
from domain.waitlist.waiting import Hours, OpenGroup, TimeOfWeek, Waiting, times_of_week
from tests.domain.histories import ny

TUESDAY_SIX_PM = datetime(2026, 3, 3, 23, 0, tzinfo=UTC)
"""18:00 in New York, 15:00 in Los Angeles."""

_ZONES = ("America/New_York", "America/Los_Angeles")
MARCH = datetime(2026, 3, 1, tzinfo=UTC)
EVENINGS = Hours(weekdays=(0, 1, 2, 3, 4), since=time(17), until=time(21))


def someone(number: int = 1, **given: Any) -> Waiting:
    return Waiting(
        **{
            "pathway_id": f"pathway-{UUID(int=number)}",
            "urgency": "routine",
            "since": MARCH,
            "programme": "mbt-g",
            "phase": "ongoing",
            "group_kind": "ongoing",
            "state": "FL",
            "zone": "America/New_York",
            "modalities": ("virtual",),
            **given,
        }
    )


def a_group(number: int = 1, **given: Any) -> OpenGroup:
    return OpenGroup(
        **{
            "group_id": f"group-{UUID(int=number)}",
            "programme": "mbt-g",
            "kind": "ongoing",
            "phases": ("ongoing", "discharge"),
            "joined_from": frozenset({"introduction", "ongoing", "discharge"}),
            "modality": "virtual",
            "free": 1,
            "licensed_in": frozenset({"FL", "CA"}),
            "next_session": TUESDAY_SIX_PM,
            "length": timedelta(minutes=90),
            **given,
        }
    )


def test_as_many_payers_as_patients_take_no_longer_than_a_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What holds for all who are alike is worked out once, whoever pays."""
    asked: list[str] = []
    known = matching.licensed_for

    def counted(waiting: Waiting, group: OpenGroup) -> Reason | None:
        asked.append(waiting.pathway_id)
        return known(waiting, group)

    monkeypatch.setattr(matching, "licensed_for", counted)
    waiting = [someone(number, payer=f"Plan {number}") for number in range(1, 101)]
    groups = [a_group(1, payers=frozenset({"PLAN 7"})), a_group(2, payers=frozenset({"Plan 8"}))]
    found = {one.waiting.payer: one.proposed for one in matches(waiting, groups) if one.proposed}
    assert {payer: one.group_id for payer, one in found.items()} == {
        "Plan 7": groups[0].group_id,
        "Plan 8": groups[1].group_id,
    }
    reasons = matching.Reasons()
    for one in waiting:
        for group in groups:
            reasons.against(one, group)
    assert len(asked) == 2 * len(groups)


@given(st.data())
def test_reasons_that_are_worked_out_once_are_each_patient_s_own(data: st.DataObject) -> None:
    payers = st.sampled_from([None, "Optum", "Cigna"])
    hours = st.sampled_from(
        [(), (EVENINGS,), (Hours(weekdays=(0,), since=time(9), until=time(12)),)]
    )
    declined = st.sampled_from([(), (a_group(1).group_id,)])
    states = st.sampled_from(["FL", "IN"])
    reasons = matching.Reasons()
    groups = [a_group(1, payers=frozenset({"optum"})), a_group(2, free=0)]
    for number in range(1, 5):
        one = someone(
            number,
            payer=data.draw(payers),
            hours=data.draw(hours),
            declined=data.draw(declined),
            state=data.draw(states),
        )
        for group in groups:
            assert reasons.against(one, group) == reasons_against(one, group)


@pytest.mark.parametrize(
    ("waiting", "group", "code"),
    [
        ({}, {"free": 0}, "no_seat"),
        ({"group_kind": "introduction"}, {}, "other_kind"),
        ({"phase": "assessment"}, {}, "phase_not_served"),
        ({"programme": "virtual-iop"}, {}, "other_programme"),
        ({"modalities": ("in_person", "hybrid")}, {}, "other_modality"),
        ({"modalities": ("hybrid",)}, {}, "other_modality"),
        ({"modalities": ("virtual",)}, {"modality": "in_person"}, "other_modality"),
        ({"state": "IN"}, {}, "not_licensed"),
        ({"hours": (Hours(weekdays=(1,), since=time(9), until=time(12)),)}, {}, "other_hours"),
        ({"payer": "Optum"}, {"payers": frozenset({"Cigna"})}, "payer_not_accepted"),
        ({"declined": (f"group-{UUID(int=1)}",)}, {}, "declined_before"),
    ],
)
def test_a_match_needs_all_of_it_and_says_what_is_missing(
    waiting: dict[str, Any], group: dict[str, Any], code: str
) -> None:
    """Policy, and demand 21 for modality and hours; state, payer, group and licences as well."""
    assert [one.code for one in reasons_against(someone(**waiting), a_group(**group))] == [code]
    assert reasons_against(someone(), a_group()) == ()


@pytest.mark.parametrize("accepted", ["virtual", "in_person", "hybrid"])
def test_a_hybrid_group_suits_whoever_accepts_one_of_its_ways(accepted: str) -> None:
    """Demand 21: at each session of a hybrid group a member joins virtually or in person."""
    hybrid = a_group(modality="hybrid")
    waiting = someone(modalities=(accepted,))
    assert reasons_against(waiting, hybrid) == ()
    assert [one.fitting for one in matches([waiting], [hybrid])] == [(hybrid,)]


def test_nobody_is_proposed_a_group_that_would_refuse_them_for_their_phase() -> None:
    """Those who are alike but for the phase are not taken for the same."""
    early, late = someone(1, phase="assessment"), someone(2, phase="introduction")
    first, second = matches([early, late], [a_group()])
    assert (first.waiting, first.fitting, first.proposed) == (early, (), None)
    assert (second.waiting, second.proposed) == (late, a_group())
    elsewhere, here = someone(1, programme="virtual-iop"), someone(2)
    assert [one.proposed for one in matches([elsewhere, here], [a_group()])] == [None, a_group()]


def test_a_payer_is_the_same_in_capitals() -> None:
    takes_cigna = a_group(payers=frozenset({"Cigna"}))
    assert reasons_against(someone(payer="CIGNA"), takes_cigna) == ()
    (why,) = reasons_against(someone(payer="Optum"), takes_cigna)
    assert "it takes Cigna" in why.message


def test_every_reason_is_said_at_once() -> None:
    codes = {one.code for one in reasons_against(someone(state="IN"), a_group(free=0))}
    assert codes == {"no_seat", "not_licensed"}


def test_hours_are_those_of_the_patient_s_own_clock() -> None:
    """Six in the evening in New York is three in the afternoon in California."""
    in_florida = someone(hours=(EVENINGS,))
    in_california = someone(hours=(EVENINGS,), state="CA", zone="America/Los_Angeles")

    assert reasons_against(in_florida, a_group()) == ()
    assert [one.code for one in reasons_against(in_california, a_group())] == ["other_hours"]


def test_a_change_of_clocks_in_one_of_two_zones_is_foreseen() -> None:
    """Arizona keeps its clocks: nine in New York is seven there, and six from 8 March on."""
    from_seven = Hours(weekdays=(1,), since=time(19), until=time(21))
    in_arizona = someone(hours=(from_seven,), state="AZ", zone="America/Phoenix")
    from_six = in_arizona.model_copy(
        update={"hours": (from_seven.model_copy(update={"since": time(18)}),)}
    )
    winter, summer = (ny(f"2026-03-{day} 21:00") for day in ("03", "10"))
    hour: dict[str, Any] = {"length": timedelta(hours=1), "licensed_in": frozenset({"AZ"})}
    now = a_group(next_session=winter, **hour)
    later = a_group(next_session=winter, also_at=(summer,), **hour)
    assert reasons_against(in_arizona, now) == ()
    assert [one.code for one in reasons_against(in_arizona, later)] == ["other_hours"]
    assert [one.fitting for one in matches([in_arizona], [later])] == [()]
    assert [one.fitting for one in matches([from_six], [later])] == [(later,)]


def test_patients_alike_but_for_the_zone_are_not_matched_as_one() -> None:
    hours = (Hours(weekdays=(1,), since=time(18), until=time(20)),)
    here, there = (someone(n, hours=hours, zone=zone) for n, zone in enumerate(_ZONES, start=1))
    assert [one.fitting for one in matches([here, there], [a_group()])] == [(a_group(),), ()]


def test_everybody_s_own_hours_take_no_look_at_every_group_for_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When a group meets on the clock of a zone is worked out once for all who wait there."""
    looked_at: list[str] = []

    def counted(group: OpenGroup, zone: str) -> tuple[TimeOfWeek, ...]:
        looked_at.append(group.group_id)
        return times_of_week(group, zone)

    monkeypatch.setattr(weekly_times, "times_of_week", counted)
    own = [EVENINGS.model_copy(update={"since": time(17, minute)}) for minute in range(60)]
    waiting = [someone(number, hours=(hours,)) for number, hours in enumerate(own, start=1)]
    groups = [a_group(number) for number in range(1, 4)]
    assert all(len(one.fitting) == len(groups) for one in matches(waiting, groups))
    assert sorted(looked_at) == sorted(group.group_id for group in groups)


def test_a_session_has_to_end_within_the_hours() -> None:
    until_seven = Hours(weekdays=(1,), since=time(17), until=time(19))
    assert reasons_against(someone(hours=(until_seven,)), a_group())
    assert not reasons_against(someone(hours=(until_seven,)), a_group(length=timedelta(minutes=60)))


def test_a_session_over_midnight_suits_nobody_who_has_hours() -> None:
    late = Hours(weekdays=(0, 1, 2), since=time(20), until=time(23, 59))
    over_midnight = a_group(next_session=TUESDAY_SIX_PM + timedelta(hours=5))
    assert reasons_against(someone(hours=(late,)), over_midnight)
    assert not reasons_against(someone(), over_midnight)


def test_a_group_of_several_weekdays_suits_whoever_can_come_on_all_of_them() -> None:
    thursday = TUESDAY_SIX_PM + timedelta(days=2)
    twice_a_week = a_group(also_at=(thursday,))
    on_tuesdays = someone(hours=(EVENINGS.model_copy(update={"weekdays": (1,)}),))
    any_evening = someone(hours=(EVENINGS,))

    assert [one.code for one in reasons_against(on_tuesdays, twice_a_week)] == ["other_hours"]
    assert reasons_against(any_evening, twice_a_week) == ()
    assert [one.fitting for one in matches([on_tuesdays], [twice_a_week])] == [()]


def test_urgency_goes_first_and_then_the_time_waited() -> None:
    """Policy: waitlist order: urgency, then time waited."""
    longest = someone(1, since=MARCH - timedelta(days=90))
    urgent = someone(2, urgency="urgent", since=MARCH)
    stat = someone(3, urgency="stat", since=MARCH)
    latest = someone(4)

    assert in_order([latest, longest, stat, urgent]) == [stat, urgent, longest, latest]


def test_a_seat_is_proposed_once_and_the_next_in_line_keeps_what_would_fit() -> None:
    first, second = someone(1, since=MARCH - timedelta(days=1)), someone(2)
    [of_first, of_second] = matches([second, first], [a_group(free=1)])

    assert (of_first.waiting, of_first.proposed) == (first, a_group())
    assert (of_second.waiting, of_second.proposed) == (second, None)
    assert of_second.fitting == (a_group(),)


def test_groups_are_ranked_by_the_patient_s_own_order_then_the_soonest() -> None:
    in_person = a_group(1, modality="in_person", next_session=TUESDAY_SIX_PM)
    later = a_group(2, next_session=TUESDAY_SIX_PM + timedelta(days=1))
    fuller = a_group(3, free=1)
    emptier = a_group(4, free=3)
    [match] = matches(
        [someone(modalities=("virtual", "in_person"))], [in_person, later, fuller, emptier]
    )

    assert match.fitting == (emptier, fuller, later, in_person)


def test_what_somebody_declined_before_is_not_proposed_to_them_but_to_others() -> None:
    declined = someone(1, declined=(a_group().group_id,), urgency="urgent")
    [first, second] = matches([declined, someone(2)], [a_group()])

    assert (first.fitting, first.proposed) == ((), None)
    assert second.proposed == a_group()


def test_whom_to_ask_for_one_seat() -> None:
    elsewhere, urgent, waiting = someone(1, state="IN"), someone(2, urgency="asap"), someone(3)
    assert candidates([waiting, elsewhere, urgent], a_group()) == [urgent, waiting]


def test_a_kind_that_no_group_has_fits_nowhere() -> None:
    [match] = matches([someone(group_kind="introduction")], [a_group()])
    assert (match.fitting, match.proposed) == ((), None)


_HOURS = st.builds(
    Hours,
    weekdays=st.lists(st.integers(0, 6), min_size=1).map(tuple),
    since=st.sampled_from([time(8), time(15), time(18)]),
    until=st.sampled_from([time(16, 30), time(19, 30), time(23)]),
)
_SESSIONS = st.integers(0, 7 * 4 - 1).map(lambda turn: TUESDAY_SIX_PM + turn * timedelta(hours=6))
_PEOPLE = st.lists(
    st.builds(
        someone,
        st.integers(1, 10_000),
        urgency=st.sampled_from(["routine", "urgent", "asap", "stat"]),
        since=st.integers(0, 90).map(lambda days: MARCH - timedelta(days=days)),
        state=st.sampled_from(["FL", "CA", "IN"]),
        modalities=st.permutations(["virtual", "in_person"]).map(tuple),
        payer=st.sampled_from([None, "Cigna", "cigna", "Optum"]),
        zone=st.sampled_from(["America/New_York", "America/Los_Angeles"]),
        hours=st.lists(_HOURS, max_size=2).map(tuple),
        declined=st.sets(st.integers(1, 10).map(lambda number: a_group(number).group_id)).map(
            tuple
        ),
    ),
    unique_by=lambda one: one.pathway_id,
    max_size=30,
)
_GROUPS = st.lists(
    st.builds(
        a_group,
        st.integers(1, 20),
        free=st.integers(0, 3),
        next_session=_SESSIONS,
        also_at=st.lists(_SESSIONS, max_size=1).map(tuple),
        modality=st.sampled_from(["virtual", "in_person"]),
        licensed_in=st.frozensets(st.sampled_from(["FL", "CA", "IN"])),
        payers=st.sampled_from([None, frozenset({"Cigna"})]),
    ),
    unique_by=lambda one: one.group_id,
    max_size=10,
)


@given(_PEOPLE, _GROUPS, st.randoms())
def test_matching_is_fair_and_the_same_in_whatever_order_it_is_given(
    people: list[Waiting], groups: list[OpenGroup], random: Random
) -> None:
    found = matches(people, groups)

    random.shuffle(people)
    random.shuffle(groups)
    assert matches(people, groups) == found
    for match in found:
        assert set(match.fitting) == {
            group for group in groups if not reasons_against(match.waiting, group)
        }
        assert match.proposed is None or match.proposed in match.fitting
    for group in groups:
        assert sum(match.proposed == group for match in found) <= group.free
    _nobody_is_passed_over(found)


def _nobody_is_passed_over(found: list[Match]) -> None:
    """Whoever got no seat finds every fitting one given to those who go before them."""
    for place, match in enumerate(found):
        if match.proposed:
            continue
        for group in match.fitting:
            earlier = sum(other.proposed == group for other in found[:place])
            assert earlier == group.free
