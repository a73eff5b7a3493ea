"""How a therapy group stands, as far as the decisions of other entities need to know."""

from domain.value import Value


class Seating(Value):
    """`taken` counts filled and reserved seats."""

    status: str = "absent"
    programme: str | None = None
    kind: str | None = None
    modality: str | None = None
    facilitators: tuple[str, ...] = ()
    capacity: int = 0
    taken: int = 0
    members: tuple[str, ...] = ()
    reserved: tuple[str, ...] = ()

    @property
    def free(self) -> int:
        return self.capacity - self.taken
