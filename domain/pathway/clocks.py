"""The clocks that run on a pathway, as fields of its state: set, left alone, or stopped."""

from typing import Any

from domain.events.pathway import TaskKind, Timetable

Changes = dict[str, Any]
"""New values of the state's fields, by name."""

CLOCK_OF: dict[TaskKind, str] = {
    "disengagement_review": "quiet_after",
    "plan_discharge": "plan_discharge_at",
    "end_treatment": "ends_at",
    "resume_pathway": "resume_at",
    "progress_review": "review_at",
}
"""The clock that opens each kind of task; it stops then, or is set to the next time."""

STILL: Changes = {
    "bookings": (),
    "quiet_after": None,
    "review_at": None,
    "plan_discharge_at": None,
    "ends_at": None,
    "paused_at": None,
    "resume_at": None,
}
"""No clock of treatment runs any more."""


def clocks(timetable: Timetable | None) -> Changes:
    """What the clock waits for, set anew; left as it is while there is no timetable."""
    if timetable is None:
        return {}
    return {
        "treatment_ends_at": timetable.ends_at,
        "ends_at": timetable.ends_at,
        "plan_discharge_at": timetable.plan_discharge_at,
        **rounds(timetable),
    }


def rounds(timetable: Timetable | None) -> Changes:
    """What a pause interrupts: reviews and measures. The end of treatment stands through it."""
    if timetable is None:
        return {}
    upcoming = timetable.next_measures
    return {
        "review_at": timetable.review_at,
        "planned_measures": (upcoming,) if upcoming else (),
    }
