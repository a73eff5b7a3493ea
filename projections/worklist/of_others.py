"""What groups, escalations, clinicians and requests for records ask people to do."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from domain.clinician.evolve import evolve as evolve_clinician
from domain.clinician.expiry import watched as watched_periods
from domain.clinician.state import Clinician, Period
from domain.group.evolve import evolve as evolve_group
from domain.group.state import Group, Task
from domain.records_request.evolve import evolve as evolve_request
from domain.records_request.state import RecordsRequest
from projections.folded.entity import Entity, Folding
from projections.safety.flagged import responsible
from projections.safety.watched import Watched
from projections.safety.watched import evolve as evolve_escalation
from projections.worklist.item import Clock, Item
from projections.worklist.why import ESCALATION, EXPIRY, GROUP_TASKS, RECORDS_REQUEST


def of_group(group_id: str, folding: Folding[Group]) -> Iterator[Item]:
    """A group's open tasks."""
    group = folding.state
    for task in group.tasks:
        duty = GROUP_TASKS[task.kind]
        about = task.about or ""
        yield Item(
            entity_id=group_id,
            item=f"task-{task.number}",
            source="task",
            kind=task.kind,
            subject_pathway_id=about if about.startswith("pathway-") else None,
            programme=group.programme,
            owner=_led_by(group, task) or duty.role,
            role=duty.role,
            opened_at=task.opened_at,
            due_at=task.due_at,
            clock=None,
            level=None,
            about=task.about,
            why=duty.why,
        )


def of_escalation(escalation_id: str, folding: Folding[Watched]) -> Iterator[Item]:
    """Each response to an open escalation that is not given yet."""
    watched = folding.state
    state = watched.escalation
    if state.status != "open":
        return
    for clock, due_at in _responses(watched):
        duty = ESCALATION[clock]
        yield Item(
            entity_id=escalation_id,
            item=clock,
            source="escalation",
            kind=clock,
            subject_pathway_id=state.pathway_id,
            programme=state.programme,
            owner=responsible(state) or duty.role,
            role=duty.role,
            opened_at=state.latest_signal_at,
            due_at=due_at,
            clock=clock,
            level=state.level,
            about=None,
            why=duty.why,
        )


def of_clinician(clinician_id: str, folding: Folding[Clinician]) -> Iterator[Item]:
    """The ends of what an active clinician holds, as far as nothing goes on from there."""
    clinician = folding.state
    if clinician.status != "active":
        return
    for period in watched_periods(clinician):
        duty = EXPIRY[period.what]
        if period.revoked:
            continue
        yield Item(
            entity_id=clinician_id,
            item=f"period-{period.period}",
            source="expiry",
            kind=f"renew_{period.what}",
            subject_pathway_id=None,
            programme=clinician.programme,
            owner=clinician_id,
            role=duty.role,
            opened_at=None,
            due_at=period.expires_at or _day_after(period),
            clock=None,
            level=None,
            about=period.of,
            why=duty.why,
        )


def of_request(request_id: str, folding: Folding[RecordsRequest]) -> Iterator[Item]:
    """A request that nobody has answered."""
    request = folding.state
    if request.status == "open" and request.due_at:
        yield Item(
            entity_id=request_id,
            item="answer",
            source="records_request",
            kind=f"answer_{request.kind}_request",
            subject_pathway_id=request.pathway_id,
            programme=None,
            owner=RECORDS_REQUEST.role,
            role=RECORDS_REQUEST.role,
            opened_at=request.received_at,
            due_at=request.due_at,
            clock=None,
            level=None,
            about=None,
            why=RECORDS_REQUEST.why,
        )


def _led_by(group: Group, task: Task) -> str | None:
    """Who leads the session that a task is about."""
    about = task.about or ""
    session = group.session(int(about)) if about.isdecimal() else None
    return next(iter(group.led_by(session)), None) if session else None


def _responses(watched: Watched) -> Iterator[tuple[Clock, datetime]]:
    limits: tuple[tuple[Clock, datetime | None], ...] = (
        ("acknowledge", None if watched.acknowledged else _acknowledge_by(watched)),
        ("contact", watched.by("contact")),
        ("visit", watched.by("visit")),
        ("resolve", watched.by("backstop")),
    )
    return ((clock, by) for clock, by in limits if by)


def _acknowledge_by(watched: Watched) -> datetime | None:
    """Before anybody was called it is due at once."""
    return watched.acknowledge_by or watched.escalation.latest_signal_at


def _day_after(period: Period) -> datetime:
    """The clock has forgotten when it expired: the day after the last on which it held."""
    return datetime.combine(period.until + timedelta(days=1), time.min, UTC)


def _group_remembered(group: Group) -> Group:
    """The same without sessions that are over, and without who was reminded of one."""
    ahead = (one for one in group.sessions if one.stage in ("planned", "open"))
    sessions = tuple(one.model_copy(update={"reminded": ()}) for one in ahead)
    return group.model_copy(update={"sessions": sessions, "joined_at": ()})


OTHERS = (
    Entity(
        kind="group",
        state=Group(),
        evolve=evolve_group,
        remembered=_group_remembered,
        rows=lambda group_id, folding: tuple(of_group(group_id, folding)),
    ),
    Entity(
        kind="escalation",
        state=Watched(),
        evolve=evolve_escalation,
        rows=lambda escalation_id, folding: tuple(of_escalation(escalation_id, folding)),
    ),
    Entity(
        kind="clinician",
        state=Clinician(),
        evolve=evolve_clinician,
        rows=lambda clinician_id, folding: tuple(of_clinician(clinician_id, folding)),
    ),
    Entity(
        kind="request",
        state=RecordsRequest(),
        evolve=evolve_request,
        rows=lambda request_id, folding: tuple(of_request(request_id, folding)),
    ),
)
