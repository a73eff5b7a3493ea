"""A living pathway moves to another version: its timer, its decisions and its next run follow."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.commands.submission import Receipt
from domain.decider import Rejected
from domain.programmes.definition import Definition
from tests.workflows.clinic import Clinic, mbt_g, referral


def another(programme: str, version: int, **policies: Any) -> Definition:
    document = mbt_g().model_dump()
    changed = {"id": programme, "version": version, "policies": document["policies"] | policies}
    return Definition.model_validate(document | changed)


async def moved_to(clinic: Clinic, pathway: str, label: str) -> Receipt:
    decided = await clinic.decided("The revised programme suits better")
    return await clinic.submit(pathway, "move_to_version", programme=label, **decided)


async def test_the_clock_and_the_decisions_follow_the_new_version(clinic: Clinic) -> None:
    programme = f"p{uuid4().hex[:8]}"
    await clinic.publish(another(programme, 1))
    await clinic.publish(another(programme, 2, inactive_before_review=timedelta(days=10)))
    pathway = await clinic.refer(referral(), programme=f"{programme}@1")

    moved = await clinic.submit(
        pathway, "move_to_version", programme=f"{programme}@2", **await clinic.decided()
    )
    await clinic.pass_time(days=11)

    assert moved.events == ("pathway.version_moved",)
    opened = await clinic.events_of(pathway, "pathway.task_opened")
    by_kind = {getattr(one.event, "kind", None): one for one in opened}
    assert by_kind["disengagement_review"].programme_version == f"{programme}@2"
    assert await clinic.agrees_with_log(pathway)


async def test_the_next_run_stays_on_the_new_version(clinic: Clinic) -> None:
    programme = f"p{uuid4().hex[:8]}"
    await clinic.publish(another(programme, 1))
    await clinic.publish(another(programme, 2))
    pathway = await clinic.refer(referral(), programme=f"{programme}@1")
    await clinic.submit(
        pathway, "move_to_version", programme=f"{programme}@2", **await clinic.decided()
    )

    await clinic.renew(pathway)
    await clinic.entities.submit(pathway, await clinic.consent())

    (consent,) = await clinic.events_of(pathway, "pathway.consent_given")
    assert consent.programme_version == f"{programme}@2"


async def test_a_version_that_is_not_published_is_a_reason(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())

    with pytest.raises(Rejected) as refused:
        await clinic.submit(
            pathway, "move_to_version", programme="mbt-g@99", **await clinic.decided()
        )

    assert [reason.code for reason in refused.value.reasons] == ["programme_not_published"]
