"""What rights refuse, and what to do about it."""

from collections.abc import Iterable

from domain.actor import Role
from domain.decider import Reason
from web.errors import WebError


class Forbidden(WebError):
    """The role of whoever asks may not do this."""

    status = 403
    code = "forbidden"

    def __init__(self, doing: str, role: Role, allowed: Iterable[Role]) -> None:
        others = ", ".join(sorted(allowed)) or "nobody"
        super().__init__(
            f"As {role} you may not {doing}. Ask somebody who may: {others}.",
            (Reason(code="not_your_role", message=f"This takes another role: {others}."),),
        )
