"""Who acts: a person or a process, in a role, perhaps on behalf of somebody else."""

from typing import Literal, get_args

from domain.value import Name, Value

Role = Literal[
    "coordinator",
    "clinician",
    "facilitator",
    "supervisor",
    "auditor",
    "administrator",
    "service",
]

ROLES: tuple[Role, ...] = get_args(Role)


class Actor(Value):
    """The subject is an opaque account id, never a patient's name."""

    subject: Name
    role: Role
    on_behalf_of: Name | None = None


CLOCK = Actor(subject="clock", role="service")
"""Acts when a deadline falls due."""

MESSENGER = Actor(subject="messenger", role="service")
"""Records what came of an effect."""
