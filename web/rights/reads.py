"""What somebody reads, as it is noted: one patient's data, a list of many, or decoded payloads."""

from dataclasses import dataclass
from datetime import datetime

from domain.actor import Actor, Role
from domain.events.reads import ListRead, PatientRead, PayloadsDecoded, Purpose, ReadEvent
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
    """A list that names so many patients, by a route."""

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


Noted = OfPatient | OfList | OfPayloads
