"""What the append is compared with: pinned, and left out with a sentence where it is not here."""

import re
from pathlib import Path

import pytest

from bench import emmett, message_db, others, pyeventsourcing
from eventstore.connect import Pool

MAKEFILE = Path(emmett.__file__).parents[1] / "Makefile"


async def test_a_store_that_is_not_here_is_left_out_with_a_sentence(
    pool: Pool, log_dsn: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(emmett, "which", lambda _: None)
    monkeypatch.setattr(message_db, "SQL", Path("/nowhere"))
    monkeypatch.setattr(pyeventsourcing, "is_here", lambda: False)
    async with others.others(log_dsn, pool, 16) as comparisons:
        assert comparisons == []
    said = capsys.readouterr().err
    for name in ("pyeventsourcing", "message-db", "Emmett"):
        assert name in said


def test_what_npm_installs_is_pinned_to_exact_versions() -> None:
    [line] = re.findall(r"^BENCH_NPM := (.*)$", MAKEFILE.read_text(), re.MULTILINE)
    packages = line.split()
    assert {"@eventide/message-db", "@event-driven-io/emmett-postgresql"} <= {
        package.rpartition("@")[0] for package in packages
    }
    assert [one for one in packages if not re.fullmatch(r".+@\d+\.\d+\.\d+", one)] == []


def test_a_package_without_node_is_not_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emmett, "PACKAGE", tmp_path)
    monkeypatch.setattr(emmett, "which", lambda _: None)
    assert not emmett.is_here()
    monkeypatch.setattr(emmett, "which", lambda _: "/usr/bin/node")
    assert emmett.is_here()
    monkeypatch.setattr(emmett, "PACKAGE", tmp_path / "gone")
    assert not emmett.is_here()
