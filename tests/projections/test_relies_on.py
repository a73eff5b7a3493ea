"""Whoever changes what a view's content follows from makes it be built anew."""

import sys
from pathlib import Path
from subprocess import run

import pytest

from projections.sources import modules_behind, source_of
from projections.view import View
from projections.views import VIEWS

LOADED_BY = "import sys; from domain.pathway.evolve import evolve; print(*sys.modules)"


@pytest.fixture(params=VIEWS, ids=lambda view: view.name)
def view(request: pytest.FixtureRequest) -> View:  # type: ignore[type-arg] # of any batch
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "handlers.py"


def test_view_relies_on_its_events_and_on_how_old_ones_are_read(
    view: View,  # type: ignore[type-arg]
) -> None:
    assert {"domain.events.upcasters", "domain.events.base"} < set(view.relies_on)


def test_view_does_not_rely_on_what_may_be_decided(view: View) -> None:  # type: ignore[type-arg]
    """Or every change of a rule would build every view anew."""
    deciding = (".decide", ".permitted", ".guards", ".reactions", ".tasks")
    assert [module for module in view.relies_on if module.endswith(deciding)] == []


def test_whatever_the_modules_behind_a_file_import_is_behind_it_too(file: Path) -> None:
    file.write_text("from domain.pathway.evolve import evolve\n")
    behind = modules_behind([file])
    assert {"domain.pathway.evolve", "domain.pathway.state", "domain.risk"} < set(behind)
    assert modules_behind([file, *map(source_of, behind)]) == behind


def test_nothing_that_python_loads_is_left_out_but_what_packages_gather(file: Path) -> None:
    file.write_text("from domain.pathway.evolve import evolve\n")
    found = run([sys.executable, "-c", LOADED_BY], check=True, capture_output=True, text=True)
    loaded = {module for module in found.stdout.split() if module.startswith("domain.")}
    doors = [source_of(one) for one in loaded if source_of(one).name == "__init__.py"]
    assert doors != []
    assert loaded <= {*modules_behind([file, *doors]), *map(package_of, doors)}


def package_of(door: Path) -> str:
    parts = door.parent.parts
    return ".".join(parts[len(parts) - 1 - parts[::-1].index("domain") :])


def test_name_that_a_package_only_gathers_leads_to_its_module(file: Path) -> None:
    file.write_text("from domain.pathway import state, Pathway\n")
    expected = {"domain.pathway", "domain.pathway.state", "domain.pathway.decide"}
    assert expected < set(modules_behind([file]))


def test_the_modules_that_move_batches_are_not_what_content_follows_from(file: Path) -> None:
    file.write_text("from projections import sql\nfrom projections.caseload.case import Case\n")
    behind = modules_behind([file])
    assert "projections.caseload.case" in behind
    assert not {"projections.sql", "projections"} & set(behind)


def test_import_of_what_is_not_there_has_no_source(file: Path) -> None:
    file.write_text("import domain.no_such_module")
    with pytest.raises(LookupError, match="no_such_module"):
        modules_behind([file])
