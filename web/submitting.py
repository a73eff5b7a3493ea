"""Submitting a command: to the running entity, or to one that the log shows must be woken."""

from pathlib import Path
from uuid import UUID

from domain.commands.registry import BEGINNINGS, FROM_ENTITIES, INTERNAL, read
from domain.commands.submission import Receipt, Submission
from domain.decider import Reason, Rejected, open_transitions
from domain.deciders import decider_of
from domain.events.envelope import event_id_of
from domain.fold import fold
from eventstore.errors import store_errors
from projections.sql import queries_in
from web.audit_attempts import note_refused
from web.decisions import context_for
from web.errors import NoSuchEntity
from web.services import Services
from workflows.client import NotRunning
from workflows.entity import ID_USED

query = queries_in(Path(__file__).parent / "queries")


def readable(
    entity_id: str, command: str, data: dict[str, object]
) -> tuple[str, dict[str, object]]:
    """The command's own name and its data, read and written again. Raises `Rejected`.

    The name may come with the kind of its entity: `pathway.pause` is `pause`.
    """
    kind = decider_of(entity_id).kind
    name = command.removeprefix(f"{kind}.")
    if name in INTERNAL or name in FROM_ENTITIES.get(kind, ()):
        raise Rejected(
            Reason(code="unknown_command", message="Only carepath itself gives this command.")
        )
    if name == "refer":
        raise Rejected(
            Reason(code="use_referrals", message="Send the referral bundle to /api/referrals.")
        )
    return name, read(kind, name, data).model_dump(mode="json")


async def submit(services: Services, entity_id: str, submission: Submission) -> Receipt:
    """The receipt of a command, also of one that was accepted before and comes again.

    What the rules refuse is recorded beside what is read. Raises `Rejected`, `NoSuchEntity`, an
    `EntityError` or `StoreUnavailable`.
    """
    try:
        return await _submit(services, entity_id, submission)
    except Rejected as refusal:
        await note_refused(services, entity_id, submission, refusal)
        raise


async def _submit(services: Services, entity_id: str, submission: Submission) -> Receipt:
    if submission.command == "erase":
        await _require_encrypted(services, entity_id)
    try:
        with services.turns.taken(entity_id):
            return await services.entities.submit(entity_id, submission)
    except NotRunning:
        return await _without_workflow(services, entity_id, submission)
    except Rejected:
        earlier = await _earlier(services, entity_id, submission)
        if earlier is None:
            raise
        return earlier


async def _require_encrypted(services: Services, entity_id: str) -> None:
    """Raise `Rejected` where destroying the key would leave something that can be read."""
    if await services.store.holds_in_clear(entity_id):
        raise Rejected(
            Reason(
                code="recorded_in_clear",
                message="Events of this pathway were recorded before the log was encrypted: "
                "destroying a key does not erase them.",
            )
        )


async def _without_workflow(services: Services, entity_id: str, submission: Submission) -> Receipt:
    """Nothing keeps the entity alive: it is unknown, or closed, or its workflow was lost."""
    earlier = await _earlier(services, entity_id, submission)
    if earlier is not None:
        return earlier
    events = await services.store.read_stream(entity_id)
    decider = decider_of(entity_id)
    if not events and submission.command in BEGINNINGS.get(decider.kind, ()):
        return await services.entities.submit_starting(entity_id, submission)
    if not events:
        raise NoSuchEntity
    folded = fold(decider, events)
    if decider.is_closed(folded.state):
        command = read(decider.kind, submission.command, submission.data)
        context = await context_for(services, folded, submission.actor)
        if not decider.needs(folded.state, command):
            decider.decide(folded.state, command, context)
    return await services.entities.submit_starting(entity_id, submission)


async def require_unused_elsewhere(services: Services, entity_id: str, command_id: UUID) -> None:
    """Raise `Rejected` if the command's id has already written to another entity's stream."""
    first_event = event_id_of(command_id, 0)
    with store_errors():
        stream = await services.pool.fetchval(query("stream_of_first_event"), first_event)
    if stream not in (None, entity_id):
        raise Rejected(ID_USED)


async def _earlier(services: Services, entity_id: str, submission: Submission) -> Receipt | None:
    """The receipt of the same command, if the log shows that it was accepted before."""
    if await services.store.command_result(entity_id, submission.command_id) is None:
        return None
    decider = decider_of(entity_id)
    events = await services.store.read_stream(entity_id)
    own = [one for one in events if one.origin.command_id == submission.command_id]
    folded = fold(decider, events)
    context = await context_for(services, folded, submission.actor)
    return Receipt(
        entity_id=entity_id,
        command_id=submission.command_id,
        version=own[-1].version,
        events=tuple(one.type for one in own),
        permitted=open_transitions(decider, folded.state, context),
    )
