"""A mail server that is away as long as a file says so."""

from pathlib import Path

from activities.contracts import EffectRequest
from activities.notify import FolderNotifier
from activities.ports import Settled, TryAgain


def away_from(outbox: Path) -> Path:
    """The file beside an outbox."""
    return outbox.with_name("away")


class SometimesAway(FolderNotifier):
    """Leaves messages in a folder, unless it is away."""

    def __init__(self, outbox: Path) -> None:
        super().__init__(outbox)
        self._away = away_from(outbox)

    async def perform(self, request: EffectRequest) -> Settled:
        if self._away.exists():
            raise TryAgain("the mail server is away")
        return await super().perform(request)
