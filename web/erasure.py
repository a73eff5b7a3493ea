"""How far the erasure of a patient has come: /api/entities/{entity_id}/erasure."""

from fastapi import APIRouter
from pydantic import AwareDatetime

from audit.replay import replay
from domain.deciders import UnknownEntity
from domain.events.endings import ErasureReason
from domain.events.pathway import Erased
from domain.value import Value
from projections.states import view_states
from web.answers import answers
from web.errors import UNKNOWN_ENTITY, NotFound
from web.identity import known_form
from web.rights.errors import Forbidden
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.services import Serving

router = APIRouter(prefix="/api/entities", tags=["entities"])


class Erasure(Value):
    """An erasure: it is recorded, then the key is destroyed, then every view drops its rows.

    `failed`: the key could not be destroyed, so erase the patient again. `views` says of each view
    whether it has dropped the rows; `done` that all of this has happened.
    """

    entity_id: str
    reason: ErasureReason
    erased_at: AwareDatetime
    key_destroyed: bool
    failed: bool
    views: dict[str, bool]
    done: bool


@router.get(
    "/{entity_id}/erasure",
    responses=answers(NotFound, Forbidden),
    dependencies=[needs(Permission.ERASE)],
)
async def erasure(entity_id: str, services: Serving) -> Erasure:
    """The erasure of a patient's pathway; not found if none was recorded."""
    try:
        replayed = await replay(services.store, known_form(entity_id), None, None)
    except UnknownEntity:
        raise NotFound(UNKNOWN_ENTITY.message, (UNKNOWN_ENTITY,)) from None
    for recorded in reversed(replayed.events):
        if isinstance(recorded.event, Erased):
            outcome = replayed.folded.state.erasure
            views = {one.name: one.seq >= recorded.seq for one in await view_states(services.pool)}
            return Erasure(
                entity_id=entity_id,
                reason=recorded.event.reason,
                erased_at=recorded.event.at,
                key_destroyed=outcome == "done",
                failed=outcome not in (None, "done"),
                views=views,
                done=outcome == "done" and all(views.values()),
            )
    raise NotFound("No erasure of this entity is recorded.")
