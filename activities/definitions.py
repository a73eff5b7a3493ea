"""Programme definitions as they were published: folded from the programmes' own streams."""

from domain.fold import fold
from domain.identity import well_formed
from domain.programme import PROGRAMME, Programme
from domain.programmes.definition import Definition
from eventstore.store import EventStore


def stream_of(programme_id: str) -> str:
    return f"{PROGRAMME.kind}-{programme_id}"


class Definitions:
    """Looks versions up. One that is published never changes, so it is read once."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._known: dict[str, Definition] = {}

    async def version(self, label: str) -> Definition | None:
        """The version called `label` (`mbt-g@1`), if it is published."""
        if label not in self._known:
            await self.programme(label.partition("@")[0])
        return self._known.get(label)

    async def programme(self, programme_id: str) -> Programme:
        """Every version published by now; a programme that was never published has none."""
        stream_id = stream_of(programme_id)
        if not well_formed(stream_id):
            return PROGRAMME.initial()
        stream = await self._store.read_stream(stream_id)
        programme = fold(PROGRAMME, stream).state
        self._known.update((one.label, one) for one in programme.definitions)
        return programme
