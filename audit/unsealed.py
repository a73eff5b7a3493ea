"""Events that wait for the seal: too young, or the sealer does not run."""

from datetime import timedelta

from audit.findings import Finding
from eventstore.seal.state import Waiting


def unsealed_findings(waiting: Waiting, patience: timedelta, sealed: int) -> list[Finding]:
    """A sealer that runs lets no settled event wait longer than its patience."""
    if not waiting.too_long(patience) or waiting.waited is None:
        return []
    since = timedelta(seconds=round(waiting.waited.total_seconds()))
    left = "none is sealed" if sealed == 0 else f"the log is sealed to {sealed} only"
    return [
        Finding(
            kind="nothing_sealed" if sealed == 0 else "sealing_stands_still",
            message=f"{waiting.events} events are settled, the first since {since}, and {left}: "
            "the sealer seems not to run; see `carepath seal status`",
        )
    ]
