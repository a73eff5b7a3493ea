"""A log with its seal, and a folder for the keys."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from eventstore.connect import PlainConnection, Pool
from tests.cli.carepath import Carepath
from tests.cli.conftest import run
from tests.eventstore.conftest import known_events
from tests.seal.given import Clinic

__all__ = ("known_events",)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys"


@pytest.fixture
def clinic(pool: Pool, log_dsn: str, keys: Path, tmp_path: Path) -> Clinic:
    return Clinic(pool, log_dsn, keys, tmp_path)


@pytest.fixture
def carepath(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Carepath:
    """The command on this log, with these keys."""
    monkeypatch.setenv("CAREPATH_DATABASE_URL", clinic.dsn)
    monkeypatch.setenv("CAREPATH_DATA_DIR", str(clinic.keys.parent))
    return run


Connect = Callable[[], Awaitable[PlainConnection]]
