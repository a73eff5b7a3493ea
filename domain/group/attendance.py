"""How each member attended a session, from who was admitted and what was noted."""

from collections.abc import Sequence

from domain.commands.group import Attended
from domain.decider import Context
from domain.events.pathway import Attendance
from domain.events.presence import Presence
from domain.group.state import Group, Session
from domain.programmes.definition import Policies


def presences(
    group: Group, session: Session, noted: Sequence[Attended], context: Context
) -> tuple[Presence, ...]:
    """Everybody who took part, and every member who was expected and did not come.

    Whoever came and was not admitted did not miss the session: they stand among the refusals.
    """
    notes = {one.pathway_id: one for one in noted}
    policies = context.definition.policies
    came = [
        _present(session, one.pathway_id, notes.get(one.pathway_id), policies)
        for one in session.admitted
    ]
    absent = [_absent(session, one, notes.get(one), policies) for one in _expected(group, session)]
    return (*came, *absent)


def _expected(group: Group, session: Session) -> list[str]:
    """Members when it began who were neither admitted nor turned away."""
    seen = {one.pathway_id for one in session.admitted}
    seen |= {one.pathway_id for one in session.not_admitted}
    return [
        one.pathway_id
        for one in group.members
        if one.since <= session.starts_at and one.pathway_id not in seen
    ]


def _present(
    session: Session, pathway_id: str, note: Attended | None, policies: Policies
) -> Presence:
    """More than 15 minutes late is recorded as late."""
    admission = next(one for one in session.admitted if one.pathway_id == pathway_id)
    stated = note.late_by if note else None
    late_by = admission.late_by if stated is None else stated
    return Presence(
        pathway_id=pathway_id,
        attendance="late" if late_by > policies.late_after else "attended",
        late_by=late_by,
        location=admission.location,
        participation=note.participation if note else None,
        note=note.note if note else None,
    )


def _absent(
    session: Session, pathway_id: str, note: Attended | None, policies: Policies
) -> Presence:
    """Notice under 24 hours counts as missed."""
    notice_at = note.notice_at if note else None
    announced = notice_at and session.starts_at - notice_at >= policies.notice_for_excuse
    attendance: Attendance = "excused" if announced else "missed"
    return Presence(
        pathway_id=pathway_id,
        attendance=attendance,
        notice_at=notice_at,
        note=note.note if note else None,
    )
