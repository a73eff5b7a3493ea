"""The workflows' way to the log."""

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities import contracts
from activities.contracts import (
    AppendReply,
    AppendRequest,
    Facts,
    FactsRequest,
    Gathered,
    LoadedEffect,
    LoadedEntity,
)
from activities.definitions import Definitions
from domain.deciders import decider_of
from domain.fold import fold
from domain.programmes.definition import Definition
from eventstore.errors import CommandReused, VersionConflict
from eventstore.store import EventStore


class LogActivities:
    """Reading and appending. Each may be repeated at will."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._definitions = Definitions(store)

    @activity.defn(name=contracts.LOAD_ENTITY)
    async def load_entity(self, entity_id: str) -> LoadedEntity:
        """The entity as its stream says it is, with the programme version it is on."""
        stream = await self._store.read_stream(entity_id)
        folded = fold(decider_of(entity_id), stream)
        recorded_at = {one.event_id: one.recorded_at for one in stream}
        label = folded.programme_version
        return LoadedEntity(
            state=folded.state.model_dump(mode="json"),
            version=folded.version,
            programme=await self.load_programme(label) if label else None,
            pending=tuple(
                LoadedEffect(
                    id=one.id,
                    effect=one.effect,
                    caused_by=one.caused_by,
                    asked_at=recorded_at[one.caused_by],
                )
                for one in folded.pending.values()
            ),
        )

    @activity.defn(name=contracts.GATHER_FACTS)
    async def gather_facts(self, request: FactsRequest) -> Gathered:
        """What the streams of some entities say now. Nothing happened to one: it has version 0."""
        return Gathered(of=tuple([await self._facts(one) for one in request.entity_ids]))

    async def _facts(self, entity_id: str) -> Facts:
        decider = decider_of(entity_id)
        folded = fold(decider, await self._store.read_stream(entity_id))
        facts = decider.facts(folded.state).model_dump(mode="json")
        return Facts(entity_id=entity_id, version=folded.version, facts=facts)

    @activity.defn(name=contracts.LOAD_PROGRAMME)
    async def load_programme(self, label: str) -> Definition:
        """The published definition called `label` (`mbt-g@1`)."""
        definition = await self._definitions.version(label)
        if definition is None:
            raise ApplicationError(
                f"programme {label} is not published",
                type=contracts.PROGRAMME_UNKNOWN,
                non_retryable=True,
            )
        return definition

    @activity.defn(name=contracts.APPEND_EVENTS)
    async def append_events(self, request: AppendRequest) -> AppendReply:
        """Append. A conflict or a command id used elsewhere is final, the rest worth a retry."""
        try:
            appended = await self._store.append(
                request.entity_id, request.expected_version, request.events
            )
        except VersionConflict as conflict:
            raise ApplicationError(
                str(conflict), type=contracts.VERSION_CONFLICT, non_retryable=True
            ) from conflict
        except CommandReused as reused:
            raise ApplicationError(
                str(reused), type=contracts.COMMAND_REUSED, non_retryable=True
            ) from reused
        if not appended.repeated:
            types = tuple(event.type for event in request.events)
            return AppendReply(version=appended.version, types=types, repeated=False)
        before = appended.version - len(appended.event_ids)
        stream = await self._store.read_stream(request.entity_id, after_version=before)
        written = tuple(one.type for one in stream if one.event_id in appended.event_ids)
        return AppendReply(version=appended.version, types=written, repeated=True)
