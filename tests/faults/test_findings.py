"""What the campaign finds, where a receiver and the log do not agree."""

from uuid import UUID, uuid4

import pytest

from domain.decider import Effect
from domain.fold import PendingEffect
from tests.faults.effects import Effects
from tests.faults.findings import of_receivers
from tests.faults.outside import Taken

ONE = UUID("8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11")
EFFECT = Effect(name="share_record-1", port="share", template="summary", recipient="pcp")


def found(*taken: Taken, outcome: str | None = "done") -> list[str]:
    """Of one record that was to be shared, without its id."""
    asked = PendingEffect(id=ONE, effect=EFFECT, caused_by=uuid4())
    effects = Effects({ONE: asked}, {ONE: outcome} if outcome else {})
    return [one.partition(": ")[0] for one in of_receivers(taken, "share", effects)]


def share(digest: str = "words", id_: UUID = ONE) -> Taken:
    return Taken("share", id_, digest)


def test_what_came_twice_in_the_same_words_is_done_once() -> None:
    assert found(share(), share(), Taken("notify", uuid4())) == []


@pytest.mark.parametrize(
    ("taken", "outcome", "finding"),
    [
        ([], "done", "share settled as done, and never taken"),
        ([share()], "failed", "share taken, and not settled as done"),
        ([share(), share("others")], "done", "share taken twice, in other words"),
        ([share(), share(id_=uuid4())], "done", "share taken, and never asked for"),
        ([], None, "share never settled"),
    ],
)
def test_what_must_not_be_is_found(taken: list[Taken], outcome: str | None, finding: str) -> None:
    assert finding in found(*taken, outcome=outcome)
