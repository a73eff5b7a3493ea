"""Sandboxes share the code of the workflows' modules, and nothing that a module holds."""

import sys
from collections.abc import Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType

import pytest

from workers.shared_code import share_code_of

PACKAGE = "read_once"
SOURCE = "counted = []\n\n\ndef count(one):\n    counted.append(one)\n    return len(counted)\n"


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package's one module, of which the code is shared while the test runs."""
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / PACKAGE
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    file = folder / "counting.py"
    file.write_text(SOURCE)
    invalidate_caches()
    share_code_of(PACKAGE)
    yield file
    forget()


def test_every_import_has_globals_of_its_own_and_the_same_code(source: Path) -> None:
    one, other = imported_anew(), imported_anew()
    assert (one.count("a"), one.count("b"), other.count("c")) == (1, 2, 1)
    assert one.count.__code__ is other.count.__code__
    assert one.__spec__ is other.__spec__
    assert one.__file__ == other.__file__ == str(source)


def test_a_file_that_is_replaced_changes_nothing_in_a_worker_that_runs(source: Path) -> None:
    imported_anew()
    source.write_text("def count(one):\n    return 'of the next build'\n")
    assert imported_anew().count("a") == 1


def test_a_module_that_is_not_there_is_missed_as_ever(source: Path) -> None:
    assert source.exists()
    with pytest.raises(ModuleNotFoundError, match=r"read_once\.elsewhere"):
        import_module(f"{PACKAGE}.elsewhere")


def test_sharing_twice_is_sharing_once(source: Path) -> None:
    assert source.exists()
    before = len(sys.meta_path)
    share_code_of(PACKAGE)
    assert len(sys.meta_path) == before


def imported_anew() -> ModuleType:
    forget()
    return import_module(f"{PACKAGE}.counting")


def forget() -> None:
    for name in [one for one in sys.modules if one.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
