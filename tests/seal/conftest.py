"""A log with its seal, and a folder for the keys."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from eventstore.connect import PlainConnection, Pool
from tests.eventstore.conftest import known_events
from tests.seal.given import Clinic

__all__ = ("known_events",)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def clinic(pool: Pool, log_dsn: str, keys: Path, tmp_path: Path) -> Clinic:
    return Clinic(pool, log_dsn, keys, tmp_path)


Connect = Callable[[], Awaitable[PlainConnection]]
