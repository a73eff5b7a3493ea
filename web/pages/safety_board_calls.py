"""Whom an escalation that nobody has taken on calls next, and when, by the rules that will call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from domain.decider import Context
from domain.escalation import ESCALATION
from domain.escalation.calls import called_next, on_call_id
from domain.escalation.state import Escalation
from domain.events.escalation import Step
from domain.fold import fold
from domain.on_call.chain import Chain
from eventstore.errors import store_errors
from eventstore.stored import StoredEvent
from projections.clinicians.reading import read_chain
from projections.sql import queries_in
from web.pages.visit import Visit

query = queries_in(Path(__file__).parent / "queries")

Chains = Mapping[str, Chain]
"""On-call lists by their ids."""


@dataclass(frozen=True, slots=True)
class NextCall:
    """Who is called at an instant unless somebody takes it on, and why; nobody may be left."""

    clinician_id: str | None
    at: datetime
    step: Step


async def next_calls(
    visit: Visit, escalation_ids: Sequence[str], chains: Chains
) -> dict[str, NextCall]:
    """Of each of these escalations that calls on, by its id; read from the log, all at once.

    Raises `StoreUnavailable`.
    """
    if not escalation_ids:
        return {}
    services = visit.services
    with store_errors():
        rows = await services.pool.fetch(
            query("escalations"), list(escalation_ids), record_class=StoredEvent
        )
    events = await services.store.decode_all(rows)
    found = {}
    for escalation_id, those in groupby(events, key=lambda one: one.stream_id):
        state = fold(ESCALATION, list(those)).state
        call = await next_call(visit, state, chains)
        if call:
            found[escalation_id] = call
    return found


async def next_call(visit: Visit, escalation: Escalation, chains: Chains) -> NextCall | None:
    """The call that follows if nobody answers; `None` once somebody has, or it is over."""
    if escalation.status != "open" or not escalation.next_call_at or not escalation.programme:
        return None
    on_call = on_call_id(escalation.programme)
    then = Context(
        now=escalation.next_call_at,
        actor=visit.actor,
        programme=await visit.services.definitions.version(escalation.programme),
        references={on_call: chains.get(on_call, Chain())},
    )
    call = called_next(escalation, then)
    return NextCall(call.clinician_id, escalation.next_call_at, call.step)


async def chains_of(visit: Visit, programmes: Sequence[str]) -> dict[str, Chain]:
    """The on-call lists of these programme versions. Raises `ViewAbsent`, `StoreUnavailable`."""
    ids = dict.fromkeys(on_call_id(one) for one in programmes)
    return {one: await read_chain(visit.services.pool, one) for one in ids}
