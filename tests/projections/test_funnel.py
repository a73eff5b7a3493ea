"""The funnel counts each stay and each wait of every pathway, and says how it ended."""

from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from domain.pathway import Pathway
from domain.simulation import Clinic
from eventstore.connect import Pool
from eventstore.store import EventStore
from projections.check import check
from projections.follow import Copy, catch_up, checkpoint
from projections.funnel.journey import StayRow
from projections.funnel.reading import (
    read_conversion,
    read_phases_now,
    read_stays,
    read_times,
    read_waiting,
)
from projections.funnel.view import FUNNEL
from projections.rebuild import rebuild
from projections.tables import create_copy
from tests.domain import histories
from tests.domain.histories import REFERRED_AT
from tests.projections.demo import UNTIL, demo_clinic, write
from tests.projections.given import a_pathway, append, seeded, settle

DAY = timedelta(days=1)
EVER = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return demo_clinic()


def pathways_of(clinic: Clinic) -> dict[str, Pathway]:
    return {one.id: one.state for one in clinic.entities.values() if one.id.startswith("pathway-")}


@pytest.mark.parametrize("batch", [101, 10_000])
@pytest.mark.usefixtures("catalogue")
async def test_funnel_of_the_demo_clinic_is_that_of_its_pathways(
    store: EventStore, pool: Pool, clinic: Clinic, batch: int
) -> None:
    await write(clinic, store, pool)
    async with pool.acquire() as connection:
        await create_copy(connection, FUNNEL, FUNNEL.schema)
    copy = Copy(store, pool, FUNNEL, FUNNEL.schema, batch=batch)
    await catch_up(copy, await checkpoint(copy), await settle(pool))
    pathways = pathways_of(clinic)

    for pathway_id, pathway in pathways.items():
        stays = await read_stays(pool, pathway_id)
        assert [(one.phase, one.entered_at) for one in stays] == [
            (one.phase, one.entered_at) for one in pathway.stays
        ]
        ended = [one.outcome for one in stays if one.outcome not in ("moved_on", "closed", None)]
        assert ended == ([pathway.discharged_for] if pathway.discharged_for else [])

    inside = [
        (one.phase, UNTIL - one.stays[-1].entered_at)
        for one in pathways.values()
        if one.stays and one.status != "closed"
    ]
    for now in await read_phases_now(pool, "mbt-g", UNTIL):
        days = [stay / DAY for phase, stay in inside if phase == now.phase]
        assert now.pathways == len(days)
        assert now.longest_days == pytest.approx(max(days))
        assert now.median_days == pytest.approx(median(days))

    converted = await read_conversion(pool, "mbt-g", EVER, UNTIL, "UTC")
    referred = sum(one.entered.n for one in converted if one.phase == "assessment")
    assert referred == len(pathways)
    assert all(one.entered.share == 1 for one in converted if one.phase == "assessment")
    ongoing = sum(one.entered.count for one in converted if one.phase == "ongoing")
    assert ongoing == sum(
        any(stay.phase == "ongoing" for stay in one.stays) for one in pathways.values()
    )
    times = await read_times(pool, "mbt-g", EVER)
    assert sum(one.n for one in times) == sum(
        len(one.stays) - (one.status != "closed") for one in pathways.values()
    )
    waiting = {one.group_kind: one for one in await read_waiting(pool, "mbt-g", UNTIL, EVER)}
    assert sum(one.waiting for one in waiting.values()) == sum(
        one.waiting is not None for one in pathways.values()
    )
    assert all(one.seated for one in waiting.values())
    assert (await check(FUNNEL, store, pool)).differences == 0


async def stays_after(store: EventStore, pool: Pool, *events: object) -> list[StayRow]:
    stream = a_pathway(seeded(2))
    await append(store, stream, [[one] for one in events])  # type: ignore[list-item] # events
    await settle(pool)
    await rebuild(FUNNEL, store, pool)
    return await read_stays(pool, stream)


async def test_stay_that_a_discharge_ends_tells_why_and_follow_up_closes(
    store: EventStore, pool: Pool
) -> None:
    stays = await stays_after(store, pool, *histories.closed())
    assert [(one.phase, one.outcome) for one in stays[:2]] == [
        ("assessment", "moved_on"),
        ("introduction", "moved_on"),
    ]
    *_, discharged, followed = stays
    assert (followed.phase, followed.outcome, followed.next_phase) == ("follow_up", "closed", None)
    assert (discharged.outcome, discharged.next_phase) == ("completed", "follow_up")
    assert all(one.left_at for one in stays)
    assert {one.referred_at for one in stays} == {REFERRED_AT}


async def test_present_stay_has_no_end(store: EventStore, pool: Pool) -> None:
    [stay] = await stays_after(store, pool, *histories.referred())
    assert (stay.left_at, stay.outcome, stay.next_phase) == (None, None, None)
