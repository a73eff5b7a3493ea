"""What can keep an export for analysts from being made, and what to do then."""

from pathlib import Path

from audit.errors import AuditError


class ExtraMissing(AuditError):
    """What writes Parquet is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "Parquet is written by pyarrow, which is not installed: install the extra with "
            "`pip install 'carepath[parquet]'`, then export again"
        )


class KeyDamaged(AuditError):
    """The file holds no key of an earlier export."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is no key of an export: name the file that an earlier export has written, or "
            "one that is not there yet"
        )
        self.file = file
