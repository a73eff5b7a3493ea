"""Calendars: one iCalendar file a person, which says when and never with whom or why."""

from activities.calendars.agenda import Agendas
from activities.calendars.folder import CalendarFolder

__all__ = ["Agendas", "CalendarFolder"]
