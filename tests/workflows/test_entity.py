"""The entity host with a patient's pathway on it."""

import json
from datetime import timedelta
from itertools import groupby
from uuid import uuid4

import pytest

from domain import simulation
from domain.decider import Rejected
from domain.events.envelope import RecordedEvent
from eventstore.store import EventStore
from tests.workflows.clinic import COORDINATOR, Clinic, referral, submission
from workflows.client import Undecided


async def test_a_referral_opens_a_pathway_in_the_log_and_in_the_workflow(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())

    assert await clinic.types(pathway) == [
        "pathway.referred",
        "pathway.phase_entered",
        "pathway.measures_fell_due",
    ]
    assert await clinic.agrees_with_log(pathway)


async def test_a_refused_command_leaves_no_event_and_no_history(real_clinic: Clinic) -> None:
    clinic = real_clinic
    pathway = await clinic.refer(referral())
    before = await clinic.history_length(pathway)

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
    assert await clinic.history_length(pathway) == before
    assert len(await clinic.events(pathway)) == 3


async def test_a_first_command_that_is_refused_leaves_no_workflow_waiting(clinic: Clinic) -> None:
    child = referral()
    child["patient"]["birth_date"] = "2020-01-01"
    pathway = f"pathway-{uuid4()}"
    data = {"programme": "mbt-g@1", "referral": child}

    with pytest.raises(Rejected) as refused:
        await clinic.entities.submit_starting(pathway, submission("refer", data))

    assert [reason.code for reason in refused.value.reasons] == ["under_18"]
    assert await clinic.events(pathway) == []
    await clinic.environment.client.get_workflow_handle(pathway).result()


async def test_an_unpublished_programme_is_a_reason_and_not_a_failure(clinic: Clinic) -> None:
    with pytest.raises(Rejected) as refused:
        await clinic.refer(referral(), programme="mbt-g@7")

    assert [reason.code for reason in refused.value.reasons] == ["programme_not_published"]


async def test_a_command_sent_twice_happens_once(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())
    consent = await clinic.consent()

    first = await clinic.entities.submit(pathway, consent)
    second = await clinic.entities.submit(pathway, consent)

    assert first == second
    assert (await clinic.types(pathway)).count("pathway.consent_given") == 1


async def test_a_command_sent_again_to_a_later_run_happens_once(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())
    consent = await clinic.consent()
    first = await clinic.entities.submit(pathway, consent)

    await clinic.renew(pathway)
    second = await clinic.entities.submit(pathway, consent)

    assert second.events == first.events == ("pathway.consent_given",)
    assert (await clinic.types(pathway)).count("pathway.consent_given") == 1
    assert await clinic.agrees_with_log(pathway)


async def test_a_command_id_is_good_for_one_entity(clinic: Clinic) -> None:
    first, second = await clinic.refer(referral()), await clinic.refer(referral())
    consent = await clinic.consent()
    await clinic.entities.submit(first, consent)

    with pytest.raises(Rejected) as refused:
        await clinic.entities.submit(second, consent)

    assert [reason.code for reason in refused.value.reasons] == ["command_id_used"]
    await clinic.entities.submit(second, await clinic.consent())


async def test_silence_for_thirty_days_opens_a_review_by_itself(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())

    await clinic.pass_time(days=30, minutes=1)

    (opened,) = await reviews_of_silence(clinic, pathway)
    assert opened.origin.actor.subject == "clock"


async def reviews_of_silence(clinic: Clinic, pathway: str) -> list[RecordedEvent]:
    opened = await clinic.events_of(pathway, "pathway.task_opened")
    return [one for one in opened if one.event.kind == "disengagement_review"]  # type: ignore[attr-defined]


async def test_a_deadline_outlives_the_run_that_waited_for_it(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())
    await clinic.renew(pathway)

    await clinic.pass_time(days=30, minutes=1)

    assert len(await reviews_of_silence(clinic, pathway)) == 1


async def test_a_reminder_is_sent_once_and_what_came_of_it_is_an_event(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())
    start = await clinic.now() + timedelta(days=5)
    await clinic.submit(pathway, "book_session", kind="assessment", starts_at=start.isoformat())

    await clinic.pass_time(days=3, minutes=1)

    (due,) = await clinic.events_of(pathway, "pathway.session_reminder_fell_due")
    *_, settled = await clinic.events_of(pathway, "pathway.effect_settled")
    assert settled.origin.causation_id == due.event_id
    (message,) = clinic.outbox.iterdir()
    assert json.loads(message.read_text())["template"] == "session_reminder"
    assert message.stem == str(settled.event.model_dump()["effect_id"])


async def test_what_somebody_else_wrote_is_taken_into_account(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())
    await write_behind_its_back(clinic, pathway)

    start = await clinic.now() + timedelta(days=3)
    await clinic.submit(pathway, "book_session", kind="assessment", starts_at=start.isoformat())

    bookings = await clinic.events_of(pathway, "pathway.session_booked")
    assert [one.event.model_dump()["booking"] for one in bookings] == [1, 2]
    assert await clinic.agrees_with_log(pathway)


async def test_a_fault_in_the_rules_fails_one_command_and_no_other(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway = await clinic.refer(referral())
    consent = await clinic.consent()

    with monkeypatch.context() as broken:
        broken.setattr("domain.pathway.agreements.ConsentGiven", None)
        with pytest.raises(Undecided):
            await clinic.entities.submit(pathway, consent)
    await clinic.entities.submit(pathway, await clinic.consent())

    assert (await clinic.types(pathway)).count("pathway.consent_given") == 1


async def test_the_end_of_follow_up_ends_the_workflow(clinic: Clinic) -> None:
    pathway = await clinic.refer(referral())

    await clinic.submit(pathway, "discharge", reason="patient_withdrew")

    assert (await clinic.types(pathway))[-1] == "pathway.closed"
    await clinic.environment.client.get_workflow_handle(pathway).result()


async def test_commands_wait_for_the_log_and_happen_once_it_is_back(
    clinic: Clinic, store: EventStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathway = await clinic.refer(referral())
    append, refusals = store.append, iter(range(6))

    async def unavailable_at_first(*arguments: object) -> object:
        if next(refusals, None) is not None:
            raise OSError("the log is away")
        return await append(*arguments)  # type: ignore[arg-type] # passed through as it came

    monkeypatch.setattr(store, "append", unavailable_at_first)
    await clinic.entities.submit(pathway, await clinic.consent())

    assert (await clinic.types(pathway)).count("pathway.consent_given") == 1


async def write_behind_its_back(clinic: Clinic, pathway: str) -> None:
    """A booking that reaches the log without the workflow."""
    events = await clinic.events(pathway)
    definition = await clinic.definition()
    elsewhere = simulation.Clinic({definition.label: definition}, await clinic.now(), uuid4)
    entity = elsewhere.entity(pathway)
    entity.folded, entity.programme = await clinic.folded(pathway), definition
    start = (elsewhere.now + timedelta(days=9)).isoformat()
    elsewhere.submit(pathway, "book_session", COORDINATOR, kind="assessment", starts_at=start)
    version = len(events)
    for _, decision in groupby(entity.history, key=lambda event: event.origin.command_id):
        version = (await clinic.store.append(pathway, version, list(decision))).version
