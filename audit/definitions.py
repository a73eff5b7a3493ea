"""What changed between two versions of a programme, place by place."""

from audit.differences import Change, differences
from domain.programmes.definition import Definition

__all__ = ("Change", "changes")


def changes(before: Definition, after: Definition) -> tuple[Change, ...]:
    """Every difference, in the order of the definition's members."""
    return tuple(differences(before.model_dump(mode="json"), after.model_dump(mode="json")))
