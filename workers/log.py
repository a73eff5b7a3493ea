"""The log as this installation's processes open it: encrypted under its key ring."""

from eventstore.connect import Pool
from eventstore.encryption.key_ring import FileKeyWrapper
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.store import EventStore
from workers.keys import Keys


def encrypted_store(pool: Pool, keys: Keys) -> EventStore:
    """The log behind a pool. An installation with a key service makes its cipher here."""
    return EventStore(pool, PatientCipher(pool, FileKeyWrapper(keys.folder)))
