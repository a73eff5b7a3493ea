"""What can keep a disclosure from being made, and what to do then."""

from pathlib import Path

from audit.errors import AuditError


class NothingToExport(AuditError):
    """No sealed event is in what was asked for."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"no sealed event belongs to {what}: check the id or the period with "
            "`carepath audit replay`, and that the sealer runs with `carepath seal status`"
        )
        self.what = what


class EventUnreadable(AuditError):
    """A row of the log is no event that carepath can have written."""

    def __init__(self, seq: int) -> None:
        super().__init__(
            f"event {seq} cannot be read: run `carepath audit verify` and restore what it names"
        )
        self.seq = seq


class NotSealed(AuditError):
    """No checkpoint covers what it has to cover."""


class NotSealing(NotSealed):
    """Nothing is sealed at present, so no receipt could be given; nothing was handed out."""

    def __init__(self) -> None:
        super().__init__(
            "the log is not being sealed, so there would be no receipt: nothing was handed out and "
            "nothing recorded as handed out; see that the sealer runs (`carepath seal status`), "
            "and ask again"
        )


class NotSealedYet(NotSealed):
    """The bundle is written and its disclosure recorded, but no checkpoint covers that yet."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder.name} lacks its receipt, because the disclosure is not sealed yet: see "
            f"`carepath seal status`, then `carepath audit export --finish {folder.name}`"
        )
        self.folder = folder


class NotABundle(AuditError):
    """A folder holds no manifest of a bundle that was recorded in this log."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder.name} holds no bundle of this log: name the folder that "
            "`carepath audit export` wrote"
        )
        self.folder = folder


class BundleWrong(AuditError):
    """The bundle that was made does not verify."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"{folder.name} does not verify ({why}): hand it to nobody, and run "
            "`carepath audit verify`"
        )
        self.folder = folder
        self.why = why
