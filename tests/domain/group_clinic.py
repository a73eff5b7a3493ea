"""A clinic whose clinicians are real ones, and of whose patients only how they stand is known."""

from dataclasses import dataclass, field

from domain.pathway.standing import Standing
from domain.simulation import Clinic
from domain.value import Value


@dataclass
class ClinicOfGroups(Clinic):
    """A clinic in which patients' pathways are only known by how they stand."""

    patients: dict[str, Standing] = field(default_factory=dict)

    def facts(self, entity_id: str) -> Value:
        if entity_id.startswith("pathway-"):
            return self.patients[entity_id]
        return super().facts(entity_id)
