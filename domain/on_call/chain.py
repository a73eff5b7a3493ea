"""Who is on call, as far as the decisions of other entities need to know."""

from domain.value import Value


class Chain(Value):
    """Clinician ids in the order in which they are called, and the supervisor who comes last."""

    clinicians: tuple[str, ...] = ()
    supervisor: str | None = None
