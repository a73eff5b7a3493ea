"""Judging a history: every line is decided at its own instant, on a virtual clock."""

from collections.abc import Iterator, Mapping
from uuid import UUID, uuid4

from domain.commands.submission import Submission
from domain.decider import Rejected
from domain.deciders import UnknownEntity
from domain.programmes.definition import Definition
from domain.simulation import Clinic
from workers.history import problem
from workers.history.line import Line
from workers.history.problem import Problem
from workers.history.reading import BEGINNINGS, History
from workers.history.spool import Spool


class Reenacted(Clinic):
    """A clinic whose history goes to a spool as it happens: causes before what they lead to."""

    def keep_in(self, spool: Spool) -> None:
        self._spool = spool
        self._latest: str | None = None

    def take(self, entity_id: str, submission: Submission) -> None:
        self._put_down()
        self._latest = entity_id
        super().take(entity_id, submission)
        self._latest = entity_id
        self._put_down()

    def _put_down(self) -> None:
        if self._latest is not None:
            entity = self.entity(self._latest)
            self._spool.add(entity.id, entity.history)
            entity.history.clear()


def judge(history: History, programmes: Mapping[str, Definition], spool: Spool) -> list[Problem]:
    """Decide every line and meet every deadline until the history's `until`.

    A refused line did not happen; those after it are judged without it, and those of somebody who
    has not begun point to the line that was to begin them.
    """
    if history.header is None:
        return []
    begins = min((one.at for one in history.found), default=history.until)
    clinic = Reenacted(programmes=dict(programmes), now=begins, new_id=uuid4)
    clinic.keep_in(spool)
    refused = dict(history.not_begun)
    problems = [found for one in history.in_order() for found in _judged(clinic, refused, *one)]
    clinic.pass_until(history.until)
    return problems


def _judged(
    clinic: Reenacted, refused: dict[str, int], number: int, line: Line, command_id: UUID
) -> list[Problem]:
    clinic.pass_until(line.at)
    entity_id = _entity(clinic, line)
    unknown = list(_not_there(clinic, refused, number, line, entity_id))
    if unknown or entity_id is None:
        return unknown
    submission = Submission(
        command_id=command_id, command=line.command, data=line.data, actor=line.actor
    )
    try:
        clinic.take(entity_id, submission)
    except Rejected as refusal:
        refused.setdefault(entity_id, number)
        return list(problem.of_refusal(number, refusal))
    except (UnknownEntity, LookupError) as missing:
        refused.setdefault(entity_id, number)
        message = f"Something that this relies on is not there: {missing}."
        return [Problem(line=number, field="data", code="missing", message=message)]
    return []


def _entity(clinic: Reenacted, line: Line) -> str | None:
    if line.escalation_of is None:
        return line.entity
    return next(iter(clinic.entity(line.escalation_of).state.open_escalations), None)


def _not_there(
    clinic: Reenacted, refused: Mapping[str, int], number: int, line: Line, entity_id: str | None
) -> Iterator[Problem]:
    """What speaks of somebody who has not begun."""
    if entity_id is None:
        say = "The patient has no open escalation at that time: check the time, or leave it out."
        yield Problem(line=number, field="escalation_of", code="no_escalation", message=say)
        return
    begun = clinic.entity(entity_id).folded.version > 0
    if begun or line.command in BEGINNINGS.get(line.kind, frozenset()):
        return
    if entity_id in refused:
        say = f"This follows line {refused[entity_id]}, which is refused: correct that one first."
    else:
        first = " or ".join(sorted(BEGINNINGS.get(line.kind, frozenset()))) or "escalation_of"
        say = f"Nothing has happened to this {line.kind} by then: it begins with {first}."
    yield Problem(line=number, field="entity", code="unknown_entity", message=say)
