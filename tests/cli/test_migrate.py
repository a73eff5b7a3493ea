"""`carepath migrate`, and what a process says to a database that it was not written for."""

from pathlib import Path

import pytest

from eventstore.migrate import MIGRATIONS
from tests.cli.carepath import Carepath
from tests.journeys.installation import Installation


@pytest.fixture
def on_an_empty_database(
    carepath: Carepath, empty_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Carepath:
    monkeypatch.setenv("CAREPATH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("CAREPATH_DATABASE_URL", empty_dsn)
    return carepath


async def test_a_process_starts_on_no_database_that_is_not_migrated(
    empty_dsn: str, tmp_path: Path
) -> None:
    installation = Installation(tmp_path, {"CAREPATH_DATABASE_URL": empty_dsn})
    refused = await installation.run("run", "projector")
    assert refused.code == 3
    assert "run carepath migrate of this version" in refused.err


async def test_migrating_again_changes_nothing(on_an_empty_database: Carepath) -> None:
    first = (await on_an_empty_database("migrate", "--json")).document
    again = (await on_an_empty_database("migrate", "--json")).document
    assert first["applied"] == sorted(one.name for one in MIGRATIONS.glob("*.sql"))
    assert again == {"applied": [], "roles": first["roles"]}
