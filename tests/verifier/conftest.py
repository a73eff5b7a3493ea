"""An office with an encrypted, sealed log."""

from pathlib import Path

import pytest

from tests.seal.conftest import clinic, keys
from tests.seal.given import Clinic
from tests.verifier.given import Office

__all__ = ("clinic", "keys")


@pytest.fixture
def office(clinic: Clinic, tmp_path: Path) -> Office:
    return Office(clinic, tmp_path / "handed-out")
