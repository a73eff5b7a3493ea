"""Settings: what the environment says decides what the stack starts."""

from pathlib import Path

import pytest

from workers.embedded.parts import Composition
from workers.embedded.stack import compose, without_password
from workers.embedded.state import StackState
from workers.embedded.supervise import make_folders
from workers.settings import SettingMissing, Settings

EXTERNAL = "postgresql://clinic:secret@db.example:5432/log"  # pragma: allowlist secret


async def parts_of(settings: Settings) -> list[str]:
    make_folders(settings)
    return [part.name for part in (await compose(settings, StackState())).parts]


async def test_everything_is_started_where_nothing_is_given(folder: Path) -> None:
    names = await parts_of(Settings(data_dir=folder / "data"))
    assert names == ["postgres", "temporal", "worker", "projector", "web"]


async def test_an_external_database_is_used_instead_of_our_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAREPATH_DATABASE_URL", EXTERNAL)
    settings = Settings(data_dir=folder / "data")
    make_folders(settings)
    composition = await compose(settings, StackState())
    assert [part.name for part in composition.parts] == ["temporal", "worker", "projector", "web"]
    assert composition.state.database_url == EXTERNAL
    assert not settings.postgres_dir.exists()


async def test_an_external_temporal_is_used_instead_of_our_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example:7233")
    composition = await composed(folder)
    assert "temporal" not in [part.name for part in composition.parts]
    assert composition.state.temporal_address == "temporal.example:7233"
    assert composition.parts[-1].environment["TEMPORAL_ADDRESS"] == "temporal.example:7233"


async def test_a_profile_of_temporals_own_configuration_is_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles = folder / "temporal.toml"
    profiles.write_text('[profile.clinic]\naddress = "cluster.example:7233"\n')
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(profiles))
    monkeypatch.setenv("TEMPORAL_PROFILE", "clinic")
    assert (await composed(folder)).state.temporal_address == "cluster.example:7233"


async def test_our_own_temporal_is_not_mixed_with_somebodys_configuration(folder: Path) -> None:
    composition = await composed(folder)
    worker = next(part for part in composition.parts if part.name == "worker")
    assert worker.environment["TEMPORAL_CONFIG_FILE"] == "/dev/null"
    assert worker.environment["TEMPORAL_ADDRESS"] == composition.state.temporal_address


async def test_no_secret_stands_in_a_command_line(folder: Path) -> None:
    composition = await composed(folder)
    password = (folder / "data" / "postgres" / "password").read_text()
    assert password in str(composition.state.database_url)
    assert not any(password in word for part in composition.parts for word in part.command)


def test_a_database_is_shown_without_its_password() -> None:
    assert without_password(EXTERNAL) == "postgresql://clinic@db.example:5432/log"
    assert without_password("postgresql:///log?host=/run&password=x") == "postgresql:///log"


def test_the_data_directory_does_not_depend_on_a_later_change_of_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    settings = Settings()
    monkeypatch.chdir("/")
    assert settings.data_dir == folder / ".carepath"


def test_a_port_counts_as_chosen_only_when_somebody_chose_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not Settings().port_is_chosen
    monkeypatch.setenv("CAREPATH_PORT", "8600")
    assert Settings().port_is_chosen


def test_a_process_without_a_database_says_which_variable_it_needs() -> None:
    with pytest.raises(SettingMissing, match="CAREPATH_DATABASE_URL is not set"):
        _ = Settings().required_database_url


async def composed(folder: Path) -> Composition:
    settings = Settings(data_dir=folder / "data")
    make_folders(settings)
    return await compose(settings, StackState())
