"""A stranger has the bundle, Python, and `cryptography`; nothing of carepath."""

import asyncio
import importlib.util
import json
import subprocess
import venv
from pathlib import Path

import pytest

from audit.export import verify_bundle
from tests.verifier.given import ALL, Office, of

VERIFIER = Path(verify_bundle.__file__)
NEEDED = ("cryptography", "cffi", "_cffi_backend")
"""The package, and what it is made of."""


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has `cryptography` and nothing else."""
    folder = tmp_path_factory.mktemp("stranger") / "env"
    venv.create(folder, with_pip=False, symlinks=True)
    [packages] = folder.glob("lib/python3*/site-packages")
    for name in NEEDED:
        found = importlib.util.find_spec(name)
        if found and found.origin:
            origin = Path(found.origin)
            source = origin.parent if origin.name == "__init__.py" else origin
            (packages / source.name).symlink_to(source)
    return folder / "bin" / "python"


async def run(stranger: Path, *arguments: str | Path, cwd: Path) -> tuple[int, str]:
    def ran() -> subprocess.CompletedProcess[str]:
        command = [str(stranger), "-I", *map(str, arguments)]
        return subprocess.run(
            command, cwd=cwd, env={}, capture_output=True, text=True, check=False, timeout=120
        )

    ended = await asyncio.to_thread(ran)
    return ended.returncode, ended.stdout + ended.stderr


async def test_the_environment_has_nothing_of_carepath(stranger: Path, tmp_path: Path) -> None:
    for name in ("audit", "eventstore", "pydantic", "asyncpg"):
        code, said = await run(stranger, "-c", f"import {name}", cwd=tmp_path)
        assert (code, "ModuleNotFoundError" in said) == (1, True)


async def test_a_stranger_checks_a_bundle_with_the_verifier_in_it(
    office: Office, stranger: Path, tmp_path: Path
) -> None:
    one = await office.patient()
    await office.sealed()
    folder = await office.hand_out(of(one), opened=True)
    code, said = await run(stranger, folder / "verify.py", folder, cwd=tmp_path)
    assert (code, "The bundle is as it was handed out." in said) == (0, True)
    assert "of 2 events compared with the seal" in said
    assert "The key came with the bundle" in said


async def test_a_stranger_with_the_keys_from_elsewhere_is_told_so_in_json(
    office: Office, stranger: Path
) -> None:
    await office.patient()
    await office.sealed()
    folder = await office.hand_out(ALL)
    keys = office.clinic.keys / "seal-keys.txt"
    code, said = await run(stranger, "verify.py", ".", "--keys", keys, "--json", cwd=folder)
    found = json.loads(said)
    assert (code, found["ok"], found["own_keys"]) == (0, True, False)
    assert not (folder / "__pycache__").exists()


async def test_a_stranger_is_told_what_was_changed(
    office: Office, stranger: Path, tmp_path: Path
) -> None:
    one = await office.patient()
    await office.sealed()
    folder = await office.hand_out(of(one))
    page = folder / "index.html"
    page.write_text(page.read_text().replace("audit", "audits", 1))
    code, said = await run(stranger, folder / "verify.py", folder, cwd=tmp_path)
    assert (code, said) == (1, "NOT as it was handed out: index.html was changed\n")


async def test_what_is_no_bundle_is_a_question_that_cannot_be_asked(
    stranger: Path, tmp_path: Path
) -> None:
    code, _ = await run(stranger, VERIFIER, tmp_path / "nowhere", cwd=tmp_path)
    assert code == 2
    code, said = await run(stranger, VERIFIER, tmp_path, cwd=tmp_path)
    assert (code, said) == (1, "NOT as it was handed out: manifest.json is missing\n")


async def test_without_cryptography_it_says_what_is_needed(tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False, symlinks=True)
    code, said = await run(tmp_path / "bare" / "bin" / "python", VERIFIER, cwd=tmp_path)
    assert (code, "python -m pip install cryptography" in said) == (1, True)
