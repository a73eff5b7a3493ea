"""What a data directory holds besides the databases: state, lock, keys, logs."""

import hashlib
import json
from pathlib import Path

import pytest

from workers.embedded.errors import AlreadyRunning
from workers.embedded.lock import held, is_held
from workers.embedded.log_files import limit, rotate, tail
from workers.embedded.processes import Identity
from workers.embedded.state import PartState, StackState, read_state, write_state
from workers.keys import LOCAL_ROLES, Keys, ensure_keys

STATE = StackState(
    phase="ready",
    supervisor=Identity(pid=4, born=1.5, command=("carepath", "up")),
    database_url="postgresql://carepath:secret@127.0.0.1:1/carepath",  # pragma: allowlist secret
    ports={"web": 8600},
    parts={"worker": PartState(state="ready", restarts=2)},
)


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_state_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    assert read_state(tmp_path) == STATE


def test_the_state_is_private_because_it_holds_the_password(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    assert mode_of(tmp_path / "stack.json") == 0o600


@pytest.mark.parametrize("content", ["", "{", '{"phase": "asleep"}'])
def test_an_unreadable_state_is_a_stack_that_never_ran(tmp_path: Path, content: str) -> None:
    (tmp_path / "stack.json").write_text(content)
    assert read_state(tmp_path) == StackState()


def test_the_folder_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    with held(tmp_path):
        assert is_held(tmp_path)
        with pytest.raises(AlreadyRunning), held(tmp_path):
            pytest.fail("two supervisors hold one folder")
    assert not is_held(tmp_path)


def test_keys_are_private_and_as_long_as_they_must_be(tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path / "keys")
    assert mode_of(tmp_path / "keys") == 0o700
    assert {mode_of(file) for file in keys.folder.iterdir()} == {0o600}
    assert len(keys.temporal.read_bytes()) == len(keys.identity.read_bytes()) == 32
    assert keys.temporal.read_bytes() != keys.identity.read_bytes()


def test_keys_are_made_once(tmp_path: Path) -> None:
    first = contents_of(ensure_keys(tmp_path))
    assert contents_of(ensure_keys(tmp_path)) == first


def test_the_api_knows_the_token_by_its_hash_only(tmp_path: Path) -> None:
    keys = ensure_keys(tmp_path)
    tokens = {role: keys.token_of(role).read_text() for role in LOCAL_ROLES}
    assert not any(token in keys.tokens.read_text() for token in tokens.values())
    assert json.loads(keys.tokens.read_text()) == [
        {
            "sha256": hashlib.sha256(token.encode()).hexdigest(),
            "subject": f"local-{role}",
            "role": role,
        }
        for role, token in tokens.items()
    ]


def test_the_log_of_the_time_before_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("yesterday")
    rotate(log)
    assert log.read_text() == ""
    assert (tmp_path / "web.log.1").read_text() == "yesterday"


def test_a_large_log_is_moved_aside_under_its_writer(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    with log.open("a") as writer:
        writer.write("x" * 100)
        writer.flush()
        limit(log, largest=99)
        writer.write("goes on")
    assert log.read_text() == "goes on"
    assert (tmp_path / "web.log.1").read_text() == "x" * 100


def test_a_log_within_its_limit_stays(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("x" * 100)
    limit(log, largest=100)
    assert log.read_text() == "x" * 100


def test_the_tail_of_a_log_is_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("".join(f"line {number}\n" for number in range(5_000)))
    assert tail(log).splitlines() == [f"line {number}" for number in range(4_980, 5_000)]
    assert tail(tmp_path / "missing.log") == ""


def contents_of(keys: Keys) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in keys.folder.iterdir()}
