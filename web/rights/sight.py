"""What of events another system may see: the same permissions as a role's, held by a receiver."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from web.rights.fields import OF_PATIENTS, TAKES, hidden_without, pruned
from web.rights.permissions import READ_OF, Permission

SIGHTS: tuple[Permission, ...] = (
    Permission.READ_PATIENT,
    Permission.READ_IDENTITY,
    Permission.READ_COVERAGE,
    Permission.READ_CLINICAL,
    Permission.READ_SAFETY,
    Permission.READ_GROUPS,
    Permission.READ_CLINICIANS,
)
"""What a receiver may be given. Programme definitions everybody sees."""


@dataclass(frozen=True)
class Sight:
    """What somebody sees who holds these permissions."""

    held: Collection[Permission]

    def may_see(self, stream_id: str, event_type: str) -> bool:
        """Whether any content of an event of this stream and type."""
        of_entity = READ_OF.get(stream_id.partition("-")[0])
        return of_entity in self.held and TAKES.get(event_type, of_entity) in self.held

    def visible(self, stream_id: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """The content, of a patient's entity without the fields that are withheld."""
        of_patient = stream_id.partition("-")[0] in OF_PATIENTS
        return pruned(content, hidden_without(self.held) if of_patient else frozenset())


def sight_of(names: Sequence[str]) -> Sight:
    """What a receiver sees to whom these permissions were given; a name that is none gives none."""
    given = {one for one in SIGHTS if one in names}
    return Sight(given | {Permission.READ_PROGRAMMES})
