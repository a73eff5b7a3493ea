"""Histories that were recorded earlier still replay on today's code."""

import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from activities.contracts import EffectReply
from tests.workflows.record import HISTORIES, RECORDED, converter
from workers.embedded.programmes import shipped_definitions
from workers.temporal import SANDBOX
from workflows.client import ENTITY_TYPES, WORKFLOWS
from workflows.fleet import FleetJob
from workflows.pathway import PHASE


@pytest.fixture(params=sorted(HISTORIES.glob("*.json")), ids=lambda file: file.stem)
def history(request: pytest.FixtureRequest) -> WorkflowHistory:
    file: Path = request.param
    return WorkflowHistory.from_json(file.stem, file.read_text())


async def test_a_recorded_history_replays(history: WorkflowHistory) -> None:
    workflows = [*WORKFLOWS, FleetJob]
    replayer = Replayer(workflows=workflows, data_converter=converter(), workflow_runner=SANDBOX)

    await replayer.replay_workflow(history)


def test_every_kind_of_history_is_recorded() -> None:
    assert {file.stem for file in HISTORIES.glob("*.json")} == {kind.__name__ for kind in RECORDED}


def test_every_workflow_and_every_phase_of_every_programme_is_recorded() -> None:
    started = [one[0]["workflowExecutionStartedEventAttributes"] for one in recorded()]
    shown = [
        event["upsertWorkflowSearchAttributesEventAttributes"]["searchAttributes"]["indexedFields"]
        for events in recorded()
        for event in events
        if "upsertWorkflowSearchAttributesEventAttributes" in event
    ]
    phases = {
        b64decode(one[PHASE.name]["data"]) for one in shown if "data" in one.get(PHASE.name, {})
    }

    of_programmes = {phase.id for each in shipped_definitions() for phase in each.phases}
    assert {one["workflowType"]["name"] for one in started} == {*ENTITY_TYPES, "FleetJob"}
    assert {json.loads(one) for one in phases} == of_programmes


async def test_effects_that_were_attempted_again_are_recorded_done_and_failed() -> None:
    """Attempts that failed leave no events of their own: the reply counts them."""
    text = (HISTORIES / "with_reminders_that_failed.json").read_text()
    settled = [
        await _reply(event)
        for event in WorkflowHistory.from_json("of reminders", text).events
        if event.HasField("activity_task_completed_event_attributes")
    ]
    assert [one.outcome for one in settled] == ["done", "failed"]
    assert all(one.attempts > 1 for one in settled)


async def _reply(completed: HistoryEvent) -> EffectReply:
    result = completed.activity_task_completed_event_attributes.result.payloads
    (reply,) = await converter().decode(result, [EffectReply])
    assert isinstance(reply, EffectReply)
    return reply


def recorded() -> list[list[dict[str, Any]]]:
    return [json.loads(file.read_text())["events"] for file in HISTORIES.glob("*.json")]


def test_no_recorded_history_names_the_machine_that_recorded_it() -> None:
    said = [file.read_text() for file in HISTORIES.glob("*.json")]
    named = {name for text in said for name in re.findall(r'"identity": "([^"]*)"', text)}
    assert named == {"recorder"}
