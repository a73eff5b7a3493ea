"""How much is done in one round, and how many rounds there are."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Amounts:
    """`events` are appended in a round, `patients` make up the clinic that is read and rebuilt.

    `one_at_a_time` and `side_by_side` count transitions in a round. `rows` are in the log before
    anything is appended.
    """

    rounds: int
    events: int
    patients: int
    one_at_a_time: int
    side_by_side: int
    rows: int = 0


FULL = Amounts(rounds=5, events=1600, patients=160, one_at_a_time=60, side_by_side=480)
QUICK = Amounts(rounds=3, events=480, patients=40, one_at_a_time=20, side_by_side=192)
