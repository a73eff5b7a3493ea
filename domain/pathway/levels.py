"""Levels of care: stepping up and down are transfers, not discharges."""

from domain import timing
from domain.commands.care import ReturnFromLevel, TransferLevel
from domain.decider import Context, Reason, known, require
from domain.events.care import LevelTransferred
from domain.events.pathway import LevelReturned, PathwayEvent, TaskKind
from domain.pathway import guards, tasks
from domain.pathway.deciding import clinician_decides
from domain.pathway.phases import back, cancelled_until
from domain.pathway.state import Pathway
from domain.programmes.definition import Definition

_OVER_BY_TRANSFER: tuple[TaskKind, ...] = ("resume_pathway", "return_from_level")


def level_guards(pathway: Pathway, level_id: str, context: Context) -> list[Reason | None]:
    definition = context.definition
    return [
        guards.not_discharged(pathway),
        level_known(definition, level_id),
        level_differs(pathway, definition, level_id),
    ]


def level_known(definition: Definition, level_id: str) -> Reason | None:
    if definition.care_levels.level(level_id):
        return None
    known_ids = ", ".join(one.id for one in definition.care_levels.levels)
    return Reason(code="unknown_level", message=f"There are these levels of care: {known_ids}.")


def level_differs(pathway: Pathway, definition: Definition, level_id: str) -> Reason | None:
    """Back to the programme's own level is a return."""
    own = definition.care_levels.own
    if level_id == own and pathway.level:
        return Reason(
            code="own_level", message="This is the programme's own level: use return_from_level."
        )
    if level_id != (pathway.level or own):
        return None
    return Reason(code="level_unchanged", message="The patient is at this level already.")


def transferred(pathway: Pathway) -> Reason | None:
    if pathway.status == "transferred":
        return None
    return Reason(code="not_transferred", message="The patient is not at another level of care.")


def transfer_level(
    pathway: Pathway, command: TransferLevel, context: Context
) -> list[PathwayEvent]:
    """Treatment goes on elsewhere for a time. The seat, the therapist and the end are kept.

    The sessions booked for that time are cancelled: nobody is reminded of them.
    """
    expected = command.expected_return
    require(
        *level_guards(pathway, command.level, context),
        timing.in_future(expected, context) if expected else None,
        clinician_decides(command.decided_by, context),
    )
    levels = context.definition.care_levels
    return_at = expected or context.now + levels.return_looked_at_after
    up = levels.steps_up(command.level, pathway.level or levels.own)
    return [
        LevelTransferred(
            at=context.now,
            level=command.level,
            change="step_up" if up else "step_down",
            reason=command.reason,
            decided_by=command.decided_by,
            return_at=return_at,
        ),
        *cancelled_until(pathway, return_at, context),
        *tasks.settled(pathway, _OVER_BY_TRANSFER, "The patient was transferred.", context),
    ]


def return_from_level(
    pathway: Pathway, command: ReturnFromLevel, context: Context
) -> list[PathwayEvent]:
    """The patient is back: as after a pause, what lies ahead goes on."""
    require(transferred(pathway))
    quiet_after, ahead = back(pathway, context)
    return [
        LevelReturned(
            at=context.now,
            level=known(pathway.level),
            reason=command.reason,
            quiet_after=quiet_after,
            timetable=ahead,
        ),
        *tasks.settled(pathway, ("return_from_level",), "The patient is back.", context),
    ]
