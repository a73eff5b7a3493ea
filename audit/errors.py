"""What can keep an audit from handing anything out, and what to do then."""

from pathlib import Path


class AuditError(Exception):
    """The base of every error of an audit."""


class FolderTaken(AuditError):
    """There is something in the folder already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder.name} is not an empty folder: name one that is not there yet")
        self.folder = folder
