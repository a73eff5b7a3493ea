"""Every view of carepath."""

from typing import Any

from projections.caseload.view import CASELOAD
from projections.errors import ViewUnknown
from projections.groups.view import GROUPS
from projections.safety.view import SAFETY
from projections.sessions.view import SESSIONS
from projections.timeline.view import TIMELINE
from projections.view import View
from projections.worklist.view import WORKLIST

VIEWS: tuple[View[Any, Any], ...] = (CASELOAD, WORKLIST, TIMELINE, GROUPS, SESSIONS, SAFETY)


def view_named(name: str) -> View[Any, Any]:
    """The view of this name. Raises `ViewUnknown`."""
    for view in VIEWS:
        if view.name == name:
            return view
    raise ViewUnknown(name, tuple(view.name for view in VIEWS))
