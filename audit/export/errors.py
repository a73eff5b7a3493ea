"""What can keep a disclosure from being made, and what to do then."""

from pathlib import Path


class ExportError(Exception):
    """The base of every error of an export."""


class NothingToExport(ExportError):
    """No sealed event is in what was asked for."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"no sealed event belongs to {what}: check the id or the period with "
            "`carepath audit replay`, and that the sealer runs with `carepath seal status`"
        )
        self.what = what


class FolderTaken(ExportError):
    """There is something in the folder already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder.name} is not an empty folder: name one that is not there yet")
        self.folder = folder


class EventUnreadable(ExportError):
    """A row of the log is no event that carepath can have written."""

    def __init__(self, seq: int) -> None:
        super().__init__(
            f"event {seq} cannot be read: run `carepath audit verify` and restore what it names"
        )
        self.seq = seq


class NotSealedYet(ExportError):
    """The bundle is written and its disclosure recorded, but no checkpoint covers that yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder.name} lacks its receipt, because the disclosure is not sealed yet: see "
            f"`carepath seal status`, then `carepath audit export --finish {folder.name}`"
        )
        self.folder = folder


class NotABundle(ExportError):
    """A folder holds no manifest of a bundle that was recorded in this log."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder.name} holds no bundle of this log: name the folder that "
            "`carepath audit export` wrote"
        )
        self.folder = folder


class BundleWrong(ExportError):
    """The bundle that was made does not verify."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"{folder.name} does not verify ({why}): hand it to nobody, and run "
            "`carepath audit verify`"
        )
        self.folder = folder
        self.why = why
