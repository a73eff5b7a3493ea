"""Bundles of a patient's record that were handed out, as lines of the timeline.

They stand in the stream of the patient's reads, so only those see them who may see who read what.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from domain.events.envelope import RecordedEvent
from domain.events.exports import Basis, Disclosed
from eventstore.errors import store_errors
from eventstore.reads import access_stream_of
from eventstore.stored import StoredEvent
from projections.sql import queries_in
from projections.timeline.entry import LATE_AFTER, Entry
from web.pages.visit import Visit
from web.rights.permissions import Permission, may

query = queries_in(Path(__file__).parent.parent / "queries")

ON: Mapping[Basis, str] = {
    "treatment": "for treatment",
    "payment": "for payment",
    "operations": "for the clinic's own operations",
    "right_of_access": "as the patient has a right to",
    "authorization": "as the patient has authorized",
    "required_by_law": "as the law requires",
    "public_health": "for public health",
    "oversight": "for health oversight",
    "judicial": "for a court",
    "law_enforcement": "for law enforcement",
    "research": "for research",
}
"""What allowed it, in words."""


async def handed_out(visit: Visit, pathway_id: str) -> list[Entry]:
    """Every bundle that shows the patient: none to who may not see who read what."""
    if not may(visit.actor.role, Permission.READ_ACCESS_LOG):
        return []
    services = visit.services
    with store_errors():
        rows = await services.pool.fetch(
            query("handed_out"), access_stream_of(pathway_id), record_class=StoredEvent
        )
    return [_line(pathway_id, one) for one in await services.store.decode_all(rows)]


def among(
    lines: Sequence[Entry], given: Sequence[Entry], *, begins: datetime | None, ends: bool
) -> list[Entry]:
    """A page of the timeline with what was given while it was recorded, the newest first.

    The page `begins` with what was recorded up to then, the first with whatever there is; `ends`:
    nothing is older.
    """
    oldest = lines[-1].recorded_at if lines and not ends else None
    fitting = (
        one
        for one in given
        if (begins is None or one.recorded_at <= begins)
        and (oldest is None or one.recorded_at > oldest)
    )
    return sorted((*lines, *fitting), key=lambda one: one.recorded_at, reverse=True)


def _line(pathway_id: str, recorded: RecordedEvent) -> Entry:
    actor = recorded.origin.actor
    return Entry(
        pathway_id=pathway_id,
        version=0,
        seq=recorded.seq,
        type=recorded.type,
        effective_at=recorded.effective_at,
        recorded_at=recorded.recorded_at,
        subject=actor.subject,
        role=actor.role,
        on_behalf_of=actor.on_behalf_of,
        title=_told(recorded),
        late=recorded.recorded_at - recorded.effective_at > LATE_AFTER,
        details={},
    )


def _told(recorded: RecordedEvent) -> str:
    if not isinstance(recorded.event, Disclosed):
        return "The record was handed out with its proofs; to whom is erased"
    to = recorded.event.recipient or "somebody who is not named"
    return f"The record was handed out with its proofs to {to}, {ON[recorded.event.basis]}"
