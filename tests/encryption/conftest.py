"""An encrypted log, and the key ring beside it."""

from pathlib import Path

import pytest

from eventstore.connect import Pool
from eventstore.encryption.key_ring import FileKeyWrapper, ensure_key_ring
from eventstore.encryption.patient_cipher import PatientCipher
from eventstore.store import EventStore


@pytest.fixture
def ring(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    ensure_key_ring(folder)
    return folder


@pytest.fixture
def wrapper(ring: Path) -> FileKeyWrapper:
    return FileKeyWrapper(ring)


@pytest.fixture
def cipher(pool: Pool, wrapper: FileKeyWrapper) -> PatientCipher:
    return PatientCipher(pool, wrapper)


@pytest.fixture
def encrypted(pool: Pool, cipher: PatientCipher) -> EventStore:
    return EventStore(pool, cipher)
