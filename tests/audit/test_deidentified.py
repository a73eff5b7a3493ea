"""What analysts get: nobody's name, id or date, intervals as they were, and nothing of few."""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet  # type: ignore[import-untyped] # it ships no types
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from audit.deidentified import export
from audit.deidentified.columns import CASE, MEASURED, TABLES, TREATMENTS, Table, described
from audit.deidentified.errors import ExtraMissing, KeyDamaged
from audit.deidentified.explaining import COLUMNS, README, SMALLEST_CELL, Wanted
from audit.deidentified.export import WHAT, export_views
from audit.deidentified.hiding import (
    GENERALISED,
    MOVED_BACK_AT_MOST,
    Classes,
    Hiding,
    Key,
    Row,
    age_band,
    finest,
)
from audit.deidentified.parquet import require_pyarrow, writing
from audit.errors import FolderTaken
from cli.main import application
from domain.actor import Actor
from domain.events.reads import ListRead
from eventstore.connect import Pool
from eventstore.reads import access_stream_by
from eventstore.store import EventStore
from projections.rebuild import rebuild
from projections.tables import ensure_catalogue
from tests.projections.demo import UNTIL, demo_clinic, write

TODAY = date(2026, 11, 1)
K = 3
NAMES = ("Avery Sample", "Robin Beispiel")

instants = st.datetimes(datetime(2020, 1, 1), datetime(2026, 10, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@st.composite
def patients(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of a query, with columns that no table takes, too."""
    ids = draw(st.lists(st.uuids(version=4), min_size=1, max_size=25, unique=True))
    return [_patient(draw, one) for one in ids]


def _patient(draw: st.DrawFn, one: UUID) -> dict[str, Any]:
    referred = draw(instants)
    return {
        "pathway_id": f"pathway-{one}",
        "patient_name": draw(st.sampled_from(NAMES)),
        "of_programme": draw(st.sampled_from(["mbt-g@1", "mbt-g@2", "virtual-iop@1", None])),
        "birth_date": draw(st.none() | st.dates(date(1925, 1, 1), date(2008, 1, 1))),
        "of_state": draw(st.sampled_from(["FL", "IN", "AZ", None])),
        "phase": draw(st.sampled_from(["assessment", "ongoing", "introduction"])),
        "status": draw(st.sampled_from(["open", "closed"])),
        "urgency": draw(st.sampled_from(["routine", "urgent", "stat"])),
        "discharged_for": draw(st.sampled_from(["completed", "deceased", None])),
        "referred_on": referred,
        "phase_since": referred + draw(st.timedeltas(timedelta(0), timedelta(days=900))),
        "planned_end": None,
        "open_tasks": 1,
        "missed_in_a_row": 0,
    }


def hidden(table: Table, rows: Sequence[Row], key: Key, k: int = K) -> list[dict[str, Any]]:
    classes = Classes(Counter(finest(row, TODAY) for row in rows), k, TODAY)
    hiding = Hiding(table, key, classes, k)
    hiding.note(rows)
    return hiding.hidden(rows)


def read(folder: Path, table: Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(folder / table.file).to_pylist()
    return rows


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def row_groups(folder: Path, table: Table) -> list[int]:
    """How many rows each has; none is none."""
    found = pyarrow.parquet.ParquetFile(folder / table.file).metadata
    return [0, *(found.row_group(one).num_rows for one in range(found.num_row_groups))]


@given(patients(), st.binary(min_size=32, max_size=32))
def test_no_name_id_or_date_of_anybody_is_in_the_file(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], secret: bytes
) -> None:
    folder = tmp_path_factory.mktemp("export")
    with writing(folder, CASE) as write_rows:
        write_rows(hidden(CASE, rows, Key(secret)))
    told = (folder / CASE.file).read_bytes() + repr(read(folder, CASE)).encode()
    ids = [row["pathway_id"].partition("-")[2] for row in rows]
    words = [*NAMES, "pathway-", *ids, *(one.replace("-", "") for one in ids)]
    dates = [row["birth_date"].isoformat() for row in rows if row["birth_date"]]
    raw = [UUID(one).bytes for one in ids]
    assert [one for one in (*words, *dates) if one.encode() in told] == []
    assert [one for one in raw if one in told] == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(patients(), st.binary(min_size=32, max_size=32))
def test_every_day_is_another_and_every_interval_the_same(
    rows: list[dict[str, Any]], secret: bytes
) -> None:
    key = Key(secret)
    before = {key.pseudonym(row["pathway_id"]): row for row in rows}
    for after in hidden(CASE, rows, key):
        row = before[after["patient"]]
        back = row["referred_on"].date() - after["referred_on"]
        assert timedelta(0) < back <= timedelta(days=MOVED_BACK_AT_MOST)
        assert row["phase_since"].date() - after["phase_since"] == back


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(patients(), st.binary(min_size=32, max_size=32))
def test_nothing_is_shown_that_fewer_patients_share(
    rows: list[dict[str, Any]], secret: bytes
) -> None:
    shown = hidden(CASE, rows, Key(secret))
    classes = Counter(tuple(row[name] for name in GENERALISED) for row in shown)
    assert all(number >= K for number in classes.values())
    for column in CASE.columns:
        if column.treatment == "coded":
            values = Counter(row[column.name] for row in shown)
            del values[None]
            assert all(number >= K for number in values.values()), column.name


def of_measures(pathway_id: str, measure: str, score: float = 7.0) -> dict[str, Any]:
    blank = {column.name: None for column in MEASURED.columns}
    of = {"of_programme": "mbt-g@1", "birth_date": None, "of_state": "FL"}
    return {**blank, **of, "pathway_id": pathway_id, "measure": measure, "score": score}


def test_what_one_patient_has_often_is_still_what_few_have() -> None:
    often = [of_measures("pathway-1", "itq") for _ in range(10)]
    all_have = [of_measures(f"pathway-{number}", "phq_9") for number in range(1, 4)]
    rows = sorted([*often, *all_have], key=lambda row: row["pathway_id"])
    patients_of = {row["pathway_id"]: finest(row, TODAY) for row in rows}
    hiding = Hiding(MEASURED, Key(b"k" * 32), Classes(Counter(patients_of.values()), K, TODAY), K)
    hiding.note(rows)
    assert Counter(row["measure"] for row in hiding.hidden(rows)) == {None: 10, "phq_9": 3}


def one_in(programme: str, state: str | None, born: date | None, number: int) -> dict[str, Any]:
    blank = {column.name: None for column in CASE.columns}
    id_of = f"pathway-{programme}-{state}-{born}-{number}"
    of = {"of_programme": programme, "of_state": state, "birth_date": born}
    return {**blank, **of, "pathway_id": id_of}


def shown_classes(rows: Iterable[Row]) -> Counter[Any]:
    found = hidden(CASE, list(rows), Key(b"k" * 32))
    return Counter(tuple(row[name] for name in GENERALISED) for row in found)


def test_a_rare_state_goes_before_the_age_and_the_age_before_the_patient() -> None:
    thirty, old = date(1996, 1, 1), date(1930, 1, 1)
    rows = [
        *(one_in("a@1", "FL", thirty, number) for number in range(3)),
        *(one_in("a@1", state, thirty, 9) for state in ("IN", "AZ", "SC")),
        *(one_in("a@2", "FL", born, 8) for born in (old, date(1970, 1, 1), date(1980, 1, 1))),
        *(one_in("b@1", "FL", thirty, number) for number in range(2)),
    ]
    assert shown_classes(rows) == {
        ("a", "30-39", "FL"): 3,
        ("a", "30-39", None): 3,
        ("a", None, None): 3,
    }


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (17, "0-17"),
        (18, "18-29"),
        (29, "18-29"),
        (30, "30-39"),
        (89, "80-89"),
        (90, "90+"),
        (104, "90+"),
    ],
)
def test_ages_over_89_are_together(age: int, band: str) -> None:
    assert age_band(TODAY.replace(year=TODAY.year - age), TODAY) == band
    day_before = TODAY.replace(year=TODAY.year - age - 1) + timedelta(days=1)
    assert age_band(day_before, TODAY) == band


def test_another_export_has_other_pseudonyms_and_days_and_the_same_key_the_same() -> None:
    one, other = Key(b"1" * 32), Key(b"2" * 32)
    ids = [f"pathway-{number}" for number in range(50)]
    assert {one.pseudonym(x) for x in ids}.isdisjoint({other.pseudonym(x) for x in ids})
    assert [one.moved_back(x) for x in ids] != [other.moved_back(x) for x in ids]
    assert [one.pseudonym(x) for x in ids] == [Key(b"1" * 32).pseudonym(x) for x in ids]
    assert "1111" not in repr(one)


def test_the_documentation_says_of_each_column_what_the_code_does() -> None:
    lines = Path("docs/analysts.md").read_text(encoding="utf-8").splitlines()
    told, table = defaultdict(list), ""
    for line in lines:
        if line.startswith("### `"):
            table = line.split("`")[1]
        elif line.startswith("| `"):
            told[table].append([cell.strip(" `") for cell in line.strip("|").split("|")])
    assert told == {
        table.name: [list(column.values()) for column in described(table)] for table in TABLES
    }
    for name in TREATMENTS:
        assert f"- **{name}**: {TREATMENTS[name]}" in "\n".join(lines)


AUDITOR = Actor(subject="local-auditor", role="auditor")


def wanted(k: int, tables: tuple[Table, ...] = TABLES) -> Wanted:
    return Wanted(tables=tables, by=AUDITOR, purpose="audit", at=UNTIL, k=k)


async def test_a_clinic_is_exported_with_columns_as_described(
    store: EventStore, pool: Pool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BATCH", 10)
    clinic = demo_clinic(patients=6, months=4)
    await write(clinic, store, pool)
    await ensure_catalogue(pool)
    for table in TABLES:
        await rebuild(table.view, store, pool)
    folder = tmp_path / "export"
    found = await export_views(pool, store.reads(), wanted(k=2), folder)

    described_there = json.loads((folder / COLUMNS).read_text())
    for table in TABLES:
        schema = pyarrow.parquet.read_schema(folder / table.file)
        assert schema.names == [one["column"] for one in described_there[table.name]]
        assert described_there[table.name] == described(table)
        assert len(read(folder, table)) == found.rows[table.name]
        assert max(row_groups(folder, table)) <= 10, "written as they are read"
    assert found.rows["case"] > 0
    assert found.rows["attendance"] > 20
    patients_told = {row["patient"] for row in read(folder, CASE)}
    for table in TABLES:
        assert {row["patient"] for row in read(folder, table)} <= patients_told
    told = (folder / README).read_text()
    assert f"every event up to {found.seq:,}" in told
    assert "- k: 2" in told
    ids = [one for one in clinic.entities if one.startswith("pathway-")]
    bytes_of = b"".join(file.read_bytes() for file in folder.iterdir())
    assert [one for one in ids if one.partition("-")[2].encode() in bytes_of] == []

    await _is_recorded(store, len(ids))
    with pytest.raises(FolderTaken):
        await export_views(pool, store.reads(), wanted(k=2), folder)
    with pytest.raises(KeyDamaged):
        await export_views(pool, store.reads(), wanted(k=2), tmp_path / "x", folder / README)
    await _few_are_not_shown(store, pool, tmp_path)
    await _a_kept_key_joins_exports(store, pool, tmp_path)


async def _is_recorded(store: EventStore, patients: int) -> None:
    [read_once] = await store.read_stream(access_stream_by(AUDITOR.subject))
    assert isinstance(read_once.event, ListRead)
    assert (read_once.event.what, read_once.event.patients) == (WHAT, patients)


async def _few_are_not_shown(store: EventStore, pool: Pool, tmp_path: Path) -> None:
    folder = tmp_path / "few"
    found = await export_views(pool, store.reads(), wanted(k=1_000), folder)
    assert set(found.rows.values()) == {0}
    assert "fewer than 1000 rows" in (folder / README).read_text()


async def _a_kept_key_joins_exports(store: EventStore, pool: Pool, tmp_path: Path) -> None:
    asked, key_file = wanted(k=2, tables=(CASE,)), tmp_path / "key"
    for name in ("first", "second"):
        await export_views(pool, store.reads(), asked, tmp_path / name, key_file)
    assert read(tmp_path / "first", CASE) == read(tmp_path / "second", CASE)
    assert key_file.stat().st_mode & 0o777 == 0o600


def test_whoever_lacks_the_extra_is_told_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ExtraMissing, match=r"carepath\[parquet\]"):
        require_pyarrow()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--as", "coordinator"], "a coordinator may not export de-identified views"),
        (["--as", "nobody"], "--as is one of"),
        (["--view", "names"], "there are case, measures"),
        (["--k", "1"], "greater than or equal to 2"),
    ],
)
def test_the_command_refuses_who_may_not_and_what_is_not_there(
    tmp_path: Path, words: list[str], says: str
) -> None:
    asked = ["export-views", str(tmp_path / "x"), *words]
    result = CliRunner().invoke(application("export-views"), asked)
    assert says in f"{result.output}{result.exception}"
    assert not (tmp_path / "x").exists()


def test_the_smallest_cell_is_that_of_the_federal_programmes() -> None:
    assert SMALLEST_CELL == 11
