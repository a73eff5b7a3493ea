"""What the exported record says of what was sent: completed, not done, or not known."""

from uuid import uuid4

import pytest

from activities.fhir.record.chart import Chart
from activities.fhir.record.traces import communications
from domain.events.effects import EffectOutcome
from domain.events.pathway import EffectSettled
from domain.fold import fold
from domain.pathway import PATHWAY
from eventstore.store import EventStore
from tests.activities.given import NOW, a_patient
from tests.domain.specification import COORDINATOR


@pytest.mark.parametrize(
    ("outcome", "reasons", "status"),
    [
        ("done", (), "completed"),
        ("suppressed", ("opted_out",), "not-done"),
        ("failed", ("share_refused",), "not-done"),
        ("suppressed", ("opted_out", "perhaps_received"), "unknown"),
        ("failed", ("share_unreachable", "perhaps_received"), "unknown"),
    ],
)
async def test_what_perhaps_arrived_is_neither_sent_nor_not_sent(
    store: EventStore, outcome: EffectOutcome, reasons: tuple[str, ...], status: str
) -> None:
    settled = EffectSettled(
        at=NOW, effect_id=uuid4(), effect="share_record-1", outcome=outcome, reasons=reasons
    )
    pathway = await a_patient(store, settled)
    stream = await store.read_stream(pathway)
    chart = Chart(pathway, fold(PATHWAY, stream).state, stream, "A clinic", NOW, COORDINATOR)
    [part] = communications(chart)
    assert part.resource["status"] == status
    assert ("sent" in part.resource) is (status == "completed")
    assert ("statusReason" in part.resource) is (status != "completed")
