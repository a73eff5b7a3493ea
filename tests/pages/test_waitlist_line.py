"""Matching one kind of group after the other comes to the same as matching all at once."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import get_args
from uuid import UUID

from domain.patient import Urgency
from domain.waitlist.matching import matches
from domain.waitlist.waiting import OpenGroup, Waiting
from tests.domain.test_matching import a_group, someone
from web.pages.waitlist_line import matched

KINDS = ("introduction", "ongoing", "skills")
BEGUN = datetime(2026, 3, 1, tzinfo=UTC)


def _patient(random: Random, number: int) -> Waiting:
    return someone(
        number,
        urgency=random.choice(get_args(Urgency)),
        since=BEGUN + timedelta(days=random.randrange(9)),
        group_kind=random.choice(KINDS),
        state=random.choice(("FL", "CA", "TX")),
        declined=(f"group-{UUID(int=random.randrange(20))}",),
    )


def _group(random: Random, number: int) -> OpenGroup:
    return a_group(number, kind=random.choice(KINDS), free=random.randrange(3))


def test_kind_by_kind_everybody_has_the_same_place_groups_and_proposal() -> None:
    random = Random(7)  # noqa: S311 - an example, not a secret
    waiting = [_patient(random, number) for number in range(60)]
    groups = [_group(random, number) for number in range(20)]

    found = matched(waiting, groups)

    assert list(found) == matches(waiting, groups)
    assert {one.proposed is None for one in found} == {True, False}
