"""How the groups follow the log: it folds them, and knows the patients who have seats."""

from pathlib import Path

from projections.folded.entity import Entity, Table
from projections.folded.view import folded_view
from projections.groups.counted import Counted, evolve, remembered
from projections.groups.rows import GroupRow, GroupSessionRow, SeatRow, rows
from projections.groups.seated import PATIENTS_SEATED, SeatedPatient
from projections.sql import queries_in

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

COUNTED_GROUPS = Entity(
    kind="group", state=Counted(), evolve=evolve, remembered=remembered, rows=rows
)

GROUPS = folded_view(
    name="groups",
    folder=FOLDER,
    entities=(COUNTED_GROUPS, PATIENTS_SEATED),
    tables=(
        Table("groups", GroupRow, key=("group_id",), folder=FOLDER),
        Table("seats", SeatRow, key=("group_id", "pathway_id"), folder=FOLDER),
        Table("group_sessions", GroupSessionRow, key=("group_id", "number"), folder=FOLDER),
        Table("seated", SeatedPatient, key=("pathway_id",), folder=FOLDER),
    ),
)
