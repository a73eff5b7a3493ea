"""What an installation brings along besides Python: queries, templates, styles, icons."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_kind_of_file_that_a_package_reads_is_installed_with_it() -> None:
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packages = [name.removesuffix("*") for name in setup["packages"]["find"]["include"]]
    files = [
        one
        for package in packages
        for one in (ROOT / package).rglob("*")
        if one.is_file() and one.suffix not in (".py", ".pyc")
    ]
    left_out = [one.name for one in files if f"*{one.suffix}" not in setup["package-data"]["*"]]
    assert files
    assert left_out == []
