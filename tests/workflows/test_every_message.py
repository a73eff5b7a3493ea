"""Every kind of message, to somebody who does not exist, is over, or cannot write for a while."""

from collections.abc import AsyncIterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.contracts import Answer
from domain.commands.submission import Submission, telling
from domain.decider import ENTITY, Effect
from domain.events.envelope import RecordedEvent
from domain.fold import PendingEffect
from eventstore.store import EventStore
from tests.ports import folder_ports
from tests.workflows.clinic import Clinic, mbt_g
from tests.workflows.listening import Listener
from tests.workflows.log_of_some import LogOfSome
from tests.workflows.messages import (
    PATHWAY,
    kinds_of_messages,
    kinds_told_to,
    living,
    messages,
    over,
    unknown,
)
from tests.workflows.practice import disagreeing
from workers.temporal import create_worker
from workflows.client import TASK_QUEUE, WORKFLOWS, EntityClient

Kind = tuple[str, str]
Answered = dict[Kind, tuple[str, tuple[str, ...]]]

NEEDS_NOBODY = {
    ("group", "release_seat"),
    ("group", "note_move"),
    ("group", "note_attendance"),
    *kinds_told_to("escalation"),
}
"""What is already so where there is nobody; an escalation begins with what it is told."""

SAID_BY_WHOEVER_IS_OVER: dict[Kind, str] = {
    **dict.fromkeys(
        (
            ("pathway", "group_closed"),
            ("pathway", "book_group_session"),
            ("pathway", "cancel_group_session"),
            ("pathway", "record_group_session"),
            ("pathway", "record_not_admitted"),
            ("pathway", "raise_concern"),
        ),
        "pathway_closed",
    ),
    ("group", "reserve_seat"): "group_closed",
    ("group", "fill_seat"): "group_closed",
    ("clinician", "take_on"): "clinician_inactive",
    ("clinician", "lead"): "clinician_inactive",
    ("clinician", "reserve_time"): "clinician_inactive",
    ("clinician", "go_on_call"): "clinician_inactive",
    ("escalation", "add_signal"): "escalation_resolved",
}
SAID_BY_THE_LIVING: dict[Kind, str] = {
    ("group", "reserve_seat"): "too_few_facilitators",
    ("group", "fill_seat"): "no_reservation",
}


class Teller:
    """Tells entities something, and hears what they answer."""

    def __init__(self, clinic: Clinic, handle: WorkflowHandle[Listener, None]) -> None:
        self._clinic = clinic
        self._handle = handle

    async def tell(self, recipients: Mapping[str, str]) -> dict[UUID, Kind]:
        """One message of each kind, each of them twice; which is which."""
        told = dict[UUID, Kind]()
        for kind, data in messages(await self._clinic.now()).items():
            given = await self._message(recipients[kind[0]], kind[1], data)
            told[given.command_id] = kind
            for _ in range(2):
                await self._clinic.entities.wake(recipients[kind[0]], given, self._handle.id)
        return told

    async def _message(self, recipient: str, command: str, data: Mapping[str, Any]) -> Submission:
        """As it comes from the recipient's own pathway, if it has one, or from an escalation."""
        state = (await self._clinic.folded(recipient)).state
        sender = getattr(state, "pathway_id", None) or data.get("escalation_id", PATHWAY)
        effect = Effect(name=command, port=ENTITY, template=command, recipient="", data={**data})
        return telling(sender, PendingEffect(id=uuid4(), effect=effect, caused_by=uuid4()))

    async def answers(self, told: Mapping[UUID, Kind]) -> Answered:
        """What came of each; the same at each time that it was told."""
        answers: list[Answer] = await self._handle.execute_update(
            Listener.answers_to, list(told), id=str(uuid4())
        )
        found = {(told[one.effect_id], one.outcome, one.reasons) for one in answers}
        assert len(found) == len(told)
        return {kind: (outcome, reasons) for kind, outcome, reasons in found}


@pytest_asyncio.fixture
async def clinic(
    skipping: WorkflowEnvironment, store: EventStore, tmp_path: Path
) -> AsyncIterator[Clinic]:
    outbox = tmp_path / "outbox"
    workflows = (*WORKFLOWS, Listener)
    ports = folder_ports(store, outbox)
    async with create_worker(skipping.client, store, ports, workflows=workflows):
        clinic = Clinic(skipping, EntityClient(skipping.client), store, outbox)
        await clinic.publish(mbt_g())
        yield clinic


@pytest_asyncio.fixture
async def teller(clinic: Clinic) -> Teller:
    client = clinic.environment.client
    return Teller(
        clinic, await client.start_workflow(Listener.run, id=f"l-{uuid4()}", task_queue=TASK_QUEUE)
    )


async def test_there_is_one_of_each_kind_of_message(clinic: Clinic) -> None:
    assert set(messages(await clinic.now())) == kinds_of_messages()


async def test_who_does_not_exist_says_so_and_leaves_nothing_behind(
    clinic: Clinic, teller: Teller
) -> None:
    recipients = unknown()

    answers = await teller.answers(await teller.tell(recipients))

    assert refused(answers) == {
        kind: f"unknown_{kind[0]}" for kind in answers if kind not in NEEDS_NOBODY
    }
    for one in without_escalation(recipients):
        assert await clinic.events(one) == []
        await clinic.environment.client.get_workflow_handle(one).result()


async def test_who_is_over_says_so_or_takes_what_changes_nothing(
    clinic: Clinic, teller: Teller
) -> None:
    recipients = await over(clinic)

    answers = await teller.answers(await teller.tell(recipients))

    assert refused(answers) == SAID_BY_WHOEVER_IS_OVER
    assert await disagreeing(clinic) == []


async def test_who_cannot_write_for_a_while_takes_each_once(
    clinic: Clinic, teller: Teller, log: LogOfSome
) -> None:
    recipients = await living(clinic)
    log.away = set(recipients.values())

    told = await teller.tell(recipients)
    await clinic.pass_time(seconds=30)
    away = [one for id_ in log.away for one in await clinic.events(id_)]
    log.away = set()
    await clinic.pass_time(minutes=1)

    assert refused(await teller.answers(told)) == SAID_BY_THE_LIVING
    assert not any(one.origin.command_id in told for one in away)
    for id_ in recipients.values():
        decisions = [one for one, _ in groupby(await clinic.events(id_), key=command_of)]
        assert len(decisions) == len(set(decisions)), "nothing is decided twice"
    assert await disagreeing(clinic) == []


def refused(answers: Answered) -> dict[Kind, str]:
    """The first reason of each refusal; whatever was not refused was done."""
    assert {outcome for outcome, _ in answers.values()} == {"done", "refused"}
    return {kind: reasons[0] for kind, (outcome, reasons) in answers.items() if reasons}


def without_escalation(recipients: Mapping[str, str]) -> list[str]:
    """Of an escalation the first message is what brings it into being."""
    return [one for kind, one in recipients.items() if kind != "escalation"]


def command_of(event: RecordedEvent) -> UUID:
    return event.origin.command_id
