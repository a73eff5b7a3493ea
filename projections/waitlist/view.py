"""How the waitlist follows the log: it folds pathways, groups and clinicians."""

from pathlib import Path

from domain.clinician.evolve import evolve as clinician_after
from domain.clinician.state import Clinician
from domain.group.evolve import evolve as group_after
from domain.group.state import Group
from projections.folded.entity import Entity, Table
from projections.folded.view import folded_view
from projections.sql import queries_in
from projections.waitlist.rows import (
    GroupRow,
    PlaceRow,
    SeatRow,
    StaffRow,
    clinician_remembered,
    group_remembered,
    rows_of_clinician,
    rows_of_group,
    rows_of_pathway,
)
from projections.waitlist.seats import Seated, remembered, seated

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

PATHWAYS = Entity(
    kind="pathway",
    state=Seated(),
    evolve=seated,
    remembered=remembered,
    rows=lambda pathway_id, folding: tuple(rows_of_pathway(pathway_id, folding)),
)

GROUPS = Entity(
    kind="group",
    state=Group(),
    evolve=group_after,
    remembered=group_remembered,
    rows=lambda group_id, folding: tuple(rows_of_group(group_id, folding)),
)

CLINICIANS = Entity(
    kind="clinician",
    state=Clinician(),
    evolve=clinician_after,
    remembered=clinician_remembered,
    rows=lambda clinician_id, folding: tuple(rows_of_clinician(clinician_id, folding)),
)

WAITLIST = folded_view(
    name="waitlist",
    folder=FOLDER,
    entities=(PATHWAYS, GROUPS, CLINICIANS),
    tables=(
        Table("places", PlaceRow, key=("pathway_id",), folder=FOLDER),
        Table("seats", SeatRow, key=("pathway_id", "number"), folder=FOLDER),
        Table("groups", GroupRow, key=("group_id",), folder=FOLDER),
        Table("staff", StaffRow, key=("clinician_id",), folder=FOLDER),
    ),
)
