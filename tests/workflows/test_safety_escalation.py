"""A flag on a real server: the escalation opens by itself, calls, and tells its pathway."""

from typing import Any
from uuid import uuid4

from domain.actor import Actor
from domain.commands.submission import Submission
from domain.risk import Level
from tests.workflows.clinic import Clinic, referral, submission

FIRST, SUPERVISOR = (f"clinician-{uuid4()}" for _ in range(2))
PLAN = {
    part: ["As agreed"]
    for part in (
        "warning_signs",
        "own_coping",
        "people_and_places_that_distract",
        "people_to_ask_for_help",
        "professionals_and_services",
        "safer_environment",
    )
}

ANSWERS: list[tuple[str, dict[str, Any]]] = [
    (
        "formulate",
        {
            "level": "none",
            "status": "similar",
            "foreseeable_changes": ["None ahead"],
            "note": "note-1",
        },
    ),
    ("record_disposition", {"disposition": "no_further_action"}),
    ("review_safety_plan", {"revision": 1}),
    ("resolve", {}),
]


def by_clinician(command: str, **data: Any) -> Submission:
    actor = Actor(subject="clinician-account", role="clinician")
    return submission(command, data).model_copy(update={"actor": actor})


async def on_call(clinic: Clinic) -> None:
    for one in (FIRST, SUPERVISOR):
        register = submission("register", {"programme": "mbt-g@1", "name": "Robin Example"})
        await clinic.entities.submit_starting(one, register)
    chain = submission("set_chain", {"clinicians": [FIRST], "supervisor": SUPERVISOR})
    await clinic.entities.submit_starting("oncall-mbt-g", chain)


async def flagged(clinic: Clinic, pathway: str, level: Level) -> str:
    await clinic.submit(pathway, "raise_concern", source="clinician", level=level)
    escalation: str = (await clinic.folded(pathway)).state.open_escalations[0]
    return escalation


async def test_a_flag_opens_an_escalation_that_calls_until_somebody_acknowledges(
    clinic: Clinic,
) -> None:
    await on_call(clinic)
    pathway = await clinic.refer(referral())
    escalation = await flagged(clinic, pathway, "high")

    await clinic.pass_time(minutes=40)

    called: list[Any] = [
        one.event for one in await clinic.events_of(escalation, "escalation.called")
    ]
    assert [one.clinician_id for one in called] == [FIRST, SUPERVISOR, SUPERVISOR]
    assert (await clinic.folded(pathway)).state.unheard_flags == ()
    await clinic.entities.submit(escalation, by_clinician("acknowledge", by=FIRST))
    await clinic.pass_time(minutes=40)
    assert len(await clinic.events_of(escalation, "escalation.called")) == len(called)
    assert await clinic.agrees_with_log(escalation)


async def test_resolving_it_tells_the_pathway_and_ends_its_workflow(clinic: Clinic) -> None:
    await on_call(clinic)
    pathway = await clinic.refer(referral())
    agreed_at = (await clinic.now()).isoformat()
    await clinic.submit(pathway, "agree_safety_plan", plan=PLAN, agreed_at=agreed_at)
    escalation = await flagged(clinic, pathway, "low")
    await clinic.pass_time(minutes=1)

    for command, data in ANSWERS:
        await clinic.entities.submit(escalation, by_clinician(command, **data))
    await clinic.environment.client.get_workflow_handle(escalation).result()

    state = (await clinic.folded(pathway)).state
    assert (state.open_escalations, state.risk.level) == ((), "none")
