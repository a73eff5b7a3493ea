"""A group reminds its own members of its sessions: all of them at one instant, each by a message.

Whether a member expects the session says their pathway: who pauses, has excused themselves or has
left has no such session to come, and gets no reminder.
"""

from collections.abc import Iterator
from datetime import datetime

from domain.decider import Context, Deadline, Effect, known
from domain.events.group import EffectSettled, SessionReminderFellDue
from domain.group.state import Group, MemberReminded, Session
from domain.pathway.standing import Standing, ToCome

REMIND = "remind_patient"


def reminders_ahead(group: Group) -> Iterator[Deadline]:
    """When members are to be reminded of the sessions that are still to begin."""
    for session in group.taking_place:
        for at in session.remind_at if session.stage == "planned" else ():
            yield Deadline(kind="session_reminder", subject=f"session-{session.number}", at=at)


def fell_due(group: Group, deadline: Deadline, context: Context) -> SessionReminderFellDue:
    """The reminder to whoever expects the session at the time at which it is to begin."""
    session = known(group.session(int(deadline.subject.removeprefix("session-"))))
    return SessionReminderFellDue(
        at=deadline.at,
        session=session.number,
        starts_at=session.starts_at,
        members=tuple(
            one.pathway_id
            for one in group.members
            if _expects(context.facts(one.pathway_id, Standing), session)
        ),
    )


def reminder(event: SessionReminderFellDue, pathway_id: str) -> Effect:
    """The message to one member; their own wishes say how it reaches them."""
    return Effect(
        name=f"{REMIND} {event.session} {pathway_id}",
        port="notify",
        template="session_reminder",
        recipient=pathway_id,
        not_after=event.starts_at,
    )


def reminded(group: Group, event: EffectSettled) -> tuple[Session, ...]:
    """The sessions, with what came of a reminder, if that is what was settled."""
    what, _, about = event.effect.partition(" ")
    number, _, pathway_id = about.partition(" ")
    if what != REMIND:
        return group.sessions
    return tuple(
        _with_reminder(one, event, pathway_id) if str(one.number) == number else one
        for one in group.sessions
    )


def without(session: Session, at: datetime) -> Session:
    """The session once the reminder of that instant has fallen due."""
    left = tuple(one for one in session.remind_at if one != at)
    return session.model_copy(update={"remind_at": left})


def _expects(standing: Standing, session: Session) -> bool:
    return ToCome(session=session.number, starts_at=session.starts_at) in standing.to_come


def _with_reminder(session: Session, event: EffectSettled, pathway_id: str) -> Session:
    found = MemberReminded(
        at=event.at, starts_at=session.starts_at, outcome=event.outcome, pathway_id=pathway_id
    )
    # They are sent side by side: in which order they end says nothing.
    told = sorted((*session.reminded, found), key=lambda one: (one.pathway_id, one.at))
    return session.model_copy(update={"reminded": tuple(told)})
