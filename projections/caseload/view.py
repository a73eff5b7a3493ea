"""How the caseload follows the log: it folds the pathways."""

from pathlib import Path

from domain.pathway.evolve import evolve
from domain.pathway.state import Pathway
from projections.caseload.case import Case, case_of, remembered
from projections.folded.entity import Entity, Table
from projections.folded.view import folded_view
from projections.sql import queries_in

FOLDER = Path(__file__).parent

query = queries_in(FOLDER)

PATHWAYS = Entity(
    kind="pathway",
    state=Pathway(),
    evolve=evolve,
    remembered=remembered,
    rows=lambda pathway_id, folding: (case_of(pathway_id, folding),),
)

CASELOAD = folded_view(
    name="caseload",
    folder=FOLDER,
    entities=(PATHWAYS,),
    tables=(Table("caseload", Case, key=("pathway_id",), folder=FOLDER),),
)
