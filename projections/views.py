"""Every view of carepath."""

from typing import Any

from projections.access_log.view import ACCESS_LOG
from projections.caseload.view import CASELOAD
from projections.clinicians.view import CLINICIANS
from projections.deadlines.view import DEADLINES
from projections.disclosures.view import DISCLOSURES
from projections.errors import ViewUnknown
from projections.funnel.view import FUNNEL
from projections.groups.view import GROUPS
from projections.measures.view import MEASURES
from projections.outcomes.view import OUTCOMES
from projections.safety.view import SAFETY
from projections.sessions.view import SESSIONS
from projections.timeline.view import TIMELINE
from projections.view import View
from projections.waitlist.view import WAITLIST
from projections.worklist.view import WORKLIST

VIEWS: tuple[View[Any, Any], ...] = (
    CASELOAD,
    WORKLIST,
    TIMELINE,
    GROUPS,
    SESSIONS,
    SAFETY,
    WAITLIST,
    MEASURES,
    FUNNEL,
    OUTCOMES,
    CLINICIANS,
    DISCLOSURES,
    DEADLINES,
    ACCESS_LOG,
)


def view_named(name: str) -> View[Any, Any]:
    """The view of this name. Raises `ViewUnknown`."""
    for view in VIEWS:
        if view.name == name:
            return view
    raise ViewUnknown(name, tuple(view.name for view in VIEWS))
