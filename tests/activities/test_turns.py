"""Attempts in an entity's own turn: a few at a time, and none where they would take long."""

from contextlib import ExitStack

import pytest

from activities.ports import Impossible, TryAgain
from activities.turns import AT_A_TIME, REST, SLOW, NoTurn, Turns


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def turns(clock: Clock) -> Turns:
    return Turns(clock)


def is_free(turns: Turns) -> bool:
    try:
        with turns.taken():
            return True
    except NoTurn:
        return False


def fail(turns: Turns, failure: Exception) -> None:
    with pytest.raises(type(failure)), turns.taken():
        raise failure


def test_no_more_than_a_few_are_under_way_at_a_time(turns: Turns) -> None:
    with ExitStack() as under_way:
        for _ in range(AT_A_TIME):
            under_way.enter_context(turns.taken())
        assert not is_free(turns)
    assert is_free(turns)


def test_nothing_is_attempted_beside_an_attempt_that_takes_long(turns: Turns, clock: Clock) -> None:
    with turns.taken():
        clock.seconds += SLOW
        assert is_free(turns)
        clock.seconds += 0.1
        assert not is_free(turns)


@pytest.mark.parametrize("took", [SLOW + 0.1, 30])
def test_after_a_slow_attempt_there_is_a_rest(turns: Turns, clock: Clock, took: float) -> None:
    with turns.taken():
        clock.seconds += took
    clock.seconds += REST - 0.1
    assert not is_free(turns)
    clock.seconds += 0.1
    assert is_free(turns)


@pytest.mark.parametrize("failure", [TryAgain("mail_unreachable"), OSError()])
def test_after_a_failed_attempt_there_is_a_rest(
    turns: Turns, clock: Clock, failure: Exception
) -> None:
    fail(turns, failure)
    assert not is_free(turns)
    clock.seconds += REST
    assert is_free(turns)


def test_an_address_that_does_not_exist_holds_up_nobody_elses_message(turns: Turns) -> None:
    fail(turns, Impossible("mail_refused"))
    assert is_free(turns)
