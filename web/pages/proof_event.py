"""That one event is in the log: its envelope, its place, and a proof that anybody can check."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request

from audit.export.sealed_event import SealedEvent, sealed_event
from audit.prove import prove_inclusion
from domain.deciders import DECIDERS
from domain.events import registry
from eventstore.seal.checkpoint import Checkpoint
from eventstore.seal.errors import SealError
from eventstore.seal.proof import InclusionProof
from web.errors import BadRequest, WebError
from web.provable import Provable
from web.rights.fields import OF_PATIENTS
from web.rights.reading import note_reading

LARGEST = 2**63 - 1


class InClear(WebError):
    """The proof would show a patient's content that the log holds in clear."""

    status = 403
    code = "in_clear"

    def __init__(self) -> None:
        super().__init__(
            "This event stands in clear in the log, as it was recorded before carepath encrypted: "
            "its proof would show what it says. Prove it with `carepath audit prove`."
        )


@dataclass(frozen=True, slots=True)
class Proved:
    """An event's proof that holds, and the checkpoint that it holds under."""

    event: SealedEvent
    proof: InclusionProof
    checkpoint: Checkpoint

    @property
    def envelope(self) -> dict[str, Any]:
        return self.event.envelope

    @property
    def explicable(self) -> bool:
        """Whether it is an entity's, so that a decision led to it."""
        return self.event.stream_id.partition("-")[0] in DECIDERS

    @property
    def happened_at(self) -> datetime:
        return datetime.fromisoformat(self.envelope["effective_at"])

    @property
    def recorded_at(self) -> datetime:
        return datetime.fromisoformat(self.envelope["recorded_at"])


async def proved(request: Request, provable: Provable, named: str) -> Proved:
    """The event of this id or seq, its proof checked with the log's public keys.

    Raises `BadRequest` if there is no such event or no proof of it yet, and `InClear`.
    """
    try:
        proof = await prove_inclusion(provable.dsn, _event(named))
        checkpoint, _ = proof.check(provable.ring())
    except SealError as refused:
        raise BadRequest(_sentence(str(refused))) from None
    event = sealed_event(proof.leaf)
    if event.key_id is None and registry.is_personal(event.type):
        raise InClear
    if event.stream_id.partition("-")[0] in OF_PATIENTS:
        await note_reading(request, event.stream_id)
    return Proved(event, proof, checkpoint)


def _event(named: str) -> UUID | int:
    text = named.strip().replace(",", "")
    try:
        event = int(text) if text.isdecimal() else UUID(text)
    except ValueError:
        raise BadRequest("Name an event by its number in the log or by its id.") from None
    if isinstance(event, int) and event > LARGEST:
        raise BadRequest("No event has as high a number as that.")
    return event


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + "."
