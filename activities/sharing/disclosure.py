"""The port `share`: looks whether the patient allows it, and only then reads and sends."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from activities.calls import Endpoint
from activities.causes import ERASED, cause_of
from activities.contracts import EffectRequest
from activities.ledger import SENT, Ledger
from activities.ports import DONE, Impossible, Settled
from activities.sharing.bundle import bundle
from activities.sharing.record import Clinic, Record, standings
from domain.clinician import CLINICIAN
from domain.clinician.state import Clinician
from domain.events.access import RecordShareAsked
from domain.fold import fold
from domain.pathway import PATHWAY
from eventstore.store import EventStore

OPTED_OUT = Settled(outcome="suppressed", reasons=("opted_out",))
FHIR_JSON = {"content-type": "application/fhir+json"}


def _now() -> datetime:
    return datetime.now(UTC)


class Disclosure:
    """Sends a record to the endpoint that reaches primary care providers, once per effect id.

    Without an endpoint a person has to send it; an opt-out holds all the same.
    """

    def __init__(
        self,
        store: EventStore,
        endpoint: Endpoint | None,
        ledger: Ledger,
        clinic: Clinic,
        now: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._endpoint = endpoint
        self._ledger = ledger
        self._clinic = clinic
        self._now = now

    async def perform(self, request: EffectRequest) -> Settled:
        """Raises `TryAgain` or `Impossible`. `suppressed`: the patient has opted out."""
        effect_id = request.pending.id
        if await self._ledger.line(effect_id) == SENT:
            return DONE
        stream = await self._store.read_stream(request.entity_id)
        cause = cause_of(request.pending, stream, RecordShareAsked)
        pathway = fold(PATHWAY, stream).state
        if cause is None or pathway.referral is None:
            return ERASED
        if pathway.sharing.opted_out:
            return OPTED_OUT
        if pathway.sharing.pcp is None:
            raise Impossible("no_pcp_named")
        record = Record(
            pathway_id=request.entity_id,
            what=cause.event.what,
            clinic=self._clinic,
            disclosed_at=self._now(),
            pathway=pathway,
            referral=pathway.referral,
            pcp=pathway.sharing.pcp,
            therapist=await self._clinician(pathway.therapist),
            standings=standings(stream),
        )
        await self._send(effect_id, record)
        return DONE

    async def _send(self, effect_id: UUID, record: Record) -> None:
        if self._endpoint is None:
            raise Impossible("share_not_configured")
        document = json.dumps(bundle(record, effect_id), ensure_ascii=False).encode()
        await self._endpoint.post(document, {"idempotency-key": str(effect_id), **FHIR_JSON})
        await self._ledger.note(effect_id, SENT)

    async def _clinician(self, clinician_id: str | None) -> Clinician | None:
        if clinician_id is None:
            return None
        found = fold(CLINICIAN, await self._store.read_stream(clinician_id)).state
        return found if found.name else None
