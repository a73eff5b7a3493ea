"""Calendars as RFC 5545 has them: neutral, private, with time zones, and nobody invited."""

from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from activities.calendars.entries import Appointment, Entry, Series
from activities.words import Language

_SUMMARY: dict[Language, str] = {"en": "Appointment", "es": "Cita"}


def written(entries: Iterable[Entry], language: Language) -> bytes:
    """The file. The same entries make the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//carepath//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for entry in sorted(entries, key=_order):
        calendar.add_component(_event(entry, language))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _order(entry: Entry) -> tuple[datetime, str, bool]:
    starts = entry.first if isinstance(entry, Series) else entry.starts_at
    return starts, entry.uid, isinstance(entry, Appointment)


def _event(entry: Entry, language: Language) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.revision.sequence)
    event.add("dtstamp", entry.revision.at.astimezone(UTC))
    event.add("last-modified", entry.revision.at.astimezone(UTC))
    event.add("summary", _SUMMARY[language])
    event.add("class", "PRIVATE")
    event.add("duration", entry.length)
    zone = ZoneInfo(entry.zone)
    if isinstance(entry, Series):
        _repeat(event, entry, zone)
        return event
    event.add("dtstart", entry.starts_at.astimezone(zone))
    if entry.instead_of:
        event.add("recurrence-id", entry.instead_of.astimezone(zone))
    if entry.cancelled:
        event.add("status", "CANCELLED")
    return event


def _repeat(event: Event, series: Series, zone: ZoneInfo) -> None:
    """UNTIL is in UTC, as RFC 5545 asks where DTSTART names a time zone."""
    event.add("dtstart", series.first.astimezone(zone))
    event.add("rrule", {"freq": "weekly", "until": series.last.astimezone(UTC)})
    if series.without:
        event.add("exdate", [one.astimezone(zone) for one in series.without])
