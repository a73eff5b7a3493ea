"""Doing something from a list: one click, or a form of one line, and back to the list."""

from typing import Annotated
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER

from domain.commands.submission import Submission
from domain.decider import Rejected
from web.errors import UNKNOWN_ENTITY, BadRequest, CommandRefused, NotFound
from web.identity import NEW
from web.inside import inside
from web.pages.forms.answers import Unreadable, command_of
from web.pages.forms.asked import Asked, asked_of
from web.pages.visit import Visit, Visiting
from web.rights.needs import needs
from web.rights.permissions import Permission
from web.submitting import require_unused_elsewhere, submit

router = APIRouter(
    prefix="/do", dependencies=[needs(Permission.READ_WORKLIST), needs(Permission.SUBMIT)]
)
"""Whoever does something from a list may read lists."""


@router.post("/{entity_id}/{command}")
async def do(
    entity_id: str,
    command: str,
    visit: Visiting,
    command_id: Annotated[UUID, Form()],
    back: Annotated[str, Form()] = "/today",
) -> RedirectResponse:
    """Submit the command once, with what the address and the form give, and go back.

    A refusal is told with every reason.
    """
    if entity_id.partition("-")[2] == NEW:
        raise NotFound(UNKNOWN_ENTITY.message)
    asked = await asked_of(visit, entity_id, command)
    await _submit(visit, asked, command_id)
    return RedirectResponse(_with(inside(back), done=command), HTTP_303_SEE_OTHER)


async def _submit(visit: Visit, asked: Asked, command_id: UUID) -> None:
    form = await visit.request.form()
    given = {name: [str(one) for one in form.getlist(name)] for name in form}
    preset = {name: [value] for name, value in asked.preset.items()}
    try:
        command = command_of(asked.model, asked.fields, {**given, **preset}, visit.clinic.zone)
        await require_unused_elsewhere(visit.services, asked.entity_id, command_id)
        submission = Submission(
            command_id=command_id,
            command=asked.command,
            data=command.model_dump(mode="json"),
            actor=visit.actor,
        )
        await submit(visit.services, asked.entity_id, submission)
    except Unreadable as unreadable:
        raise BadRequest(str(unreadable)) from None
    except Rejected as refusal:
        raise CommandRefused(refusal.reasons) from None


def _with(address: str, **told: str) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(told)}"
