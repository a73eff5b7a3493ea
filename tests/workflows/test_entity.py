"""The entity host with a patient's pathway on it."""

import pytest

from domain.decider import Rejected
from tests.workflows.clinic import Clinic, referral


async def test_a_referral_opens_a_pathway_in_the_log_and_in_the_workflow(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())

    assert await clinic.types(pathway) == [
        "pathway.referred",
        "pathway.phase_entered",
        "pathway.measures_fell_due",
    ]
    snapshot = await clinic.entities.snapshot(pathway)
    assert snapshot.version == 3
    assert snapshot.state == (await clinic.folded(pathway)).state.model_dump(mode="json")


async def test_a_refused_command_leaves_no_event_and_no_history(real_clinic: Clinic) -> None:
    clinic = real_clinic
    pathway = await clinic.refer(referral())
    handle = clinic.environment.client.get_workflow_handle(pathway)
    before = (await handle.describe()).history_length

    with pytest.raises(Rejected) as refused:
        await clinic.submit(pathway, "enter_phase", phase="introduction")

    assert {reason.code for reason in refused.value.reasons} == {
        "too_few_sessions",
        "not_found_suitable",
        "consent_missing",
        "baseline_incomplete",
        "safety_plan_missing",
        "duration_not_chosen",
    }
    assert (await handle.describe()).history_length == before
    assert len(await clinic.events(pathway)) == 3


async def test_silence_for_thirty_days_opens_a_review_by_itself(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())

    await clinic.pass_time(days=30, minutes=1)

    (opened,) = [one for one in await clinic.events(pathway) if one.type == "pathway.task_opened"]
    assert opened.origin.actor.subject == "clock"
