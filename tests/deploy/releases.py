"""Another release of carepath: its code in a folder of its own, chosen by an environment."""

import shutil
import tomllib
from pathlib import Path

from eventstore.migrate import MIGRATIONS, migrations_in
from tests.deploy.files import ROOT

LIVES = "        await self.live()\n"
LIVES_LATER = f"        await workflow.sleep(0.001)\n{LIVES}"
ALTERS = "ALTER TABLE carepath_log.events ADD COLUMN of_the_next_release text;\n"


def next_release(folder: Path) -> dict[str, str]:
    """The environment in which `carepath` is a release with one step more in a pathway's workflow.

    No running history fits it (`tests/workflows/test_rollout.py` shows that of the same step), and
    it has one migration more, of the table that everything reads.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for pattern in project["tool"]["setuptools"]["packages"]["find"]["include"]:
        package = pattern.rstrip("*")
        unread = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, folder / package, ignore=unread)
    _replace(folder / "workflows" / "pathway.py", LIVES, LIVES_LATER)
    (folder / "eventstore" / "migrations" / next_migration()).write_text(ALTERS, encoding="utf-8")
    return {"PYTHONPATH": str(folder)}


def next_migration() -> str:
    return f"{migrations_in(MIGRATIONS)[-1].number + 1:04}_of_the_next_release.sql"


def _replace(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    file.write_text(text.replace(before, after), encoding="utf-8")
