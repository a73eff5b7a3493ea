"""How the views are: what `status` and `views list` say."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import asyncpg

from eventstore.connect import Connection, Pool
from eventstore.errors import store_errors
from projections.sql import query
from projections.view import View
from projections.views import VIEWS

State = Literal["running", "stopped", "rebuilding", "outdated", "absent"]


@dataclass(frozen=True, slots=True)
class ViewState:
    """One view. `lag` is how many numbers of the log, settled or not, it has not passed yet.

    `outdated`: built by other code than this, and not being rebuilt; `absent`: not built yet.
    `failing_seq` and the next two name the event at which it stopped, and the class of the error.
    `differences` is how many rows were not as before when it was last built anew, if compared.
    """

    name: str
    state: State
    seq: int
    lag: int
    failing_seq: int | None = None
    failing_type: str | None = None
    error: str | None = None
    differences: int | None = None


async def view_states(
    source: Pool | Connection, views: Sequence[View[Any, Any]] = VIEWS
) -> list[ViewState]:
    """The state of each view. Raises `StoreUnavailable`."""
    with store_errors():
        if not await source.fetchval(query("has_catalogue")):
            settled = int(await source.fetchval(query("settled_seq")))
            return [ViewState(view.name, "absent", 0, settled) for view in views]
        rows = await source.fetch(query("view_states"), [view.name for view in views])
    return [_state(view, row) for view, row in zip(views, rows, strict=True)]


def _state(view: View[Any, Any], row: asyncpg.Record) -> ViewState:
    seq = row["seq"] or 0
    return ViewState(
        name=view.name,
        state=_word(view, row),
        seq=seq,
        lag=max(0, row["last_seq"] - seq),
        failing_seq=row["failing_seq"],
        failing_type=row["failing_type"],
        error=row["error"],
        differences=row["differences"],
    )


def _word(view: View[Any, Any], row: asyncpg.Record) -> State:
    if row["rebuilding"]:
        return "rebuilding"
    if row["state"] is None:
        return "absent"
    if row["state"] == "stopped":
        return "stopped"
    return "running" if row["version"] == view.version else "outdated"
