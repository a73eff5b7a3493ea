"""Giving commands from a page with several buttons: pressed twice, a button is one command."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from domain.commands.submission import Receipt, Submission
from web.errors import BadRequest
from web.pages.visit import Visit
from web.rights.needs import require_submitting
from web.submitting import readable, require_unused_elsewhere, submit


def form_id(written: str) -> UUID:
    """The id that a page gave its form. Raises `BadRequest`."""
    try:
        return UUID(written, version=4)
    except ValueError:
        raise BadRequest("This form is damaged: open the page again.") from None


def command_id(form: UUID, act: str) -> UUID:
    """The id of what one button of a form does: pressed twice, it is the same command."""
    return UUID(bytes=hashlib.sha256(form.bytes + act.encode()).digest()[:16], version=4)


async def send(
    visit: Visit, entity_id: str, id_: UUID, command: str, data: Mapping[str, Any]
) -> Receipt:
    """The command's receipt. Raises `CommandForbidden`, `Rejected`, or what submitting does."""
    require_submitting(visit.actor, entity_id, command)
    name, read = readable(entity_id, command, dict(data))
    await require_unused_elsewhere(visit.services, entity_id, id_)
    submission = Submission(command_id=id_, command=name, data=read, actor=visit.actor)
    return await submit(visit.services, entity_id, submission)
