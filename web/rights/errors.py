"""What rights refuse, and what to do about it."""

from collections.abc import Iterable

from domain.actor import Role
from domain.decider import Reason
from web.errors import CommandRefused, WebError


class Forbidden(WebError):
    """The role of whoever asks may not do this."""

    status = 403
    code = "forbidden"

    def __init__(self, doing: str, role: Role, allowed: Iterable[Role], missing: str) -> None:
        reason = other_role(doing, role, allowed)
        super().__init__(reason.message, (reason,))
        self.missing = (missing,)


class InsufficientScope(WebError):
    """The scopes of a program's token do not give this (RFC 6750, section 3.1)."""

    status = 403
    code = "insufficient_scope"

    def __init__(self, wanted: Iterable[str]) -> None:
        self.missing = tuple(wanted)
        scopes = " ".join(self.missing)
        told = f" One of these does: {scopes}." if scopes else ""
        super().__init__(
            f"The scopes of this token do not give this.{told} Ask whoever gave you the token for "
            "one with the scope that you need."
        )
        said = f', scope="{scopes}"' if scopes else ""
        self.headers = {"WWW-Authenticate": f'Bearer error="insufficient_scope"{said}'}


class CommandForbidden(CommandRefused):
    """The role of whoever sends the command may not submit it."""

    status = 403

    def __init__(self, command: str, role: Role, allowed: Iterable[Role]) -> None:
        super().__init__((other_role(f"submit {command}", role, allowed),))
        self.missing = (command,)


class GlassWhole(WebError):
    """Whoever asks has no care relationship with the patient, and has given no reason.

    `wanted` is the page that a person at a browser comes back to with a reason.
    """

    status = 403
    code = "break_glass"

    def __init__(self, entity_id: str, wanted: str | None = None) -> None:
        super().__init__(
            "This patient is not in your care. If you must read the record, give your reason "
            f"first: POST /api/entities/{entity_id}/break-glass with {{reason}}. It is recorded "
            "and reviewed."
        )
        self.entity_id = entity_id
        self.wanted = wanted


class RecordErased(WebError):
    """Somebody wants to read the record of a patient who was erased."""

    status = 410
    code = "erased"

    def __init__(self) -> None:
        super().__init__("This record was erased: there is nothing left to read.")


def other_role(doing: str, role: Role, allowed: Iterable[Role]) -> Reason:
    """Why it is refused, and whom to ask."""
    others = ", ".join(sorted(allowed)) or "nobody"
    return Reason(
        code="not_your_role",
        message=f"As {role} you may not {doing}. Who may: {others}.",
    )
