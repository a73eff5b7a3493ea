"""The rebuild beside another's: where that one is not here, whoever measures is told so."""

import pytest

from bench import pyeventsourcing
from bench.rebuild import WHAT, rebuilding
from eventstore.connect import Pool


async def test_a_rebuild_that_has_no_other_beside_it_is_left_out_with_a_sentence(
    pool: Pool, log_dsn: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pyeventsourcing, "is_here", lambda: False)
    assert await rebuilding(pool, log_dsn) == []
    said = " ".join(capsys.readouterr().err.split())
    assert f"{WHAT}: left out" in said
    assert pyeventsourcing.ABSENT in said
