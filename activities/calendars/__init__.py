"""Calendars: one iCalendar file a person, which says when and never with whom or why."""

from activities.calendars.agenda import Agendas
from activities.calendars.folder import CalendarFolder
from activities.calendars.writing import written

__all__ = ["Agendas", "CalendarFolder", "written"]
