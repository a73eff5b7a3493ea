"""The adapters of a clinic that sends nothing: folders, and the keys of the log."""

from pathlib import Path

from activities.calendars import Agendas, CalendarFolder
from activities.definitions import Definitions
from activities.keys import KeyDestruction
from activities.notify import FolderNotifier
from activities.ports import Adapter
from eventstore.store import EventStore


def folder_ports(store: EventStore, outbox: Path) -> dict[str, Adapter]:
    """Messages go to `outbox`, calendars into a folder beside it."""
    agendas = Agendas(store, Definitions(store))
    calendars = CalendarFolder(agendas, outbox.with_name("calendars"))
    return {
        "notify": FolderNotifier(outbox),
        "calendar": calendars,
        "keys": KeyDestruction(store, calendars.forget),
    }
