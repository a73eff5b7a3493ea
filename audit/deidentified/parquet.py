"""Parquet as pyarrow writes it: a row group for each so many rows, so that memory stays flat."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from audit.deidentified.columns import Table, Type
from audit.deidentified.errors import ExtraMissing


class Writing(Protocol):
    """Takes rows, each a value a column."""

    def __call__(self, rows: list[dict[str, Any]]) -> None: ...


def require_pyarrow() -> Any:
    """The library. Raises `ExtraMissing` before anything is read or written."""
    try:
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError:
        raise ExtraMissing from None


@contextmanager
def writing(folder: Path, table: Table) -> Iterator[Writing]:
    """A table's file; each call writes a row group."""
    arrow = require_pyarrow()
    types: dict[Type, Any] = {
        "text": arrow.string(),
        "day": arrow.date32(),
        "whole": arrow.int64(),
        "number": arrow.float64(),
        "flag": arrow.bool_(),
    }
    schema = arrow.schema([(one.name, types[one.type]) for one in table.columns])
    with arrow.parquet.ParquetWriter(folder / table.file, schema, compression="zstd") as file:

        def write(rows: list[dict[str, Any]]) -> None:
            file.write_table(arrow.Table.from_pylist(rows, schema=schema))

        yield write
