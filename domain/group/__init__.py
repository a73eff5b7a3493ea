"""A therapy group: at most eight seats, two facilitators, sessions by a weekly rule."""

from domain.commands import group as commands
from domain.commands.base import MeetDeadline
from domain.commands.group import GroupCommand
from domain.decider import PROGRAMME_DEFINITION, Decider, Reference
from domain.events.group import GroupEvent
from domain.group.deadlines import deadlines
from domain.group.decide import decide
from domain.group.evolve import evolve
from domain.group.foresight import clinicians_ahead
from domain.group.permitted import permitted
from domain.group.reactions import reactions
from domain.group.seating import Seating, seating
from domain.group.state import Group

_CHANGES_WHO_MAY_LEAD = (
    commands.Schedule,
    commands.HoldSession,
    commands.AssignFacilitator,
    commands.RelieveFacilitator,
    commands.NameSubstitute,
    commands.NoteMove,
)


def _needs(group: Group, command: GroupCommand) -> list[Reference]:
    """The programme that a group is formed on; whom else the decision is about."""
    if isinstance(command, commands.Form):
        return [Reference(kind=PROGRAMME_DEFINITION, name=command.programme)]
    if isinstance(command, commands.Close):
        named = (command.successor,) if command.successor else ()
        return [Reference(kind="group", name=one) for one in named]
    ahead = clinicians_ahead(group) if _looks_ahead(command) else ()
    clinicians, pathways = _about(group, command)
    if _asks_for_members(command):
        pathways = tuple(one.pathway_id for one in group.members)
    return [
        *(Reference(kind="clinician", name=one) for one in dict.fromkeys((*ahead, *clinicians))),
        *(Reference(kind="pathway", name=one) for one in dict.fromkeys(pathways)),
    ]


def _looks_ahead(command: GroupCommand) -> bool:
    """Whether it is asked who may still lead the sessions to come."""
    if isinstance(command, MeetDeadline):
        return command.kind == "plan_sessions"
    return isinstance(command, _CHANGES_WHO_MAY_LEAD)


def _asks_for_members(command: GroupCommand) -> bool:
    """Whether it is asked when members are elsewhere, or whether they expect the session."""
    if isinstance(command, MeetDeadline):
        return command.kind == "session_reminder"
    return isinstance(command, commands.Schedule | commands.RescheduleSession)


def _about(group: Group, command: GroupCommand) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The clinicians and the patients whose facts a decision relies on."""
    match command:
        case commands.AssignFacilitator() | commands.NameSubstitute():
            return (command.clinician_id,), ()
        case commands.RelieveFacilitator(successor=str(successor)):
            return (successor,), ()
        case commands.ReserveSeat():
            return group.facilitators, (command.pathway_id,)
        case commands.OpenSession():
            return command.clinicians, tuple(one.pathway_id for one in command.joining)
        case commands.AdmitLate() | commands.RescheduleSession():
            return _about_session(group, command)
        case _:
            return (), ()


def _about_session(
    group: Group, command: commands.AdmitLate | commands.RescheduleSession
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who leads the session, or is to lead it, and who comes late to it."""
    session = group.session(command.session)
    if isinstance(command, commands.AdmitLate):
        return session.clinicians if session else (), (command.pathway_id,)
    return group.led_by(session) if session else (), ()


GROUP: Decider[Group, GroupCommand, GroupEvent] = Decider(
    kind="group",
    initial=Group,
    decide=decide,
    evolve=evolve,
    deadlines=deadlines,
    reactions=reactions,
    needs=_needs,
    permitted=permitted,
    is_closed=lambda group: group.status == "closed",
    facts=seating,
)

__all__ = ["GROUP", "Group", "Seating"]
