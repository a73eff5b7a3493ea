"""What may be done with a group now: every transition, open or with all that blocks it."""

from collections.abc import Iterator

from domain.decider import Context, Reason, Transition, blocked_instead, failed, transition
from domain.group import guards, guards_on_sessions
from domain.group.correcting import any_incident
from domain.group.forming import close_guards
from domain.group.sessions import holding_guards, opening_guards
from domain.group.state import Group, Session
from domain.group.tasks import done_by_saying_so


def permitted(group: Group, context: Context) -> list[Transition]:
    """Every transition of a group. A guard on what a form asks for is checked on submitting."""
    if group.status == "absent":
        return [transition("form", "Form the group")]
    transitions = [
        *_calendar(group),
        *_facilitators(group),
        *_sessions(group, context),
        *_corrections(group),
        *_tasks(group),
        transition("close", "Close the group", *close_guards(group)),
    ]
    closed = guards.not_closed(group)
    if closed is None:
        return [*transitions, *blocked_instead(transitions, _without(group))]
    left = [*_corrections(group), *_tasks(group)]
    blocked = [
        one.model_copy(update={"blocked_by": (closed,)}) for one in transitions if one not in left
    ]
    return [*blocked, *left]


def _without(group: Group) -> dict[str, Transition]:
    """What is said of a command where there is nothing that it could be about."""
    planned, running = guards_on_sessions.any_to_come(group), guards_on_sessions.any_open(group)
    met = guards_on_sessions.any_met(group)
    return {
        command: transition(command, title, reason)
        for command, title, reason in (
            ("cancel_session", "Cancel a session", planned),
            ("reschedule_session", "Move a session", planned),
            ("name_substitute", "Name a substitute for a session", planned),
            ("open_session", "Open a session", planned),
            ("admit_late", "Let somebody in", running),
            ("hold_session", "End a session", running),
            ("report_concern", "Report a concern in a session", met),
            ("log_incident", "Log an incident in a session", met),
            ("relieve_facilitator", "Relieve a facilitator", guards.any_facilitator(group)),
            ("complete_task", "Complete a task", guards.any_task(group)),
        )
    }


def _calendar(group: Group) -> Iterator[Transition]:
    running = guards.no_session_open(group)
    yield transition("schedule", "Say when the group meets", running)
    for one in _at_stage(group, "planned"):
        number, title = one.number, f"session {one.number}"
        yield transition("cancel_session", f"Cancel {title}", session=number)
        yield transition("reschedule_session", f"Move {title}", session=number)
        title = f"Name a substitute for {title}"
        yield transition("name_substitute", title, guards.any_facilitator(group), session=number)


def _facilitators(group: Group) -> Iterator[Transition]:
    """A successor makes up for whoever goes: that guard is for the form."""
    yield transition("assign_facilitator", "Assign a facilitator")
    for one in group.facilitators:
        yield transition("relieve_facilitator", f"Relieve {one}", clinician_id=one)


def _sessions(group: Group, context: Context) -> Iterator[Transition]:
    for one in _at_stage(group, "planned"):
        blocking = [*opening_guards(group, one, context), *_lacks_clinicians(group, one, context)]
        title = f"Open session {one.number}"
        yield transition("open_session", title, *blocking, session=one.number)
    for one in _at_stage(group, "open"):
        number = one.number
        over = guards_on_sessions.not_over(one, context)
        held = holding_guards(one, context)
        yield transition("admit_late", "Let somebody in", over, session=number)
        yield transition("hold_session", f"End session {number}", *held, session=number)
        yield transition("cancel_session", f"Break off session {number}", session=number)
    for one in (*_at_stage(group, "open"), *_at_stage(group, "held")[-1:]):
        number, title = one.number, f"in session {one.number}"
        yield transition("report_concern", f"Report a concern {title}", session=number)
        yield transition("log_incident", f"Log an incident {title}", session=number)


def _corrections(group: Group) -> Iterator[Transition]:
    """What was logged wrongly is put right, also after the group has closed."""
    logged = any_incident(group)
    yield transition("correct_incident", "Correct an incident", logged)
    yield transition("strike_out", "Strike out an incident", logged)


def _lacks_clinicians(group: Group, session: Session, context: Context) -> list[Reason | None]:
    """Too few may lead it, or too few of them are free then, as far as it is known who is."""
    may_lead = dict.fromkeys(
        (*group.facilitators, *(one.clinician_id for one in session.substitutions))
    )
    elsewhere = [
        guards.leads_no_other_then(group, one, [session], context)
        for one in may_lead
        if one in context.references
    ]
    free = len(may_lead) - len(failed(*elsewhere))
    needed = context.definition.policies.groups.facilitators
    enough = guards_on_sessions.enough_clinicians(tuple(may_lead), context)
    return [enough, *(elsewhere if free < needed else ())]


def _at_stage(group: Group, stage: str) -> list[Session]:
    return [one for one in group.taking_place if one.stage == stage]


def _tasks(group: Group) -> Iterator[Transition]:
    for task in group.tasks:
        yield transition(
            "complete_task",
            f"Complete task {task.number}: {task.kind.replace('_', ' ')}",
            done_by_saying_so(group, task.number),
            task=task.number,
        )
