"""Where one can go: every page that stands in the navigation, in its order."""

from dataclasses import dataclass, replace

from domain.actor import Actor
from web.rights.permissions import Permission, may


@dataclass(frozen=True)
class Place:
    """A page of the navigation. `icon` is one of `macros/icons.html`."""

    path: str
    title: str
    icon: str
    permission: Permission
    here: bool = False


PLACES: tuple[Place, ...] = (
    Place("/today", "Today", "today", Permission.READ_WORKLIST),
    Place("/safety", "Safety board", "shield", Permission.READ_SAFETY),
    Place("/caseload", "Caseload", "people", Permission.READ_CASELOAD),
    Place("/waitlist", "Waitlist", "seat", Permission.READ_WAITLIST),
    Place("/groups", "Groups", "group", Permission.READ_GROUPS),
    Place("/clinicians", "Clinicians", "badge", Permission.READ_CLINICIANS),
    Place("/outcomes", "Outcomes", "chart", Permission.READ_OUTCOMES),
    Place("/programmes", "Programmes", "map", Permission.READ_PROGRAMMES),
    Place("/audit", "Audit", "eye", Permission.READ_AUDIT),
    Place("/operations", "Operations", "gear", Permission.READ_OPERATIONS),
)
"""What has no page yet is not listed."""


def places_for(actor: Actor | None, path: str) -> tuple[Place, ...]:
    """The places that the actor may go to; `here` is the one that `path` belongs to."""
    if actor is None:
        return ()
    return tuple(
        replace(place, here=_belongs(path, place))
        for place in PLACES
        if may(actor.role, place.permission)
    )


def first_place(actor: Actor) -> str:
    """The page that somebody begins with."""
    places = places_for(actor, "")
    return places[0].path if places else "/nowhere"


def _belongs(path: str, place: Place) -> bool:
    return path == place.path or path.startswith(f"{place.path}/")
