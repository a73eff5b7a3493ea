"""Histories that were recorded earlier still replay on today's code."""

import json
import re
from base64 import b64decode
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from tests.workflows.clinic import mbt_g
from tests.workflows.record import HISTORIES, RECORDED, converter
from workers.temporal import SANDBOX
from workflows.client import ENTITY_TYPES, WORKFLOWS
from workflows.pathway import PHASE


@pytest.fixture(params=sorted(HISTORIES.glob("*.json")), ids=lambda file: file.stem)
def history(request: pytest.FixtureRequest) -> WorkflowHistory:
    file: Path = request.param
    return WorkflowHistory.from_json(file.stem, file.read_text())


async def test_a_recorded_history_replays(history: WorkflowHistory) -> None:
    replayer = Replayer(workflows=WORKFLOWS, data_converter=converter(), workflow_runner=SANDBOX)

    await replayer.replay_workflow(history)


def test_every_kind_of_history_is_recorded() -> None:
    assert {file.stem for file in HISTORIES.glob("*.json")} == {kind.__name__ for kind in RECORDED}


def test_every_workflow_and_every_phase_is_recorded() -> None:
    histories = [json.loads(file.read_text())["events"] for file in HISTORIES.glob("*.json")]
    started = [one[0]["workflowExecutionStartedEventAttributes"] for one in histories]
    shown = [
        event["upsertWorkflowSearchAttributesEventAttributes"]["searchAttributes"]["indexedFields"]
        for events in histories
        for event in events
        if "upsertWorkflowSearchAttributesEventAttributes" in event
    ]
    phases = {
        b64decode(one[PHASE.name]["data"]) for one in shown if "data" in one.get(PHASE.name, {})
    }

    assert {one["workflowType"]["name"] for one in started} == set(ENTITY_TYPES)
    assert {json.loads(one) for one in phases} == {phase.id for phase in mbt_g().phases}


def test_no_recorded_history_names_the_machine_that_recorded_it() -> None:
    said = [file.read_text() for file in HISTORIES.glob("*.json")]
    named = {name for text in said for name in re.findall(r'"identity": "([^"]*)"', text)}
    assert named == {"recorder"}
