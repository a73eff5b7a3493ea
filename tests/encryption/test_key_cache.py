"""Unwrapped keys: a bounded number, for a bounded time, on a clock of the test's own."""

from datetime import timedelta
from uuid import uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from eventstore.encryption.data_key import DataKey, new_secret
from eventstore.encryption.key_cache import KeyCache

AT_MOST = 3
LASTS = timedelta(seconds=10)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def a_key() -> DataKey:
    return DataKey(uuid4(), new_secret())


def test_a_key_is_held_for_its_time_however_often_it_is_used() -> None:
    clock = Clock()
    cache, key = KeyCache(AT_MOST, LASTS, clock), a_key()
    cache.put("pathway-1", key)
    for clock.now in (0, 4, 8, 9.9):
        assert cache.of_stream("pathway-1") is key
        assert cache.get(key.key_id) is key
    clock.now = 10
    assert cache.get(key.key_id) is None
    assert cache.of_stream("pathway-1") is None


def test_an_expired_key_goes_without_being_asked_for() -> None:
    clock = Clock()
    cache = KeyCache(AT_MOST, LASTS, clock)
    cache.put("pathway-1", a_key())
    clock.now = 4
    cache.put("pathway-2", a_key())
    assert cache.drop_expired() == 6
    clock.now = 11
    assert cache.drop_expired() == 3
    assert len(cache) == 1
    clock.now = 14
    assert cache.drop_expired() is None
    assert len(cache) == 0


def test_the_oldest_gives_way() -> None:
    cache, keys = KeyCache(AT_MOST, LASTS, Clock()), [a_key() for _ in range(5)]
    for number, key in enumerate(keys):
        cache.put(f"pathway-{number}", key)
    assert [cache.get(key.key_id) is key for key in keys] == [False, False, True, True, True]
    assert cache.of_stream("pathway-0") is None


def test_a_forgotten_key_is_gone_and_the_others_are_not() -> None:
    cache, mine, other = KeyCache(AT_MOST, LASTS, Clock()), a_key(), a_key()
    cache.put("pathway-1", mine)
    cache.put("pathway-2", other)
    cache.forget("pathway-1")
    cache.forget("pathway-9")
    assert (cache.get(mine.key_id), cache.of_stream("pathway-2")) == (None, other)


class Holding(RuleBasedStateMachine):
    """Whatever is put, used and forgotten: no key outlives its time, and there are never more."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.cache = KeyCache(AT_MOST, LASTS, self.clock)
        self.put_at: dict[str, tuple[DataKey, float]] = {}

    @rule(stream=st.integers(0, 6))
    def put(self, stream: int) -> None:
        key = a_key()
        self.cache.put(f"pathway-{stream}", key)
        self.put_at[f"pathway-{stream}"] = (key, self.clock.now)

    @rule(stream=st.integers(0, 6))
    def forget(self, stream: int) -> None:
        self.cache.forget(f"pathway-{stream}")
        self.put_at.pop(f"pathway-{stream}", None)

    @rule(seconds=st.integers(1, 12))
    def wait(self, seconds: int) -> None:
        self.clock.now += seconds
        self.cache.drop_expired()

    @invariant()
    def few_and_not_for_long(self) -> None:
        assert len(self.cache) <= AT_MOST
        for stream in map("pathway-{}".format, range(7)):
            held = self.cache.of_stream(stream)
            if held:
                key, at = self.put_at[stream]
                assert held is key
                assert self.clock.now - at < LASTS.total_seconds()


TestHolding = Holding.TestCase
TestHolding.settings = settings(max_examples=50, deadline=None)
