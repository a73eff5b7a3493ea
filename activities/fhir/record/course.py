"""The course of care: the programme, the episode, the plan, and what people had to do."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from activities.fhir.record.chart import PROGRAMME, Chart, Json, Part, coded, instant, own, period
from activities.sharing.record import EpisodeStatus, standings
from domain.events import pathway as facts
from domain.programmes.definition import Definition
from domain.programmes.phases import Phase

_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"

_PLAN_STATUS: dict[EpisodeStatus, str] = {
    "planned": "draft",
    "active": "active",
    "onhold": "on-hold",
    "finished": "completed",
}


def course(chart: Chart) -> Iterator[Part]:
    """PlanDefinition, EpisodeOfCare, CarePlan with what it addresses, Task."""
    if chart.definition:
        yield Part("programme", plan_definition(chart.definition))
    yield Part("episode", _episode(chart))
    yield Part("plan", _care_plan(chart))
    for code in dict.fromkeys(_reasons(chart)):
        yield Part(f"reason-{code}", _condition(chart, code))
    yield from _tasks(chart)


def plan_definition(definition: Definition) -> Json:
    """A version of a programme: an action for each phase, its sessions below it."""
    return {
        "resourceType": "PlanDefinition",
        "url": f"{PROGRAMME}{definition.id}",
        "version": str(definition.version),
        "title": definition.title,
        "status": "active",
        "description": definition.source,
        "action": [_phase(phase) for phase in definition.phases],
    }


def _phase(phase: Phase) -> Json:
    sessions = [
        {"id": f"{phase.id}-{plan.kind}", "title": plan.title, "code": [own("session", plan.kind)]}
        for plan in phase.sessions
    ]
    return {
        "id": phase.id,
        "title": phase.title,
        "code": [own("phase", phase.id)],
        **({"action": sessions} if sessions else {}),
    }


def _episode(chart: Chart) -> Json:
    """Its status history is that of the events, never a state that somebody overwrote."""
    found = standings(chart.stream)
    ended = found[-1].since if found[-1].status == "finished" else None
    return {
        "resourceType": "EpisodeOfCare",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": _urn(chart.pathway_id)}],
        "status": found[-1].status,
        "statusHistory": [
            {
                "status": one.status,
                "period": period(one.since, following.since if following else None),
            }
            for one, following in pairwise((*found, None))
            if one
        ],
        "patient": chart.ref("patient"),
        "managingOrganization": chart.ref("clinic"),
        "period": period(found[0].since, ended),
        "team": [chart.ref("team")],
    }


def _care_plan(chart: Chart) -> Json:
    pathway, found = chart.pathway, standings(chart.stream)
    reasons = [chart.ref(f"reason-{code}") for code in _reasons(chart)]
    label = (pathway.programme or "").replace("@", "|")
    phase = pathway.phase.replace("_", " ") if pathway.phase else "not begun"
    return {
        "resourceType": "CarePlan",
        "status": _PLAN_STATUS[found[-1].status],
        "intent": "plan",
        "title": f"{pathway.programme}: {phase}",
        "instantiatesCanonical": [f"{PROGRAMME}{label}"],
        "subject": chart.ref("patient"),
        "period": period(found[0].since, pathway.treatment_ends_at),
        "careTeam": [chart.ref("team")],
        **({"addresses": reasons} if reasons else {}),
    }


def _reasons(chart: Chart) -> tuple[str, ...]:
    """The coded reasons for referral, ICD-10-CM, for whoever may see them."""
    referral = chart.pathway.referral
    return referral.reasons if referral and chart.shows("reasons") else ()


def _condition(chart: Chart, code: str) -> Json:
    """A reason for referral: what the sender gave, and no diagnosis of the clinic's."""
    return {
        "resourceType": "Condition",
        "verificationStatus": coded(_VERIFICATION, "unconfirmed"),
        "category": [{"text": "reason for referral"}],
        "code": coded("http://hl7.org/fhir/sid/icd-10-cm", code),
        "subject": chart.ref("patient"),
    }


def _tasks(chart: Chart) -> Iterator[Part]:
    """What a person had to do, and when it was done."""
    done = {
        one.event.task: one for one in chart.stream if isinstance(one.event, facts.TaskCompleted)
    }
    open_numbers = {one.number for one in chart.pathway.tasks}
    for one in chart.stream:
        if isinstance(one.event, facts.TaskOpened):
            ended = done.get(one.event.task)
            completed = ended.effective_at if ended else None
            status = _task_status(completed, still_open=one.event.task in open_numbers)
            yield Part(f"task-{one.event.task}", _task(chart, one.event, status, completed), one)


def _task_status(completed: datetime | None, *, still_open: bool) -> str:
    if completed:
        return "completed"
    return "requested" if still_open else "cancelled"


def _task(chart: Chart, opened: facts.TaskOpened, status: str, done: datetime | None) -> Json:
    return {
        "resourceType": "Task",
        "status": status,
        "intent": "order",
        "code": own("task", opened.kind),
        "for": chart.ref("patient"),
        "authoredOn": instant(opened.at),
        "executionPeriod": period(opened.at, done),
        "restriction": {"period": period(None, opened.due_at)},
    }


def _urn(pathway_id: str) -> str:
    return "urn:uuid:" + pathway_id.removeprefix("pathway-")
