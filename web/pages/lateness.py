"""What a list lacks: the views that it is made of may still be taking in what was recorded."""

from collections.abc import Mapping

from fastapi import Request

from projections.standing import Standing
from web.pages.changes import Changes


async def note_standing(request: Request) -> None:
    """Have the page know how its views stand: `request.state.standing`."""
    changes: Changes = request.app.state.changes
    request.state.standing = await changes.lately()


def lacking(request: Request, views: str) -> str | None:
    """In words what a list of these views, by name, may leave out; None if they are up to date."""
    standing: Mapping[str, Standing] = getattr(request.state, "standing", {})
    found = [standing[one] for one in views.split() if one in standing]
    lacks = max((one.lacks for one in found if one.is_late), default=0)
    if not lacks:
        return None
    events = f"{lacks:,} events" if lacks > 1 else "one event"
    return f"Still taking in {events}"
