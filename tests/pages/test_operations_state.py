"""What asks for somebody, from how everything is."""

from dataclasses import replace
from datetime import timedelta

from activities.feeds.subscription import Subscription
from eventstore.seal.state import SealState, Waiting
from eventstore.store import Watermark
from projections.states import ViewState
from web.pages.operations_state import Operations

WELL = Operations(
    watermark=Watermark(settled_seq=9, last_seq=9, age=timedelta(0)),
    views=(ViewState("safety", "running", 9, 0),),
    seal=SealState(None, None, Waiting(0, None), ()),
    temporal=None,
    ready=True,
    failures=(),
)

PARKED = Subscription(
    id="registry",
    url="https://registry.example.org",
    types=(),
    sees=(),
    secrets=(),
    seq=1,
    state="parked",
    failures=20,
    failure="answered_500",
    failed_at=None,
    next_try_at=None,
    delivered_at=None,
    lag=8,
)


def test_nothing_asks_for_anybody_while_all_is_well() -> None:
    assert WELL.problems == ()


def test_each_thing_that_is_wrong_is_told() -> None:
    stopped = ViewState("safety", "stopped", 8, 1, 9, "escalation.opened", "KeyError")
    wrong = (
        replace(WELL, ready=False),
        replace(WELL, temporal="Temporal does not answer in time."),
        replace(WELL, watermark=Watermark(settled_seq=1, last_seq=9, age=timedelta(minutes=2))),
        replace(WELL, views=(stopped,)),
        replace(WELL, seal=SealState(None, None, Waiting(9, timedelta(hours=1)), ())),
        replace(WELL, receivers=(PARKED, replace(PARKED, id="lab", state="running"))),
    )

    told = [one.problems for one in wrong]

    assert [len(one) for one in told] == [1] * len(wrong)
    assert len(set(told)) == len(wrong)
    assert "safety" in told[3][0]
    assert "registry" in told[5][0]
    assert "lab" not in told[5][0]
