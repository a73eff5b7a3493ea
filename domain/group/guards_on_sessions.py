"""The guards on the sessions of a group: opened on time, by two, one after the other."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from domain.commands.group import Attended
from domain.decider import Context, Reason
from domain.group.state import Group, Session, Stage

_NONE_PLANNED = Reason(
    code="no_session_planned", message="No session is planned: say when the group meets."
)
_NONE_OPEN = Reason(code="no_session_open", message="No session is open.")
_NONE_MET = Reason(code="no_session_met", message="The group has not met yet.")


def any_planned(group: Group) -> Reason | None:
    """Whether a session is planned, or is under way and may still be broken off."""
    return _any_at(group, _NONE_PLANNED, "planned", "open")


def any_to_come(group: Group) -> Reason | None:
    return _any_at(group, _NONE_PLANNED, "planned")


def any_open(group: Group) -> Reason | None:
    return _any_at(group, _NONE_OPEN, "open")


def any_met(group: Group) -> Reason | None:
    return _any_at(group, _NONE_MET, "open", "held")


def _any_at(group: Group, none: Reason, *stages: Stage) -> Reason | None:
    return None if any(one.stage in stages for one in group.sessions) else none


def session_known(group: Group, number: int) -> Reason | None:
    if group.session(number):
        return None
    planned = ", ".join(str(one.number) for one in group.sessions if one.stage == "planned")
    return Reason(
        code="unknown_session",
        message=f"No session has the number {number}; planned are {planned or 'none'}.",
    )


_NOT_AT: dict[Stage, tuple[str, str]] = {
    "planned": ("session_not_opened", "is not opened yet: open it first."),
    "open": ("session_already_opened", "is open already."),
    "held": ("session_already_held", "was held already."),
    "cancelled": ("session_cancelled", "was cancelled."),
}


def at_stage(session: Session | None, *stages: Stage) -> Reason | None:
    """The session has come as far as that; one that is not known is another guard's concern."""
    if session is None or session.stage in stages:
        return None
    code, message = _NOT_AT[session.stage]
    return Reason(code=code, message=f"Session {session.number} {message}")


def within_opening_time(session: Session | None, context: Context) -> Reason | None:
    """From half an hour before the start until the planned end."""
    if session is None:
        return None
    earliest = session.starts_at - context.definition.policies.groups.opens_before
    if context.now < earliest:
        return Reason(
            code="too_early",
            message=f"Session {session.number} can be opened from {_said(earliest)}.",
        )
    return not_over(session, context)


def not_over(session: Session | None, context: Context) -> Reason | None:
    if session is None or context.now < session.ends_at:
        return None
    return Reason(
        code="session_over",
        message=f"Session {session.number} was planned until {_said(session.ends_at)}: "
        "say in `at` when this happened.",
    )


def begun(session: Session | None, context: Context) -> Reason | None:
    if session is None or context.now >= session.starts_at:
        return None
    return Reason(
        code="session_not_begun", message=f"The session begins at {_said(session.starts_at)}."
    )


def lasted(session: Session | None, context: Context) -> Reason | None:
    """A session that ended before anybody could come late to it was not held."""
    if session is None or context.now < session.starts_at:
        return None
    earliest = session.starts_at + min(context.definition.policies.late_after, session.length)
    if context.now >= earliest:
        return None
    return Reason(
        code="session_too_short",
        message=f"It can be recorded as held from {_said(earliest)}: "
        "cancel it, with the reason, if it was broken off.",
    )


def after_opening(session: Session | None, context: Context) -> Reason | None:
    """Nothing of a session happens before it was opened."""
    if session is None or session.opened_at is None or context.now >= session.opened_at:
        return None
    return Reason(
        code="before_opening", message=f"The session was opened at {_said(session.opened_at)}."
    )


def each_once(ids: Sequence[str], code: str) -> Reason | None:
    repeated = sorted({one for one in ids if ids.count(one) > 1})
    if not repeated:
        return None
    return Reason(code=code, message=f"Named twice: {', '.join(repeated)}.")


def enough_clinicians(clinicians: Sequence[str], context: Context) -> Reason | None:
    """Two trained facilitators: a session cannot open with fewer."""
    needed = context.definition.policies.groups.facilitators
    if len(set(clinicians)) >= needed:
        return None
    return Reason(
        code="too_few_facilitators",
        message=f"A session needs {needed} clinicians: name a substitute, or cancel it.",
    )


def may_lead(group: Group, session: Session | None, clinicians: Sequence[str]) -> Reason | None:
    """Facilitators of the group, or substitutes named for this session."""
    substitutes = [one.clinician_id for one in session.substitutions] if session else []
    strangers = [one for one in clinicians if one not in (*group.facilitators, *substitutes)]
    if session is None or not strangers:
        return None
    return Reason(
        code="not_a_facilitator",
        message=f"Name them substitutes for this session first: {', '.join(strangers)}.",
    )


def not_standing_in(session: Session | None, clinician_id: str, instead_of: str) -> Reason | None:
    """Nobody stands in for two at once."""
    substitutions = session.substitutions if session else ()
    for one in substitutions:
        if one.clinician_id == clinician_id and one.instead_of != instead_of:
            return Reason(
                code="already_substitute", message=f"They stand in for {one.instead_of} already."
            )
    return None


def in_future(starts_at: datetime, context: Context) -> Reason | None:
    if starts_at > context.now:
        return None
    return Reason(code="in_the_past", message="This time has passed: give one that lies ahead.")


def no_session_overlaps(
    group: Group, starts_at: datetime, length: timedelta, number: int
) -> Reason | None:
    for other in group.sessions:
        if other.number != number and other.overlaps(starts_at, length):
            return Reason(
                code="session_overlaps",
                message=f"Session {other.number} is at that time: choose another.",
            )
    return None


def admissible_once(session: Session | None, pathway_id: str) -> Reason | None:
    if session is None or session.admission(pathway_id) is None:
        return None
    return Reason(code="already_admitted", message="The patient takes part already.")


def expected(group: Group, session: Session | None, pathway_id: str) -> Reason | None:
    """Attendance is noted, and a concern raised, of members and of whoever took part."""
    if group.has_member(pathway_id) or (session and session.admission(pathway_id)):
        return None
    return Reason(code="not_a_member", message=f"{pathway_id} has no seat in this group.")


def attendance_fits(session: Session, one: Attended) -> Iterator[Reason | None]:
    """Whoever was there may be late or take turns; whoever was not may have given notice."""
    there = session.admission(one.pathway_id) is not None
    if there and one.notice_at:
        yield Reason(code="notice_and_attended", message="Notice of absence, yet the patient came.")
    if not there and (one.late_by or one.participation):
        yield Reason(
            code="not_admitted",
            message=f"{one.pathway_id} did not take part: record at most when notice was given.",
        )
    if one.late_by and one.late_by >= session.length:
        yield Reason(
            code="later_than_session", message="The patient came after the session had ended."
        )
    if one.notice_at and one.notice_at > session.starts_at:
        yield Reason(
            code="notice_after_session",
            message="Notice after the start is no notice: leave it out, it counts as missed.",
        )


def _said(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%MZ")
