"""What every command is: a request in the imperative, which a Decider accepts or rejects."""

from domain.value import Value


class Command(Value):
    """A request. Its name on the outside stands in the registry, not here."""
