"""Effects through real workflows: tried again until they are settled, and what follows then."""

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.runtime import MetricBuffer, Runtime, TelemetryConfig
from temporalio.testing import WorkflowEnvironment

from activities.benefits import BenefitsVerification
from activities.contracts import PERFORM_EFFECT, EffectRequest
from activities.ledger import Ledger
from activities.mail import MailSender, MailServer
from activities.notify import Notifier
from activities.ports import Adapter, Settled
from activities.recipients import Desks, Recipients
from activities.sharing import Clinic as Sharing
from activities.sharing import Disclosure
from domain.events.access import BenefitsVerified
from domain.events.effects import EffectSettled
from domain.events.pathway import TaskOpened
from eventstore.connect import Pool
from eventstore.errors import StoreUnavailable
from eventstore.store import EventStore
from tests.activities.given import EMAIL
from tests.activities.mail_server import Mail
from tests.activities.web_server import Reply, Web
from tests.ports import folder_ports
from tests.workflows.clinic import Clinic, mbt_g, referral, register_search_attributes
from workers.keys import ensure_keys
from workers.temporal import converter, create_worker
from workflows.client import EntityClient
from workflows.messenger import SETTLED
from workflows.performing import WITHIN

ACTIVE = Reply(200, {"transaction": "271", "outcome": "active", "valid_until": "2199-12-31"})
PENDING = Reply(202, {"reference": "ref-17"})


@pytest.fixture
def counted() -> MetricBuffer:
    """What the worker has counted."""
    return MetricBuffer(100_000)


@pytest_asyncio.fixture
async def skipping(tmp_path: Path, counted: MetricBuffer) -> AsyncIterator[WorkflowEnvironment]:
    environment = await WorkflowEnvironment.start_time_skipping(
        runtime=Runtime(telemetry=TelemetryConfig(metrics=counted)),
        test_server_existing_path=str(Path(sys.executable).with_name("temporal-test-server")),
        data_converter=converter(ensure_keys(tmp_path / "keys")),
    )
    async with environment:
        await register_search_attributes(environment.client)
        yield environment


@pytest.fixture
def ports(
    skipping: WorkflowEnvironment, pool: Pool, mail: Mail, web: Web, tmp_path: Path
) -> dict[str, Adapter]:
    """Those of a clinic that sends e-mail, asks a payer, and shares records."""
    entities = EntityClient(skipping.client)
    store, ledger = EventStore(pool), Ledger(pool)
    server = MailServer(
        "127.0.0.1", mail.port, "no-reply@clinic.example", security="none", shortly=20
    )
    recipients = Recipients(store, Desks())
    notifier = Notifier(recipients, {"email": MailSender(server)}, ledger)
    payer = BenefitsVerification(
        store, web.endpoint("benefits"), ledger, entities, within=timedelta(hours=48)
    )
    return {
        **folder_ports(store, tmp_path / "outbox"),
        "notify": notifier,
        "benefits": payer,
        "share": Disclosure(store, web.endpoint("share"), ledger, Sharing()),
    }


@pytest_asyncio.fixture
async def clinic(
    skipping: WorkflowEnvironment, pool: Pool, ports: dict[str, Adapter], tmp_path: Path
) -> AsyncIterator[Clinic]:
    store = EventStore(pool)
    async with create_worker(skipping.client, store, ports):
        clinic = Clinic(skipping, EntityClient(skipping.client), store, tmp_path)
        await clinic.publish(mbt_g())
        yield clinic


async def referred(clinic: Clinic) -> str:
    data = referral()
    data["patient"]["email"] = EMAIL
    data["coverage"] = {"payer": "Cigna", "member_id": "M-4711"}
    return await clinic.refer(data)


async def reminded(clinic: Clinic) -> str:
    """A pathway whose patient is to be reminded of a session in two days."""
    pathway = await referred(clinic)
    start = await clinic.now() + timedelta(days=5)
    await clinic.submit(pathway, "book_session", kind="assessment", starts_at=start.isoformat())
    await clinic.pass_time(days=3, minutes=10)
    return pathway


async def settled(clinic: Clinic, pathway: str) -> list[EffectSettled]:
    """What came of everything but the calendars."""
    events = await clinic.events_of(pathway, "pathway.effect_settled")
    found = [one.event for one in events if isinstance(one.event, EffectSettled)]
    return [one for one in found if not one.effect.startswith("refresh_calendar")]


async def performed_patiently(clinic: Clinic, pathway: str) -> int:
    """How many of its effects needed an ordinary activity."""
    handle = clinic.environment.client.get_workflow_handle(pathway)
    return sum(
        one.activity_task_scheduled_event_attributes.activity_type.name == PERFORM_EFFECT
        for one in (await handle.fetch_history()).events
    )


async def test_a_mail_server_that_is_busy_gets_the_reminder_a_little_later(
    clinic: Clinic, mail: Mail
) -> None:
    mail.data = ["451 busy", "451 busy", "250 taken"]
    pathway = await reminded(clinic)
    (one,) = await settled(clinic, pathway)
    assert (one.outcome, one.attempts) == ("done", 3)
    assert [taken["To"] for taken in mail.taken] == [EMAIL]


async def test_a_mail_server_that_is_slow_gets_each_letter_once_and_holds_up_nobody_else(
    clinic: Clinic, mail: Mail
) -> None:
    mail.let_go.clear()
    mail.after = 600
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(reminded(clinic))
        await mail.begun.wait()
        other = await referred(clinic)
        assert not waiting.done()
        mail.let_go.set()
    (one,) = await settled(clinic, waiting.result())
    assert (one.outcome, one.attempts) == ("done", 1)
    assert [taken["To"] for taken in mail.taken] == [EMAIL]
    assert "pathway.referred" in await clinic.types(other)


async def test_while_the_mail_server_rests_messages_go_by_ordinary_activities(
    clinic: Clinic, mail: Mail
) -> None:
    mail.data = ["451 busy", "250 taken"]
    first = await reminded(clinic)
    assert [one.attempts for one in await settled(clinic, first)] == [2]
    second = await reminded(clinic)
    assert [one.attempts for one in await settled(clinic, second)] == [1]
    assert await performed_patiently(clinic, second) >= 1


async def test_a_reminder_that_nobody_takes_has_failed_and_says_why(
    clinic: Clinic, mail: Mail
) -> None:
    mail.data = ["451 busy"]
    pathway = await reminded(clinic)
    await clinic.pass_time(days=2)
    first, *_ = await settled(clinic, pathway)
    assert (first.outcome, first.reasons) == ("failed", ("mail_not_taken",))
    assert first.attempts > 10
    assert mail.taken == []
    opened = [one.event for one in await clinic.events_of(pathway, "pathway.task_opened")]
    assert "reach_patient" in [one.kind for one in opened if isinstance(one, TaskOpened)]


async def test_an_address_that_does_not_exist_fails_at_once(clinic: Clinic, mail: Mail) -> None:
    mail.recipient = ["550 no such user"]
    (one,) = await settled(clinic, await reminded(clinic))
    assert (one.outcome, one.reasons, one.attempts) == ("failed", ("mail_refused",), 1)


async def test_what_the_payer_answers_in_the_end_is_an_event(clinic: Clinic, web: Web) -> None:
    web.will(PENDING, PENDING, PENDING, ACTIVE)
    pathway = await referred(clinic)
    await clinic.submit(pathway, "request_benefits_check")
    await clinic.pass_time(hours=2)
    (verified,) = await clinic.events_of(pathway, "pathway.benefits_verified")
    assert isinstance(verified.event, BenefitsVerified)
    assert (verified.event.outcome, verified.event.check) == ("active", 1)
    (one,) = await settled(clinic, pathway)
    assert (one.outcome, one.attempts) == ("done", 3)
    assert await clinic.agrees_with_log(pathway)


async def test_what_the_payer_refuses_becomes_a_persons_task(clinic: Clinic, web: Web) -> None:
    web.will(Reply(422))
    pathway = await referred(clinic)
    await clinic.submit(pathway, "request_benefits_check")
    await clinic.pass_time(minutes=10)
    (one,) = await settled(clinic, pathway)
    assert (one.outcome, one.reasons) == ("failed", ("benefits_refused",))
    opened = [one.event for one in await clinic.events_of(pathway, "pathway.task_opened")]
    assert "verify_benefits" in [one.kind for one in opened if isinstance(one, TaskOpened)]


async def asked_to_share(clinic: Clinic) -> str:
    pathway = await referred(clinic)
    await clinic.submit(pathway, "name_pcp", pcp={"name": "Dr. Kim Doe"})
    await clinic.submit(pathway, "share_record", what="summary")
    return pathway


async def test_what_a_new_run_takes_up_is_given_up_three_days_after_it_was_asked_for(
    clinic: Clinic, web: Web
) -> None:
    web.will(Reply(503))
    pathway = await asked_to_share(clinic)
    await clinic.pass_time(days=2)
    await clinic.entities.renew(pathway)
    await clinic.pass_time(hours=23)
    assert await settled(clinic, pathway) == []
    await clinic.pass_time(hours=2)
    (one,) = await settled(clinic, pathway)
    assert (one.outcome, one.reasons) == ("failed", ("share_not_taken",))


async def test_what_a_new_run_finds_too_late_is_attempted_once_more_and_says_why_it_failed(
    clinic: Clinic, web: Web
) -> None:
    """The log keeps the real time: what it takes four skipped days later is four days old."""
    await clinic.pass_time(days=4)
    web.will(Reply(502))
    pathway = await asked_to_share(clinic)
    await web.was_asked.wait()
    asked = len(web.asked)
    await clinic.entities.renew(pathway)
    await clinic.pass_time(minutes=5)
    (one,) = await settled(clinic, pathway)
    assert (one.outcome, one.reasons) == ("failed", ("share_not_taken", "perhaps_received"))
    assert len(web.asked) > asked


class LedgerIsLost:
    """An adapter that breaks at every attempt after the first; perhaps not at the one at last."""

    def __init__(self, inner: Adapter, *, for_good: bool) -> None:
        self._inner = inner
        self._for_good = for_good

    async def perform(self, request: EffectRequest) -> Settled:
        info = activity.info()
        at_last = info.schedule_to_close_timeout == WITHIN
        if self._for_good if at_last else info.attempt > 1:
            raise StoreUnavailable("a test")
        return await self._inner.perform(request)


@pytest.mark.parametrize(
    ("for_good", "reasons"),
    [(False, ("share_not_taken", "perhaps_received")), (True, ("perhaps_received",))],
)
async def test_what_nobody_could_attempt_is_attempted_once_more_and_says_what_was_sent_before(
    clinic: Clinic,
    ports: dict[str, Adapter],
    web: Web,
    *,
    for_good: bool,
    reasons: tuple[str, ...],
) -> None:
    web.will(Reply(502), Reply(503))
    ports["share"] = LedgerIsLost(ports["share"], for_good=for_good)
    pathway = await asked_to_share(clinic)
    await web.was_asked.wait()
    await clinic.pass_time(days=3, minutes=10)
    (one,) = await settled(clinic, pathway)
    assert (one.outcome, one.reasons) == ("failed", reasons)


async def test_every_effect_is_counted_once_by_what_came_of_it_at_last(
    clinic: Clinic, mail: Mail, web: Web, counted: MetricBuffer
) -> None:
    """However it ended: at its first attempt, after many, refused, or for want of time."""
    mail.data = ["451 busy"]
    web.will(Reply(422))
    pathway = await reminded(clinic)
    await clinic.submit(pathway, "request_benefits_check")
    await clinic.pass_time(days=3)
    found = await settled(clinic, pathway)
    ended = outcomes(counted)
    assert [one.outcome for one in found] == ["failed"] * 3
    assert (ended["notify", "failed"], ended["benefits", "failed"]) == (2, 1)
    assert {outcome for port, outcome in ended if port != "calendar"} == {"failed"}


def outcomes(counted: MetricBuffer) -> Counter[tuple[str, str]]:
    """How many effects ended, by port and outcome."""
    found: Counter[tuple[str, str]] = Counter()
    for one in counted.retrieve_updates():
        if one.metric.name == SETTLED:
            found[str(one.attributes["port"]), str(one.attributes["outcome"])] += int(one.value)
    return found


async def test_no_log_line_says_who_the_patient_is(
    clinic: Clinic, mail: Mail, web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    mail.data = [f"451 {EMAIL} is over quota", f"550 no such user {EMAIL}"]
    web.will(Reply(503, {"error": "M-4711"}), Reply(400, {"error": "Sample, Avery"}))
    pathway = await reminded(clinic)
    await clinic.submit(pathway, "request_benefits_check")
    await clinic.pass_time(minutes=10)
    assert [one.outcome for one in await settled(clinic, pathway)] == ["failed", "failed"]
    ours = [one for one in caplog.records if not one.name.startswith("mail.log")]
    said = "".join(caplog.handler.format(one) for one in ours)
    assert "TryAgain" in said
    assert [one for one in (EMAIL, "Avery", "Sample", "M-4711", "1990") if one in said] == []
