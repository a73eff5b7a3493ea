"""Putting right what was logged of an incident: struck out, and logged anew beside it.

Everybody who has read the wrong entry finds both. A group that has closed is corrected too.
"""

from collections.abc import Sequence

from domain.commands.corrections import CorrectIncident, StrikeOut
from domain.decider import Context, Reason, known, require
from domain.events.corrections import IncidentStruckOut
from domain.events.group import GroupEvent, IncidentLogged
from domain.group.state import Group, Incident


def correct_incident(group: Group, command: CorrectIncident, _context: Context) -> list[GroupEvent]:
    """What really happened, in the same session and at the same instant."""
    wrong = _wrong(group, command.entry)
    anew = IncidentLogged(
        at=wrong.at,
        session=wrong.session,
        category=command.category,
        note=command.note,
        corrects=wrong.entry,
    )
    return [_struck_out(wrong, command.reason), anew]


def strike_out(group: Group, command: StrikeOut, _context: Context) -> list[GroupEvent]:
    """An incident that was none, or another group's, counts no more."""
    return [_struck_out(_wrong(group, command.entry), command.reason)]


def still_counting(
    incidents: Sequence[Incident], struck: IncidentStruckOut
) -> tuple[Incident, ...]:
    """By what it was, and not by its number: as of an instant, others before it may be left out."""
    said = (struck.session, struck.category, struck.at)
    same = [one for one in incidents if (one.session, one.category, one.at) == said]
    gone = min(same, key=lambda one: one.entry != struck.entry, default=None)
    return tuple(one for one in incidents if one is not gone)


def any_incident(group: Group) -> Reason | None:
    if group.incidents:
        return None
    return Reason(code="no_incident", message="No incident was logged here.")


def _wrong(group: Group, entry: int) -> Incident:
    require(_stands(group, entry), _is_incident(group, entry))
    return known(group.incident(entry))


def _stands(group: Group, entry: int) -> Reason | None:
    """Whoever corrects has read what stands now, and not what somebody has corrected meanwhile."""
    if entry not in group.struck_out:
        return None
    return Reason(
        code="corrected_already",
        message="This entry was corrected already: correct the one that stands in its place.",
    )


def _is_incident(group: Group, entry: int) -> Reason | None:
    if entry in group.struck_out or group.incident(entry):
        return None
    return Reason(code="no_incident", message="This entry is no incident: name the one that is.")


def _struck_out(wrong: Incident, reason: str) -> IncidentStruckOut:
    return IncidentStruckOut(reason=reason, **dict(wrong))
