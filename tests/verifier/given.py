"""What the tests of disclosures are given: a sealed log of patients, and bundles made of it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from audit.export.bundle import write_bundle
from audit.export.disclosure import Disclosure, Source
from audit.export.lines import Seen
from audit.export.receipt import record_disclosure, write_receipt
from audit.export.scope import OfPatient, OfPeriod, Scope
from domain.actor import Actor
from eventstore.cipher import Cipher
from eventstore.encryption.key_ring import FileKeyWrapper, ensure_key_ring
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.seal.keyring import PUBLIC
from eventstore.store import EventStore
from tests.activities.given import a_patient, happened
from tests.seal.given import Clinic

AUDITOR = Actor(subject="account-9", role="auditor")
NAMES = ("family_name", "given_names", "birth_date", "record_number")


def everything(_stream_id: str, data: dict[str, Any]) -> Seen:
    return Seen(data)


def nothing(_stream_id: str, _data: dict[str, Any]) -> Seen:
    return Seen(None)


def nameless(_stream_id: str, data: dict[str, Any]) -> Seen:
    """Without the names of whoever was referred."""
    if "referral" not in data:
        return Seen(data)
    person = {k: v for k, v in data["referral"]["patient"].items() if k not in NAMES}
    return Seen({**data, "referral": {**data["referral"], "patient": person}}, NAMES)


@dataclass
class Office:
    """A clinic's encrypted log, from which bundles are handed out."""

    clinic: Clinic
    folder: Path

    @property
    def cipher(self) -> Cipher:
        return PatientCipher(self.clinic.pool, self.wrapper)

    @property
    def wrapper(self) -> FileKeyWrapper:
        ensure_key_ring(self.clinic.keys)
        return FileKeyWrapper(self.clinic.keys)

    @property
    def store(self) -> EventStore:
        return EventStore(self.clinic.pool, self.cipher)

    @property
    def source(self) -> Source:
        keys = (self.clinic.keys / PUBLIC).read_text()
        return Source(self.clinic.pool, self.cipher, keys, self.wrapper)

    async def patient(self, *events: Any, **person: object) -> str:
        return await a_patient(self.store, *events, **person)

    async def more(self, entity_id: str, *events: Any) -> None:
        await happened(self.store, entity_id, *events)

    async def sealed(self) -> None:
        await self.clinic.settle()
        await self.clinic.seal()

    async def write(self, scope: Scope, name: str = "bundle", **how: Any) -> Path:
        """The bundle without its receipt; its disclosure is recorded."""
        asked = {"by": AUDITOR, "purpose": "audit", "see": everything, **how}
        disclosure = Disclosure(scope=scope, made_at=datetime.now(UTC), **asked)
        folder = self.folder / name
        written = await write_bundle(self.source, disclosure, folder)
        await record_disclosure(self.store.reads(), disclosure, written, folder)
        return folder

    async def hand_out(self, scope: Scope, name: str = "bundle", **how: Any) -> Path:
        folder = await self.write(scope, name, **how)
        await self.sealed()
        await write_receipt(self.clinic.dsn, self.clinic.pool, folder)
        return folder


ALL = OfPeriod()


def of(pathway_id: str) -> OfPatient:
    return OfPatient(pathway_id)
