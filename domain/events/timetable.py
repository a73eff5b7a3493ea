"""What the clock waits for on a pathway, as its events carry it."""

from pydantic import AwareDatetime

from domain.value import Value


class PlannedMeasures(Value):
    """Instruments to be answered on one occasion (`baseline`, `progress-3`, `follow_up-6`).

    They are asked for at `due_at`; what is not answered by `expires_at` is lost for that occasion.
    Without `expires_at` they stay open until answered.
    """

    occasion: str
    measures: tuple[str, ...]
    due_at: AwareDatetime
    expires_at: AwareDatetime | None = None


class Timetable(Value):
    """What the clock waits for during treatment; what has passed or is not to come is absent."""

    ends_at: AwareDatetime
    plan_discharge_at: AwareDatetime | None
    review_at: AwareDatetime | None
    next_measures: PlannedMeasures | None
