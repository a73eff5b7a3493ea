"""How the outcomes follow the log: they fold the pathways."""

from pathlib import Path

from projections.folded.entity import Entity, Table
from projections.folded.view import folded_view
from projections.outcomes.course import HEEDED, Course, course
from projections.outcomes.rows import AttendanceRow, ScoresRow, TreatmentRow, rows_of
from projections.sql import queries_in

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

PATHWAYS = Entity(
    kind="pathway",
    state=Course(),
    evolve=course,
    rows=lambda pathway_id, folding: tuple(rows_of(pathway_id, folding)),
    heeds=HEEDED,
)

OUTCOMES = folded_view(
    name="outcomes",
    folder=FOLDER,
    entities=(PATHWAYS,),
    tables=(
        Table("treatments", TreatmentRow, key=("pathway_id",), folder=FOLDER),
        Table(
            "attendance",
            AttendanceRow,
            key=("pathway_id", "phase", "kind", "attendance"),
            folder=FOLDER,
        ),
        Table("scores", ScoresRow, key=("pathway_id", "measure"), folder=FOLDER),
    ),
)
