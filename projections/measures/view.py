"""How the measures follow the log: it folds the pathways."""

from pathlib import Path

from projections.folded.entity import Entity, Table
from projections.folded.view import folded_view
from projections.measures.chart import Chart, chart, remembered
from projections.measures.rows import MeasureRow, rows_of
from projections.sql import queries_in

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

PATHWAYS = Entity(
    kind="pathway",
    state=Chart(),
    evolve=chart,
    remembered=remembered,
    rows=lambda pathway_id, folding: tuple(rows_of(pathway_id, folding)),
)

MEASURES = folded_view(
    name="measures",
    folder=FOLDER,
    entities=(PATHWAYS,),
    tables=(
        Table("measures", MeasureRow, key=("pathway_id", "measure", "occasion"), folder=FOLDER),
    ),
)
