"""The clocks that run on a pathway, as fields of its state: set, left alone, or stopped."""

from typing import Any

from domain.events.base import Event
from domain.events.pathway import TaskKind
from domain.events.timetable import Timetable
from domain.events.version import VersionMoved
from domain.pathway.rows import Booking
from domain.pathway.state import Pathway

Changes = dict[str, Any]
"""New values of the state's fields, by name."""

CLOCK_OF: dict[TaskKind, str] = {
    "disengagement_review": "quiet_after",
    "plan_discharge": "plan_discharge_at",
    "end_treatment": "ends_at",
    "resume_pathway": "resume_at",
    "progress_review": "review_at",
    "return_from_level": "resume_at",
    "verify_benefits": "benefits_reverify_at",
    "waitlist_review": "priority_review_at",
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
    "benefits_reverify_at": None,
    "benefits_lapse_at": None,
    "priority_review_at": None,
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


def clocks_moved(event: VersionMoved, pathway: Pathway) -> Changes:
    """What another version of the programme sets anew. An end that has been met stays met."""
    timetable = event.timetable
    met = pathway.treatment_started_at is not None and pathway.ends_at is None
    end_met = {"ends_at": None} if met and timetable and timetable.ends_at <= event.at else {}
    follow_ups = {"planned_measures": event.follow_ups} if pathway.discharged_at else {}
    return {
        "quiet_after": event.quiet_after,
        "quiet_since": pathway.quiet_since,
        "bookings": tuple(_reminded_anew(booking, event) for booking in pathway.bookings),
        **clocks(timetable),
        **end_met,
        **follow_ups,
    }


def watched_since(changes: Changes, event: Event, pathway: Pathway) -> Changes:
    """When the watch for silence began anew, if this event lets it."""
    begun = changes.get("quiet_after")
    return {"quiet_since": event.at} if begun and begun != pathway.quiet_after else {}


def _reminded_anew(booking: Booking, event: VersionMoved) -> Booking:
    times = [one.remind_at for one in event.reminders if one.booking == booking.number]
    return booking.model_copy(update={"remind_at": times[0]}) if times else booking
