"""The command: exit codes, what goes where, and what it never imports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def carepath(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_short_lived_commands_never_import_temporalio() -> None:
    program = "import sys, cli.main; sys.exit('temporalio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_settings_do_not_import_temporalio() -> None:
    program = "import sys, workers.settings; sys.exit('temporalio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0


def test_status_of_nothing_is_not_well(folder: Path) -> None:
    ended = carepath("status", "--json", "--data-dir", str(folder))
    assert ended.returncode == 1
    assert json.loads(ended.stdout) == {
        "ok": False,
        "cause": f"no carepath runs on {folder}",
        "url": None,
        "database_url": None,
        "temporal_address": None,
        "temporal_ui_url": None,
        "parts": {},
        "metrics": {},
        "jobs": None,
        "held_up": [],
        "events": None,
        "settled_seq": None,
        "watermark_age_s": None,
        "views": None,
    }


def test_down_with_nothing_running_says_so(folder: Path) -> None:
    ended = carepath("down", "--data-dir", str(folder))
    assert (ended.returncode, ended.stdout) == (0, f"nothing runs on {folder}\n")


def test_bad_usage_is_2_and_speaks_on_standard_error(folder: Path) -> None:
    ended = carepath("up", "--port", "99999", "--data-dir", str(folder))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Invalid value for '--port'" in ended.stderr


def test_a_bad_setting_of_the_environment_is_bad_usage(folder: Path) -> None:
    ended = carepath("status", "--data-dir", str(folder), CAREPATH_PORT="eighty")
    assert ended.returncode == 2
    assert "CAREPATH_PORT" in ended.stderr


def test_a_database_that_does_not_answer_is_3_in_one_sentence(folder: Path) -> None:
    nowhere = "postgresql://clinic:secret@127.0.0.1:1/log"  # pragma: allowlist secret
    ended = carepath("up", "--data-dir", str(folder), CAREPATH_DATABASE_URL=nowhere)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "PostgreSQL at postgresql://clinic@127.0.0.1:1/log does not answer" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "secret" not in ended.stderr


def test_a_folder_that_cannot_be_used_is_3_and_says_what_to_change(folder: Path) -> None:
    (folder / "file").write_text("not a folder")
    ended = carepath("up", "--detach", "--data-dir", str(folder / "file"))
    assert ended.returncode == 3
    assert "choose another with --data-dir" in ended.stderr.replace("\n", " ")


def test_the_doctor_finds_nothing_wrong_with_a_good_folder(folder: Path) -> None:
    ended = carepath("doctor", "--json", "--data-dir", str(folder / "data"))
    found = json.loads(ended.stdout)
    assert [finding for finding in found["findings"] if not finding["ok"]] == []
    assert (ended.returncode, found["ok"]) == (0, True)


def test_the_doctor_names_a_key_that_others_may_read(folder: Path) -> None:
    key = folder / "keys" / "temporal.key"
    key.parent.mkdir(mode=0o700)
    key.write_bytes(b"k")
    key.chmod(0o644)
    ended = carepath("doctor", "--data-dir", str(folder))
    assert ended.returncode == 1
    assert f"chmod go-rwx {key}" in ended.stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another user")
def test_the_doctor_names_a_folder_that_is_closed_to_postgresql(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    ended = carepath("doctor", "--data-dir", str(closed / "data"))
    assert ended.returncode == 1
    assert f"cannot enter {closed}" in ended.stdout


def test_the_doctor_says_that_a_folder_cannot_be_made_there() -> None:
    ended = carepath("doctor", "--data-dir", "/proc/carepath")
    assert ended.returncode == 1
    assert "/proc/carepath cannot be made, because nothing can be written in /proc" in ended.stdout
    assert "MB are free" not in ended.stdout


def test_the_doctor_leaves_nothing_where_it_looked(folder: Path) -> None:
    carepath("doctor", "--data-dir", str(folder))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "wrong",
    ["nonsense", "postgresql://clinic:sec@ret:word@host:54x2/log"],  # pragma: allowlist secret
)
def test_an_address_that_is_none_is_a_wrong_setting(folder: Path, wrong: str) -> None:
    asked = carepath("doctor", "--data-dir", str(folder), CAREPATH_DATABASE_URL=wrong)
    started = carepath("up", "--data-dir", str(folder), CAREPATH_DATABASE_URL=wrong)
    assert (asked.returncode, started.returncode) == (1, 3)
    for said in (asked.stdout, started.stderr):
        assert "CAREPATH_DATABASE_URL cannot be used" in said
        assert "does not answer" not in said
        assert "word" not in said.replace("PASSWORD", "").replace("password", "")


def test_the_doctor_notices_that_external_servers_do_not_answer(folder: Path) -> None:
    ended = carepath("doctor", "--data-dir", str(folder), TEMPORAL_ADDRESS="127.0.0.1:1")
    assert ended.returncode == 1
    assert "Temporal at 127.0.0.1:1 does not answer" in ended.stdout


def test_leaving_writes_out_what_is_buffered_and_keeps_the_exit_code() -> None:
    program = "import sys; from workers.exit import leave; print('done', end=''); leave(3)"
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (3, "done")
