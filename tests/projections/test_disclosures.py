"""Disclosures say who was given what, when and why, and what was not given after all."""

from datetime import timedelta
from uuid import UUID

import pytest

from domain.events import pathway as pathway_events
from domain.events.access import BenefitsCheckAsked, PcpNamed, RecordShareAsked
from domain.events.base import Event
from domain.events.effects import EffectOutcome
from domain.events.exports import Basis, Disclosed
from domain.events.pathway import EffectSettled
from domain.events.records_request import Denied, Erased, Fulfilled, Received, Withdrawn
from domain.patient import PrimaryCareProvider
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.check import check
from projections.disclosures.reading import (
    Place,
    list_disclosures,
    read_accounting,
    read_of_pathway,
)
from projections.disclosures.rows import DisclosureRow
from projections.disclosures.view import DISCLOSURES
from projections.follow import Copy, catch_up, checkpoint
from projections.rebuild import rebuild
from projections.tables import create_copy
from tests.domain import histories
from tests.domain.histories import REFERRED_AT
from tests.domain.test_records_request import ASKED_AT, PATHWAY_ID, RECEIVED
from tests.projections.demo import demo_clinic, write
from tests.projections.given import append, settle

DAY = timedelta(days=1)
ACCESS_ID = f"access-{PATHWAY_ID.partition('-')[2]}"
TO_PATIENT: Basis = "right_of_access"
REQUEST_ID = "request-8d4b5b43-5df0-4a0e-8a5b-0d3c6a1f9c11"


def pcp(name: str, day: int = 0) -> Event:
    return PcpNamed(at=REFERRED_AT + day * DAY, pcp=PrimaryCareProvider(name=name))


def share(number: int, day: int = 1) -> Event:
    return RecordShareAsked(at=REFERRED_AT + day * DAY, share=number, what="summary")


def settled(effect: str, outcome: EffectOutcome, *reasons: str, day: int = 2) -> Event:
    return EffectSettled(
        at=REFERRED_AT + day * DAY,
        effect_id=UUID(int=day),
        effect=effect,
        outcome=outcome,
        attempts=1,
        reasons=reasons,
    )


def handed_out(to: str, basis: Basis = "oversight") -> Event:
    at = REFERRED_AT + DAY
    return Disclosed(at=at, bundle="0" * 64, scope="patient", recipient=to, basis=basis)


async def build(
    store: EventStore, pool: Pool, *events: Event, request: tuple[Event, ...] = ()
) -> list[DisclosureRow]:
    """The disclosures of a pathway to which these things happened, and to a request about it."""
    await append(store, PATHWAY_ID, [histories.referred(), *([one] for one in events)])
    if request:
        await append(store, REQUEST_ID, [[one] for one in request])
    await settle(pool)
    await rebuild(DISCLOSURES, store, pool)
    return await read_of_pathway(pool, PATHWAY_ID)


async def test_record_goes_to_whoever_is_the_provider_when_it_is_sent(
    store: EventStore, pool: Pool
) -> None:
    found = await build(
        store, pool, pcp("Dr. A"), share(1), pcp("Dr. B", 1), settled("share_record-1", "done")
    )
    [one] = found
    assert (one.recipient, one.to, one.what) == ("primary_care_provider", "Dr. B", "summary")
    assert (one.purpose, one.outcome, one.settled_at) == (
        "treatment",
        "done",
        REFERRED_AT + 2 * DAY,
    )
    assert await read_accounting(pool, PATHWAY_ID, REFERRED_AT) == found
    assert await read_accounting(pool, PATHWAY_ID, REFERRED_AT + 3 * DAY) == []


async def test_what_the_patient_opted_out_of_is_shown_as_suppressed(
    store: EventStore, pool: Pool
) -> None:
    """Demand 25: what is suppressed is recorded as suppressed."""
    events = (pcp("Dr. A"), share(1), settled("share_record-1", "suppressed", "opted_out"))
    [one] = await build(store, pool, *events)
    assert (one.outcome, one.reasons) == ("suppressed", ("opted_out",))
    assert await read_accounting(pool, PATHWAY_ID, REFERRED_AT) == []


async def test_a_bundle_is_accounted_for_with_its_recipient_and_on_what_basis(
    store: EventStore, pool: Pool
) -> None:
    """45 CFR 164.528(b)(2): date, recipient, what and why."""
    await append(store, ACCESS_ID, [[handed_out("The Board"), handed_out("Avery", TO_PATIENT)]])
    found = await build(store, pool)
    assert [(one.recipient, one.to, one.what, one.purpose) for one in found] == [
        ("other", "The Board", "records", "oversight"),
        ("patient", "Avery", "records", "right_of_access"),
    ]
    assert {one.pathway_id for one in found} == {PATHWAY_ID}
    assert await read_accounting(pool, PATHWAY_ID, REFERRED_AT) == found


async def test_to_whom_a_bundle_went_is_gone_with_its_patient(
    store: EventStore, pool: Pool
) -> None:
    await append(store, ACCESS_ID, [[handed_out("The Board")]])
    assert len(await build(store, pool)) == 1
    erased = pathway_events.Erased(at=REFERRED_AT + 9 * DAY, reason="patient_request")
    await append(store, PATHWAY_ID, [[erased]])
    copy = Copy(store, pool, DISCLOSURES, DISCLOSURES.schema)
    await catch_up(copy, await checkpoint(copy), await settle(pool))
    assert await list_disclosures(pool, limit=9) == []
    assert (await check(DISCLOSURES, store, pool)).differences == 0


@pytest.mark.parametrize(
    ("outcome", "reason"), [("suppressed", "opted_out"), ("failed", "pcp_changed")]
)
async def test_what_was_perhaps_received_is_accounted_for_as_what_it_is(
    store: EventStore, pool: Pool, outcome: EffectOutcome, reason: str
) -> None:
    """Whoever was the provider when it was sent may have it, whoever is the provider since."""
    ended = settled("share_record-1", outcome, reason, "perhaps_received", day=3)
    found = await build(store, pool, pcp("Dr. A"), share(1), pcp("Dr. B", 2), ended)
    [one] = found
    assert (one.outcome, one.to) == ("perhaps_received", "Dr. A")
    assert one.reasons == (reason, "perhaps_received")
    assert await read_accounting(pool, PATHWAY_ID, REFERRED_AT) == found


async def test_each_disclosure_is_settled_by_its_own_effect(store: EventStore, pool: Pool) -> None:
    check_asked = BenefitsCheckAsked(at=REFERRED_AT + 2 * DAY, check=1, payer="Optum")
    events = (pcp("Dr. A"), share(1), share(2), check_asked, settled("share_record-2", "failed"))
    found = await build(store, pool, *events, settled("benefits_check-1", "done"))
    assert {(one.number, one.to, one.outcome) for one in found} == {
        (1, "Dr. A", "asked"),
        (2, "Dr. A", "failed"),
        (3, "Optum", "done"),
    }


@pytest.mark.parametrize(
    ("answer", "outcome", "reasons"),
    [
        (None, "asked", ()),
        (Fulfilled(at=ASKED_AT + DAY, what="All", how="electronic"), "done", ("electronic",)),
        (
            Denied(at=ASKED_AT + DAY, ground="not_created_here", reason="Elsewhere"),
            "denied",
            ("not_created_here",),
        ),
        (Withdrawn(at=ASKED_AT + DAY, reason="Found them"), "withdrawn", ()),
    ],
)
async def test_request_for_records_is_a_disclosure_to_the_patient(
    store: EventStore,
    pool: Pool,
    answer: Event | None,
    outcome: str,
    reasons: tuple[str, ...],
) -> None:
    request = (RECEIVED, answer) if answer else (RECEIVED,)
    [one] = await build(store, pool, request=request)
    assert (one.source, one.recipient, one.purpose) == (REQUEST_ID, "patient", "right_of_access")
    assert (one.outcome, one.reasons, one.asked_at) == (outcome, reasons, ASKED_AT)


async def test_amendment_gives_nobody_anything(store: EventStore, pool: Pool) -> None:
    amendment = Received.model_validate({**dict(RECEIVED), "kind": "amendment"})
    assert await build(store, pool, request=(amendment,)) == []


async def test_erased_patients_vanish_with_their_requests(store: EventStore, pool: Pool) -> None:
    erased = pathway_events.Erased(at=ASKED_AT + 900 * DAY, reason="patient_request")
    request = (RECEIVED, Erased(at=ASKED_AT + 900 * DAY))
    events = (pcp("Dr. A"), share(1), erased, settled("destroy_key", "done", day=901))
    assert await build(store, pool, *events, request=request) == []
    assert await list_disclosures(pool, limit=10) == []


async def test_pages_of_all_disclosures_follow_each_other(store: EventStore, pool: Pool) -> None:
    await build(store, pool, pcp("Dr. A"), share(1), share(2), share(3, 2), request=(RECEIVED,))
    seen, place = [], None
    while page := await list_disclosures(pool, limit=2, after=place):
        seen += [(one.source, one.number) for one in page]
        place = Place(page[-1].asked_at, page[-1].source, page[-1].number)
    assert seen == [(REQUEST_ID, 1), (PATHWAY_ID, 3), (PATHWAY_ID, 2), (PATHWAY_ID, 1)]
    treated = await list_disclosures(pool, limit=9, purpose="treatment", outcome="asked")
    assert len(treated) == 3


@pytest.mark.usefixtures("catalogue")
async def test_disclosures_of_the_demo_clinic_follow_in_small_batches_as_in_one(
    store: EventStore, pool: Pool
) -> None:
    await write(demo_clinic(), store, pool)
    async with pool.acquire() as connection:
        await create_copy(connection, DISCLOSURES, DISCLOSURES.schema)
    copy = Copy(store, pool, DISCLOSURES, DISCLOSURES.schema, batch=113)
    await catch_up(copy, await checkpoint(copy), await settle(pool))
    assert (await check(DISCLOSURES, store, pool)).differences == 0
