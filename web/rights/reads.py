"""What is noted of somebody: a read of one patient, of many, of payloads, or what was refused."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.actor import Actor, Role
from domain.events.reads import (
    AttemptRefused,
    ListRead,
    PatientRead,
    PayloadsDecoded,
    Purpose,
    ReadEvent,
    RequestRefused,
)
from eventstore.reads import access_stream_by, access_stream_of


def purpose_of(role: Role) -> Purpose:
    """What somebody in this role reads for."""
    purposes: dict[Role, Purpose] = {"auditor": "audit", "administrator": "operations"}
    return purposes.get(role, "operations" if role == "service" else "treatment")


@dataclass(frozen=True, slots=True)
class OfPatient:
    """Something of one patient, by a route; `break_glass` without a care relationship."""

    pathway_id: str
    what: str
    break_glass: bool

    def stream(self, actor: Actor) -> str:  # noqa: ARG002 - the patient's, whoever reads
        return access_stream_of(self.pathway_id)

    def event(self, actor: Actor, at: datetime, times: int) -> ReadEvent:
        return PatientRead(
            at=at,
            what=self.what,
            purpose=purpose_of(actor.role),
            times=times,
            break_glass=self.break_glass,
        )


@dataclass(frozen=True, slots=True)
class OfList:
    """A list that names these patients, by a route."""

    what: str
    pathways: tuple[UUID, ...]

    def stream(self, actor: Actor) -> str:
        return access_stream_by(actor.subject)

    def event(self, actor: Actor, at: datetime, times: int) -> ReadEvent:
        return ListRead(
            at=at,
            what=self.what,
            patients=len(self.pathways),
            purpose=purpose_of(actor.role),
            times=times,
            pathways=self.pathways,
        )


@dataclass(frozen=True, slots=True)
class OfClinic:
    """All of so many patients at once, by a route."""

    what: str
    patients: int

    def stream(self, actor: Actor) -> str:
        return access_stream_by(actor.subject)

    def event(self, actor: Actor, at: datetime, times: int) -> ReadEvent:
        purpose = purpose_of(actor.role)
        return ListRead(at=at, what=self.what, patients=self.patients, purpose=purpose, times=times)


@dataclass(frozen=True, slots=True)
class OfPayloads:
    """So many payloads of Temporal's, decrypted."""

    payloads: int

    def stream(self, actor: Actor) -> str:
        return access_stream_by(actor.subject)

    def event(self, actor: Actor, at: datetime, times: int) -> ReadEvent:
        purpose = purpose_of(actor.role)
        return PayloadsDecoded(at=at, payloads=self.payloads, purpose=purpose, times=times)


@dataclass(frozen=True, slots=True)
class OfAttempt:
    """What the rules refused, by the codes; `pathway_id` where it is about a patient."""

    entity_id: str
    pathway_id: str | None
    command: str
    reasons: tuple[str, ...]

    def stream(self, actor: Actor) -> str:
        return _stream(self.pathway_id, actor)

    def event(self, actor: Actor, at: datetime, times: int) -> ReadEvent:  # noqa: ARG002 - as all
        return AttemptRefused(
            at=at,
            entity_id=self.entity_id,
            command=self.command,
            reasons=self.reasons,
            times=times,
        )


@dataclass(frozen=True, slots=True)
class OfRequest:
    """What somebody's rights refused, by a route; `pathway_id` where it is about a patient."""

    what: str
    code: str
    missing: tuple[str, ...] = ()
    entity_id: str | None = None
    pathway_id: str | None = None

    def stream(self, actor: Actor) -> str:
        return _stream(self.pathway_id, actor)

    def event(self, actor: Actor, at: datetime, times: int) -> ReadEvent:  # noqa: ARG002 - as all
        return RequestRefused(
            at=at,
            what=self.what,
            code=self.code,
            missing=self.missing,
            entity_id=self.entity_id,
            times=times,
        )


Refused = OfAttempt | OfRequest
Noted = OfPatient | OfList | OfClinic | OfPayloads | Refused


def _stream(pathway_id: str | None, actor: Actor) -> str:
    """The patient's, or the reader's where it is about none."""
    return access_stream_of(pathway_id) if pathway_id else access_stream_by(actor.subject)
