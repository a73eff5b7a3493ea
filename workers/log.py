"""The log as this installation's processes open it: encrypted under its key ring."""

from eventstore.connect import Pool
from eventstore.encryption.key_ring import FileKeyWrapper
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.store import EventStore
from workers.keys import Keys
from workers.telemetry.store import ObservedStore
from workers.telemetry.telemetry import Telemetry


def encrypted_store(pool: Pool, keys: Keys, telemetry: Telemetry | None = None) -> EventStore:
    """The log behind a pool, watched by a process that has telemetry.

    An installation with a key service makes its cipher here.
    """
    cipher = PatientCipher(pool, FileKeyWrapper(keys.folder))
    return ObservedStore(pool, cipher, telemetry) if telemetry else EventStore(pool, cipher)
