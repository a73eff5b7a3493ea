"""The page of a command's form: asking, saying what is wrong, submitting once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER, HTTP_400_BAD_REQUEST, HTTP_409_CONFLICT

from domain.commands.submission import Submission
from domain.decider import Rejected
from web.errors import BadRequest
from web.identity import NEW, addressed
from web.pages.addresses import home_of
from web.pages.forms.answers import Brought, Unreadable, Wrong, command_of
from web.pages.forms.asked import Asked, asked_of
from web.pages.rendering import page
from web.pages.visit import Visit, Visiting
from web.rights.needs import needs, require_reading
from web.rights.permissions import Permission
from web.rights.reading import note_reading
from web.submitting import require_unused_elsewhere, submit

AROUND = frozenset({"command_id", "csrf"})
"""What a form carries besides its answers."""

JUST_NOW = frozenset(
    {"agreed_at", "given_at", "held_at", "occurred_at", "received_at", "taken_at", "withdrawn_at"}
)
"""What has most often happened just now: filled in beforehand."""

router = APIRouter(prefix="/entities", dependencies=[needs(Permission.SUBMIT)])


@router.get("/{entity_id}/commands/{command}")
async def ask(entity_id: str, command: str, visit: Visiting) -> HTMLResponse:
    """The form. What the address gives already is shown, and not asked for again."""
    require_reading(visit.actor, entity_id)
    asked = await asked_of(visit, entity_id, command)
    await _note(visit, asked)
    now = visit.services.now().astimezone(visit.clinic.zone)
    return _form(visit, asked, {**_beforehand(asked, now), "command_id": [str(uuid4())]})


@router.post("/{entity_id}/commands/{command}")
async def answer(entity_id: str, command: str, visit: Visiting) -> Response:
    """Submit the command, once however often the button is pressed, and go to the entity's page."""
    brought = await _brought(visit.request)
    command_id = _command_id(brought)
    asked = await asked_of(visit, entity_id, command)
    try:
        entity_id = addressed(entity_id, command_id)
        await _submit(visit, asked, entity_id, brought)
    except Unreadable as unreadable:
        return await _again(visit, asked, brought, unreadable.wrong, HTTP_400_BAD_REQUEST)
    except Rejected as refusal:
        wrong = tuple(Wrong(reason.message) for reason in refusal.reasons)
        return await _again(visit, asked, brought, wrong, HTTP_409_CONFLICT)
    return RedirectResponse(home_of(entity_id, done=str(command_id)), HTTP_303_SEE_OTHER)


async def _submit(visit: Visit, asked: Asked, entity_id: str, brought: Brought) -> None:
    """Raises `Unreadable`, `Rejected`, or what else submitting raises."""
    preset = {name: [value] for name, value in asked.preset.items()}
    command = command_of(asked.model, asked.fields, {**brought, **preset}, visit.clinic.zone)
    command_id = _command_id(brought)
    await require_unused_elsewhere(visit.services, entity_id, command_id)
    submission = Submission(
        command_id=command_id,
        command=asked.command,
        data=command.model_dump(mode="json"),
        actor=visit.actor,
    )
    await submit(visit.services, entity_id, submission)


async def _brought(request: Request) -> dict[str, list[str]]:
    form = await request.form()
    return {name: [one for one in form.getlist(name) if isinstance(one, str)] for name in form}


def _command_id(brought: Brought) -> UUID:
    try:
        return UUID(brought["command_id"][0], version=4)
    except (KeyError, ValueError):
        raise BadRequest("This form is damaged: open it again.") from None


def _beforehand(asked: Asked, now: datetime) -> dict[str, list[str]]:
    local = f"{now:%Y-%m-%dT%H:%M}"
    now_filled = {field.name: [local] for field in asked.open_fields if field.name in JUST_NOW}
    return {**now_filled, **asked.filled}


async def _again(
    visit: Visit, asked: Asked, brought: Brought, wrong: Sequence[Wrong], status: int
) -> HTMLResponse:
    """The form once more shows as much of the patient as it did the first time."""
    require_reading(visit.actor, asked.entity_id)
    await _note(visit, asked)
    return _form(visit, asked, brought, wrong, status)


async def _note(visit: Visit, asked: Asked) -> None:
    """What a form offers to choose from is the patient's own data."""
    if not asked.entity_id.endswith(f"-{NEW}"):
        await note_reading(visit.request, asked.entity_id)


def _form(
    visit: Visit, asked: Asked, brought: Brought, wrong: Sequence[Wrong] = (), status: int = 200
) -> HTMLResponse:
    address = visit.request.url
    return page(
        visit.request,
        "forms/form.html",
        status=status,
        asked=asked,
        says=asked.says,
        brought={name: list(values) for name, values in brought.items() if name not in AROUND},
        command_id=_command_id(brought),
        wrong=wrong,
        wrong_at={one.field.name: one.message for one in wrong if one.field},
        home="/" if asked.entity_id.endswith("-new") else home_of(asked.entity_id),
        action=f"{address.path}?{address.query}" if address.query else address.path,
    )
