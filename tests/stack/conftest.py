"""A folder that every user can reach: pytest's own are closed to the one who runs PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="carepath-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(autouse=True)
def no_inherited_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tester's own environment says about carepath and Temporal does not count."""
    for name in os.environ:
        if name.startswith(("CAREPATH_", "TEMPORAL_")):
            monkeypatch.delenv(name)
