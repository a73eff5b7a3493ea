"""The port `share`: looks whether the patient allows it, and only then reads and sends."""

import json
from collections.abc import Sequence
from datetime import datetime

from activities.calls import Endpoint
from activities.causes import ERASED, Cause, cause_of
from activities.contracts import EffectRequest
from activities.ledger import BEGUN, SENT, Ledger
from activities.ports import DONE, PERHAPS_RECEIVED, EffectError, Impossible, Settled
from activities.sharing.bundle import bundle
from activities.sharing.record import Clinic, Record, standings
from domain.clinician import CLINICIAN
from domain.clinician.state import Clinician
from domain.events.access import RecordShareAsked
from domain.events.envelope import RecordedEvent
from domain.fold import as_of, fold
from domain.pathway import PATHWAY
from eventstore.store import EventStore

OPTED_OUT = Settled(outcome="suppressed", reasons=("opted_out",))
FHIR_JSON = {"content-type": "application/fhir+json"}


class Disclosure:
    """Sends a record to the endpoint that reaches primary care providers, once per effect id.

    The record is that of the moment at which it was asked for: every attempt sends the same bytes,
    and the log can say them again. Without an endpoint a person has to send it; an opt-out holds
    all the same.
    """

    def __init__(
        self, store: EventStore, endpoint: Endpoint | None, ledger: Ledger, clinic: Clinic
    ) -> None:
        self._store = store
        self._endpoint = endpoint
        self._ledger = ledger
        self._clinic = clinic

    async def perform(self, request: EffectRequest) -> Settled:
        """Raises `TryAgain` or `Impossible`. `suppressed`: the patient has opted out.

        Whatever else comes of it has `PERHAPS_RECEIVED` among its reasons if an earlier attempt
        may have arrived.
        """
        line = await self._ledger.line(request.pending.id)
        if line == SENT:
            return DONE
        try:
            settled = await self._share(request, line)
        except EffectError as failure:
            failure.perhaps_received |= line == BEGUN
            raise
        if settled == DONE or line != BEGUN:
            return settled
        return Settled(outcome=settled.outcome, reasons=(*settled.reasons, PERHAPS_RECEIVED))

    async def _share(self, request: EffectRequest, line: str | None) -> Settled:
        stream = await self._store.read_stream(request.entity_id)
        cause = cause_of(request.pending, stream, RecordShareAsked)
        pathway = fold(PATHWAY, stream).state
        if cause is None or pathway.referral is None:
            return ERASED
        if pathway.sharing.opted_out:
            return OPTED_OUT
        record = await self._record(request.entity_id, cause, stream)
        if pathway.sharing.pcp != record.pcp:
            # Who was the provider then gets nothing any more, nor anybody else under this id.
            raise Impossible("pcp_changed")
        if self._endpoint is None:
            raise Impossible("share_not_configured")
        effect_id = request.pending.id
        document = json.dumps(bundle(record, effect_id), ensure_ascii=False).encode()
        async with self._ledger.sending(effect_id, line):
            await self._endpoint.post(document, {"idempotency-key": str(effect_id), **FHIR_JSON})
        return DONE

    async def _record(
        self, pathway_id: str, cause: Cause[RecordShareAsked], stream: Sequence[RecordedEvent]
    ) -> Record:
        """What was known when it was asked for."""
        known = as_of(stream, None, cause.recorded_at)
        pathway = fold(PATHWAY, known).state
        if pathway.referral is None or pathway.sharing.pcp is None:
            raise Impossible("no_pcp_named")
        return Record(
            pathway_id=pathway_id,
            what=cause.event.what,
            clinic=self._clinic,
            as_of=cause.recorded_at,
            pathway=pathway,
            referral=pathway.referral,
            pcp=pathway.sharing.pcp,
            therapist=await self._clinician(pathway.therapist, cause.recorded_at),
            standings=standings(known),
        )

    async def _clinician(self, clinician_id: str | None, known: datetime) -> Clinician | None:
        if clinician_id is None:
            return None
        stream = await self._store.read_stream(clinician_id)
        found = fold(CLINICIAN, as_of(stream, None, known)).state
        return found if found.name else None
