"""What happens to those entities, other than pathways, whose histories are recorded."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from domain.risk import Level
from tests.workflows.clinic import Clinic, submission
from tests.workflows.pathways_recorded import in_assessment, patients_of, practice_with_a_group
from tests.workflows.practice import OnWorkflows, at_rest, meet, seat
from tests.workflows.test_safety_escalation import ANSWERS, by_clinician, flagged
from tests.workflows.test_whole_way import PLAN
from workflows.client import TASK_QUEUE
from workflows.fleet import Job

ON_CALL = "oncall-mbt-g"


async def a_programme(clinic: Clinic) -> str:
    return f"programme-{(await clinic.definition()).id}"


async def a_group_that_forms(clinic: Clinic) -> str:
    _, group = await practice_with_a_group(clinic, "a group that forms")
    return group


async def a_group_with_members(clinic: Clinic) -> str:
    _, group, _ = await _with_members(clinic, "a group with members")
    return group


async def a_group_after_a_session(clinic: Clinic) -> str:
    """One member came, the other did not."""
    practice, group, members = await _with_members(clinic, "a group after a session")
    await meet(practice, 1, members[0], group=group)
    return group


async def a_group_that_closed(clinic: Clinic) -> str:
    practice, group, _ = await _with_members(clinic, "a group that closed")
    await practice.give(group, "close", reason="Too few wanted to meet in the evening")
    return group


async def _with_members(clinic: Clinic, story: str) -> tuple[OnWorkflows, str, list[str]]:
    practice, group = await practice_with_a_group(clinic, story)
    members = await patients_of(clinic, 2)
    for one in members:
        await seat(practice, one, group)
    return practice, group, members


async def a_clinician_who_was_warned(clinic: Clinic) -> str:
    clinician = await _registered(clinic)
    await _held(clinic, clinician, days=65)
    await clinic.pass_time(days=6)
    return clinician


async def a_clinician_whose_papers_expired(clinic: Clinic) -> str:
    clinician = await _registered(clinic)
    await _held(clinic, clinician, days=65)
    await clinic.pass_time(days=67)
    return clinician


async def an_on_call_list(clinic: Clinic) -> str:
    """Somebody stands in for a week, and the order changes afterwards."""
    first, supervisor = await _on_call(clinic)
    other, now = await _registered(clinic), await clinic.now()
    week = {"since": now.isoformat(), "until": (now + timedelta(weeks=1)).isoformat()}
    await clinic.submit(ON_CALL, "stand_in", absent=first, instead=other, **week)
    await clinic.pass_time(days=8)
    await clinic.submit(ON_CALL, "set_chain", clinicians=[other, first], supervisor=supervisor)
    return ON_CALL


async def an_escalation_that_calls(clinic: Clinic) -> str:
    escalation, _ = await _escalation(clinic, "high")
    await clinic.pass_time(minutes=40)
    return escalation


async def an_escalation_acknowledged(clinic: Clinic) -> str:
    """Acknowledged, and overdue because nobody has reached the patient."""
    escalation, clinician = await _escalation(clinic, "high")
    await clinic.entities.submit(escalation, by_clinician("acknowledge", by=clinician))
    await clinic.pass_time(hours=2)
    return escalation


async def an_escalation_resolved(clinic: Clinic) -> str:
    escalation, clinician = await _escalation(clinic, "low")
    await clinic.entities.submit(escalation, by_clinician("acknowledge", by=clinician))
    for command, data in ANSWERS:
        await clinic.entities.submit(escalation, by_clinician(command, **data))
    await clinic.environment.client.get_workflow_handle(escalation).result()
    return escalation


async def a_records_request(clinic: Clinic) -> str:
    """Due soon, extended, and fulfilled in the end."""
    pathway, request = await in_assessment(clinic), f"request-{uuid4()}"
    asked: dict[str, Any] = {"programme": "mbt-g@1", "kind": "access", "pathway_id": pathway}
    asked["received_at"] = (await clinic.now()).isoformat()
    await clinic.entities.submit_starting(request, submission("receive", asked))
    await clinic.pass_time(days=25)
    await clinic.submit(request, "extend", reason="An old file is elsewhere")
    await clinic.pass_time(days=10)
    await clinic.submit(request, "fulfil", what="The whole record", how="electronic")
    return request


async def a_job_of_the_fleet(clinic: Clinic) -> str:
    client, id_ = clinic.environment.client, f"fleet-{uuid4()}"
    job: Job = "overdue"
    await client.execute_workflow("FleetJob", job, id=id_, task_queue=TASK_QUEUE)
    return id_


async def _registered(clinic: Clinic) -> str:
    clinician = f"clinician-{uuid4()}"
    register = submission("register", {"programme": "mbt-g@1", "name": "Robin Example"})
    await clinic.entities.submit_starting(clinician, register)
    return clinician


async def _held(clinic: Clinic, clinician: str, days: int) -> None:
    """A credential and a licence that run out after so many days."""
    today = (await clinic.now()).date()
    until = today + timedelta(days=days)
    held = {"number": "A-1", "since": today.isoformat(), "until": until.isoformat()}
    await clinic.submit(clinician, "record_credential", kind="mbt", **held)
    await clinic.submit(clinician, "record_licence", state="FL", **held)


async def _on_call(clinic: Clinic) -> tuple[str, str]:
    first, supervisor = await _registered(clinic), await _registered(clinic)
    chain = submission("set_chain", {"clinicians": [first], "supervisor": supervisor})
    await clinic.entities.submit_starting(ON_CALL, chain)
    await at_rest(clinic)
    return first, supervisor


async def _escalation(clinic: Clinic, level: Level) -> tuple[str, str]:
    """An escalation, and the clinician whom it calls first."""
    first, _ = await _on_call(clinic)
    pathway = await in_assessment(clinic)
    agreed_at = (await clinic.now()).isoformat()
    await clinic.submit(pathway, "agree_safety_plan", plan=PLAN, agreed_at=agreed_at)
    escalation = await flagged(clinic, pathway, level)
    await clinic.pass_time(minutes=1)
    return escalation, first
