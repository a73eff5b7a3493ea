"""What of a disclosure somebody in a role sees, by the one table of permissions."""

from dataclasses import dataclass
from typing import Any

from audit.export.lines import Json, Seen
from domain.actor import Role
from web.rights.fields import OF_PATIENTS, visible, withheld
from web.rights.permissions import READ_OF, Permission, may


@dataclass(frozen=True, slots=True)
class SightOfRole:
    """What somebody in a role sees of events, given by their streams and their data."""

    role: Role

    def __call__(self, stream_id: str, data: Json) -> Seen:
        kind = stream_id.partition("-")[0]
        permission = Permission.READ_ACCESS_LOG if kind == "access" else READ_OF.get(kind)
        if permission is None or not may(self.role, permission):
            return Seen(None)
        if kind not in OF_PATIENTS:
            return Seen(data)
        shown = visible(self.role, data)
        return Seen(shown, tuple(sorted(withheld(self.role) & _names(data))))


def _names(data: Any) -> frozenset[str]:
    """The names of all fields, at any depth."""
    match data:
        case dict():
            return frozenset(data).union(*map(_names, data.values()))
        case list():
            return frozenset().union(*map(_names, data))
        case _:
            return frozenset()
