"""Verifying benefits with a payer that answers late, oddly, or never."""

import traceback
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from activities.benefits import BenefitsVerification
from activities.contracts import EffectRequest
from activities.ledger import Ledger
from activities.ports import DONE, EffectError, Impossible, TryAgain
from domain.commands import registry
from domain.commands.access import BenefitsAnswered
from domain.commands.submission import Receipt, Submission
from domain.decider import Reason, Rejected
from domain.events.pathway import Erased
from eventstore.store import EventStore
from tests.activities.given import LATER, NOW, SECRETS, a_check, happened
from tests.activities.web_server import Reply, Web

REFERENCE = Reply(202, {"reference": "ref-17"})
PENDING = Reply(202, {"status": "pending"})
ACTIVE = Reply(
    200, {"transaction": "271", "outcome": "active", "valid_until": "2026-12-31", "plan": "x"}
)


class Pathways:
    """The pathways that asked, as far as an answer needs them."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Submission]] = []
        self.refuses: tuple[str, ...] = ()

    async def submit(self, entity_id: str, submission: Submission) -> Receipt:
        self.told.append((entity_id, submission))
        if self.refuses:
            raise Rejected(*(Reason(code=code, message="No.") for code in self.refuses))
        return Receipt(
            entity_id=entity_id,
            command_id=submission.command_id,
            version=1,
            events=(),
            permitted=(),
        )


@pytest.fixture
def pathways() -> Pathways:
    return Pathways()


class Clock:
    def __init__(self) -> None:
        self.passed = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def verification(
    store: EventStore, web: Web, ledger: Ledger, pathways: Pathways, clock: Clock
) -> BenefitsVerification:
    return BenefitsVerification(
        store,
        web.endpoint("benefits"),
        ledger,
        pathways,
        within=timedelta(hours=48),
        now=clock,
    )


async def tried(verification: BenefitsVerification, request: EffectRequest) -> TryAgain:
    with pytest.raises(TryAgain) as failed:
        await verification.perform(request)
    return failed.value


async def test_the_payer_is_asked_once_and_looked_at_until_it_answers(
    store: EventStore, web: Web, verification: BenefitsVerification, pathways: Pathways
) -> None:
    request = await a_check(store)
    web.will(REFERENCE, PENDING, PENDING, ACTIVE)
    await tried(verification, request)
    await tried(verification, request)
    assert await verification.perform(request) == DONE
    assert [one.method for one in web.asked] == ["POST", "GET", "GET", "GET"]
    assert {one.path for one in web.asked[1:]} == {"/x/ref-17"}
    assert len(pathways.told) == 1


async def test_the_answer_becomes_a_command_of_the_pathway(
    store: EventStore, web: Web, verification: BenefitsVerification, pathways: Pathways
) -> None:
    request = await a_check(store)
    web.will(REFERENCE, ACTIVE)
    await verification.perform(request)
    ((entity_id, submission),) = pathways.told
    command = registry.read("pathway", submission.command, submission.data)
    assert entity_id == request.entity_id
    assert command == BenefitsAnswered.model_validate(
        {"check": 1, "payer": "Cigna", "outcome": "active", "valid_until": "2026-12-31"}
    )
    assert submission.causation_id == request.pending.caused_by


async def test_an_answer_that_is_told_twice_is_the_same_command(
    store: EventStore, web: Web, verification: BenefitsVerification, pathways: Pathways
) -> None:
    request = await a_check(store)
    web.will(REFERENCE, ACTIVE)
    await verification.perform(request)
    await verification.perform(request)
    first, second = (submission for _, submission in pathways.told)
    assert first == second


async def test_a_payer_may_answer_at_once(
    store: EventStore, web: Web, verification: BenefitsVerification, pathways: Pathways
) -> None:
    web.will(ACTIVE)
    assert await verification.perform(await a_check(store)) == DONE
    assert len(pathways.told) == 1


async def test_the_inquiry_says_who_is_insured_and_nothing_of_why(
    store: EventStore, web: Web, verification: BenefitsVerification
) -> None:
    request = await a_check(store)
    web.will(ACTIVE)
    await verification.perform(request)
    (asked,) = web.asked
    assert asked.headers["idempotency-key"] == str(request.pending.id)
    assert asked.json == {
        "transaction": "270",
        "trace": str(request.pending.id),
        "service_type": "MH",
        "payer": {"name": "Cigna"},
        "subscriber": {
            "member_id": "M-4711",
            "family_name": "Example",
            "given_names": ["Avery"],
            "birth_date": "1990-05-17",
        },
    }


async def test_a_members_number_goes_to_its_own_payer_only(
    store: EventStore, web: Web, verification: BenefitsVerification
) -> None:
    web.will(ACTIVE)
    await verification.perform(await a_check(store, payer="Optum"))
    assert web.asked[0].json["subscriber"]["member_id"] is None


async def test_a_payer_that_never_answers_is_left_to_a_person(
    store: EventStore, web: Web, verification: BenefitsVerification, clock: Clock
) -> None:
    request = await a_check(store)
    web.will(REFERENCE, PENDING)
    await tried(verification, request)
    clock.passed = timedelta(hours=49)
    with pytest.raises(Impossible, match="benefits_unanswered"):
        await verification.perform(request)


async def test_a_slow_payer_is_looked_at_less_and_less(
    store: EventStore, web: Web, verification: BenefitsVerification, clock: Clock
) -> None:
    request = await a_check(store)
    web.will(REFERENCE, PENDING)
    pauses = []
    for minutes in (0, 2, 60, 48 * 60 - 10):
        clock.passed = timedelta(minutes=minutes)
        pause = (await tried(verification, request)).after
        assert pause is not None
        pauses.append(round(pause / timedelta(minutes=1), 1))
    assert pauses[1:] == [pytest.approx(2, abs=0.3), 30, pytest.approx(10, abs=0.3)]
    assert pauses[0] == pytest.approx(0.25, abs=0.3)


async def test_a_payer_that_asks_for_patience_gets_it(
    store: EventStore, web: Web, verification: BenefitsVerification
) -> None:
    web.will(REFERENCE, Reply(202, headers={"retry-after": "7200"}))
    failed = await tried(verification, await a_check(store))
    assert failed.after == timedelta(hours=2)


async def test_a_payer_that_has_forgotten_the_reference_is_asked_again_under_the_same_key(
    store: EventStore, web: Web, verification: BenefitsVerification
) -> None:
    request = await a_check(store)
    web.will(REFERENCE, Reply(404), REFERENCE, ACTIVE)
    await tried(verification, request)
    assert await verification.perform(request) == DONE
    keys = [one.headers["idempotency-key"] for one in web.asked if one.method == "POST"]
    assert keys == [str(request.pending.id)] * 2


async def test_a_payer_that_is_down_is_tried_again(
    store: EventStore, web: Web, verification: BenefitsVerification
) -> None:
    web.will(Reply(503))
    failed = await tried(verification, await a_check(store))
    assert failed.reason == "benefits_not_taken"


@pytest.mark.parametrize(
    "odd",
    [
        Reply(202, {"reference": "../elsewhere"}),
        Reply(202, {"reference": 17}),
        Reply(202, b"not json"),
        Reply(202, []),
        Reply(200, {"transaction": "271", "outcome": "perhaps"}),
        Reply(200, b"\xff\xfe"),
    ],
)
async def test_an_answer_that_nobody_understands_is_left_to_a_person(
    store: EventStore, web: Web, verification: BenefitsVerification, odd: Reply
) -> None:
    web.will(odd)
    with pytest.raises(Impossible, match="benefits_answer_unreadable"):
        await verification.perform(await a_check(store))


async def test_a_refusal_of_the_pathway_is_what_came_of_it(
    store: EventStore, web: Web, verification: BenefitsVerification, pathways: Pathways
) -> None:
    pathways.refuses = ("check_answered",)
    web.will(ACTIVE)
    settled = await verification.perform(await a_check(store))
    assert (settled.outcome, settled.reasons) == ("refused", ("check_answered",))


async def test_nobody_is_asked_about_an_erased_record(
    store: EventStore, web: Web, verification: BenefitsVerification
) -> None:
    request = await a_check(store)
    await happened(store, request.entity_id, Erased(at=NOW + LATER, reason="patient_request"))
    settled = await verification.perform(request)
    assert (settled.outcome, settled.reasons) == ("lapsed", ("record_erased",))
    assert web.asked == []


async def test_an_effect_without_its_cause_asks_nobody(
    store: EventStore, web: Web, verification: BenefitsVerification
) -> None:
    request = await a_check(store)
    stray = request.pending.model_copy(update={"caused_by": uuid4()})
    settled = await verification.perform(request.model_copy(update={"pending": stray}))
    assert settled.outcome == "lapsed"
    assert web.asked == []


@pytest.mark.parametrize("reply", [Reply(400, {"error": "Avery Example M-4711"}), Reply(200, {})])
async def test_a_failure_keeps_the_patient_to_itself(
    store: EventStore, web: Web, verification: BenefitsVerification, reply: Reply
) -> None:
    web.will(reply)
    with pytest.raises(EffectError) as failed:
        await verification.perform(await a_check(store))
    said = "".join(traceback.format_exception(failed.value))
    assert [one for one in SECRETS if one in said] == []
