"""Who sent a request: the actor that the log will name, and what else carepath knows of them."""

from domain.actor import Actor
from domain.identity import ClinicianId
from domain.value import Name, Value


class Person(Value):
    """A person, or a program. `name` is for their own eyes; the log knows the subject alone.

    `clinician_id` is who they are among the clinic's clinicians: by it carepath knows which
    patients they care for. A program with `scopes` may do what these give, and nothing else.
    """

    actor: Actor
    name: Name | None = None
    clinician_id: ClinicianId | None = None
    scopes: tuple[str, ...] | None = None
